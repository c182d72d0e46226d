import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSuite } from '../src/core/suite-directory.ts'
import { domainOf } from '../src/domains/registry.ts'
import { readRecords } from '../src/forge/engine/record.ts'
import { bwrapMissing } from '../src/sandbox/testing.ts'
import { forgeRaw } from './support/forge-raw.ts'
import { rawChallenges } from './support/raw-challenges.ts'

const scratch = mkdtempSync(join(tmpdir(), 'touchstone-raw-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe.skipIf(bwrapMissing())('security-basics without its task files (skipped without bubblewrap)', () => {
  it('comes back live, and its solvers take fresh flags', { timeout: 300_000 }, async () => {
    chmodSync(scratch, 0o755)
    const names = rawChallenges(join(scratch, 'raw'))
    expect(names.length).toBeGreaterThanOrEqual(14)
    const out = join(scratch, 'out')
    await forgeRaw(join(scratch, 'raw'), out)
    const seen: Record<string, unknown> = {}
    for await (const { id, record } of readRecords(out))
      seen[id] = record?.fallen?.message ?? record?.void?.message ?? record?.proof?.solver
    expect(seen).toEqual(Object.fromEntries(names.map((name) => [name, 'took both flags'])))
    const suite = await readSuite(out, domainOf)
    expect(suite.tasks.map(({ id, live }) => [id, live])).toEqual(names.map((name) => [name, true]))
  })
})
