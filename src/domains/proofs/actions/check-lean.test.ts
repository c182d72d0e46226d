import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { fileSet } from '../../../core/files.ts'
import { limitsSchema } from '../../../core/limits.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { open } from '../environment.ts'
import { putFakeLean } from '../lean/testing/fake-toolchain.ts'

const missing = bwrapMissing() ? 'bubblewrap is missing' : undefined

/** With a stand-in for Lean, the one that the judge is tried with. */
describe.skipIf(missing)(`check in a Lake project${missing ? `: ${missing}` : ''}`, () => {
  let backend: SandboxBackend
  let root: string
  beforeAll(async () => {
    backend = await bubblewrap()
    root = realpathSync(mkdtempSync(join(tmpdir(), 'touchstone-lean-')))
    chmodSync(root, 0o755)
    putFakeLean(root)
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(async () => {
    rmSync(root, { recursive: true })
    await backend[Symbol.asyncDispose]()
  })

  it('imports the packages, the files of the task and nothing of the project, as the judge does', async () => {
    vi.stubEnv('ELAN_HOME', root)
    vi.stubEnv('TOUCHSTONE_LEAN_REPL', undefined)
    vi.stubEnv('TOUCHSTONE_LEAN_PROJECT', join(root, 'project'))
    await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    const stub = 'import Mathlib\nimport Context\n\ntheorem t : True := by\n  sorry\n'
    const brief = {
      instructions: 'Prove it.',
      files: fileSet({ 'Context.lean': 'def d := 1\n', 'Answer.lean': stub }),
      answer: { kind: 'files' as const, paths: ['Answer.lean'], maxBytes: 1024 ** 2 },
      limits: limitsSchema.parse({}),
      feedback: { consultations: 0, detail: 'findings' as const },
    }
    await using environment = await open({ brief }, lab)
    const checked = await environment.act('check', {})
    expect(checked).toMatchObject({ ok: true })
    expect(checked.text).toContain('sees modules/0/Mathlib.olean modules/0/Mathlib/Basic.olean\n')
    expect(await environment.act('check', { text: 'import Own.Solution\n' })).toMatchObject({
      ok: false,
      text: expect.stringContaining("unknown module prefix 'Own'"),
    })
    const found = await environment.act('bash', { command: 'grep -rl somebody /opt/lean; echo done' })
    expect(found.text).toMatch(/done/)
    expect(found.text).not.toContain('Solution')
  })
})
