import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rocqMissing } from '../src/domains/proofs/rocq/testing.ts'

const missing = rocqMissing ?? (existsSync('/usr/bin/bwrap') ? undefined : 'bubblewrap is missing')
const program = fileURLToPath(new URL('../bin/touchstone.js', import.meta.url))

describe.skipIf(missing)(`touchstone trace${missing ? ` (${missing})` : ''}`, { timeout: 90_000 }, () => {
  let scratch: string
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'touchstone-trace-cli-'))
    await mkdir(join(scratch, 'in'))
    await writeFile(join(scratch, 'in/A.v'), 'Lemma yes : True.\nProof. exact I. Qed.\n')
    await writeFile(join(scratch, 'in/B.v'), 'Lemma no : False.\nProof. exact I. Qed.\n')
    await mkdir(join(scratch, 'empty'))
  })
  afterAll(() => rm(scratch, { recursive: true, force: true }))

  const touchstone = (...argv: string[]) =>
    execa(process.execPath, [program, 'trace', 'rocq', ...argv], {
      cwd: scratch,
      reject: false,
      timeout: 40_000,
      env: { NO_COLOR: '1' },
    })

  it('says what came of it, and goes on', async () => {
    const first = await touchstone('in', '--out', 'out', '--json')
    expect(first.exitCode).toBe(0)
    expect(JSON.parse(first.stdout)).toMatchObject({
      files: { planned: 2, traced: 1, failed: 1 },
      theorems: 1,
      steps: 1,
      before: 0,
      failures: [{ file: 'B.v', reason: 'compile', message: expect.stringContaining('line 2') }],
    })
    const second = await touchstone('in', '--out', 'out')
    expect(second.stdout).toMatch(/of them there before +1/)
    expect(second.stdout).toMatch(/B\.v +compile +line 2/)
    expect(second.stderr).not.toContain('A.v')
  })

  it('refuses what is no library', async () => {
    for (const source of ['nowhere', 'empty']) {
      const { exitCode, stderr, stdout } = await touchstone(source, '--out', 'other')
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(new RegExp(`^error: .*${source}`, 'm'))
      expect(stdout).toBe('')
    }
    expect((await touchstone('in')).exitCode).toBe(2)
  })
})
