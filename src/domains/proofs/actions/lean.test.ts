import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../../../core/environment.ts'
import { type FileSet, fileSet, textOf } from '../../../core/files.ts'
import { limitsSchema } from '../../../core/limits.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import type { Brief } from '../../../core/task.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { open } from '../environment.ts'
import { rocqMissing } from '../rocq/testing.ts'
import { leanRemarks } from './compile-lean.ts'

const missing = bwrapMissing() ? 'bubblewrap is missing' : undefined
const programs = join(import.meta.dirname, '../lean/testing')
const stubs = {
  'Answer.v': 'Theorem both : True /\\ True.\nProof.\nAdmitted.\n',
  'Answer.lean': 'import Some.Library\nnamespace N\n\ntheorem both : A → True ∧ A := by\n  sorry\n\nend N\n',
}

/** Compiles what has no `zap` in it. */
const compiler = `#!/bin/sh
[ "$1" = -o ] && { shift; touch "$1"; shift; }
if grep -n zap "$1" /dev/null; then echo "$1:2:3: error: unknown identifier 'zap'"; exit 1; fi
case "$1" in TouchstoneAfter.lean)
  echo "$1:2:0: info: N.both : A → True ∧ A"
  echo "$1:3:0: info: 'N.both' does not depend on any axioms";;
esac
`

/** No Lean is run here: a stand-in prover in the REPL's place, and a stand-in compiler. */
describe.skipIf(missing)(`the environment of proofs in Lean${missing ? `: ${missing}` : ''}`, () => {
  let backend: SandboxBackend
  let lab: ReturnType<typeof openLab>
  let root: string
  beforeAll(async () => {
    backend = await bubblewrap()
    root = realpathSync(mkdtempSync(join(tmpdir(), 'touchstone-lean-')))
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
      chmodSync(join(root, path), 0o755)
    }
    const toolchain = 'toolchains/leanprover--lean4---v4.99.0/bin'
    put(`${toolchain}/lean`, compiler)
    put('repl/lean-toolchain', 'leanprover/lean4:v4.99.0')
    const built = 'repl/.lake/build/bin'
    put(`${built}/repl`, '#!/bin/sh\nexec /opt/lean/toolchain/bin/node /opt/lean/repl/toy.ts\n')
    for (const name of ['toy.ts', 'listen.ts']) copyFileSync(join(programs, name), join(root, built, name))
    chmodSync(root, 0o755)
    const node = join(root, toolchain, 'node')
    try {
      linkSync(process.execPath, node)
    } catch {
      copyFileSync(process.execPath, node)
    }
  })
  afterAll(async () => {
    rmSync(root, { recursive: true })
    await backend[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await lab[Symbol.asyncDispose]()
  })

  const opened = (files: Readonly<Record<string, string>>, withLean = true): Promise<Environment> => {
    vi.stubEnv('ELAN_HOME', root)
    vi.stubEnv('TOUCHSTONE_LEAN_REPL', withLean ? join(root, 'repl/.lake/build/bin/repl') : undefined)
    vi.stubEnv('TOUCHSTONE_LEAN_PROJECT', undefined)
    const brief: Brief = {
      instructions: 'Prove it.',
      files: fileSet(files),
      answer: { kind: 'files', paths: Object.keys(files), maxBytes: 1024 ** 2 },
      limits: limitsSchema.parse({}),
      feedback: { consultations: 0, detail: 'findings' },
    }
    return open({ brief }, lab)
  }
  const files = async (environment: Environment): Promise<FileSet> => {
    const submission = await environment.collect()
    return submission.kind === 'files' ? submission.files : new Map()
  }

  it('proves the theorem of the stub and writes the answer', async () => {
    const environment = await opened({ 'Answer.lean': stubs['Answer.lean'] })
    const act = (name: string, input: unknown = {}) => environment.act(name, input)
    expect(await act('open', { before: 'import Other\ndef twice := 2' })).toMatchObject({
      ok: true,
      text: expect.stringContaining('both, the theorem of the task, in Lean'),
      data: { prover: 'lean', state: 'p1.s0', task: true, goals: [{ conclusion: 'A → True ∧ A' }] },
    })
    await act('tactic', { state: 'p1.s0', tactic: 'intro h' })
    const split = await act('tactic', { state: 'p1.s1', tactic: 'constructor' })
    expect(split.text).toContain('Goal 2 of 2\ncase right\nh : A\n⊢ A')
    expect(await act('tactic', { state: 'p1.s2', tactic: 'zap' })).toMatchObject({
      ok: false,
      text: 'zap failed',
    })
    const tactics = ['linarith', 'skip', 'trivial']
    const tried = await act('hint', { state: 'p1.s2', tactics })
    expect(tried.text).toBe(
      'linarith: is not imported here\nskip: does nothing\ntrivial: closes the goal, 1 left: state p1.s4',
    )
    const automatic = await act('hint', { state: 'p1.s2' })
    expect(automatic.text).toContain('omega: does nothing')
    expect(automatic.text).not.toMatch(/^linarith:/m)
    expect((await act('search', { by: 'name', text: 'add' })).text).toBe('Nat.add : widened')
    await act('tactic', { state: 'p1.s4', tactic: 'assumption' })
    const done = (await act('states')).text.match(/(\S+) assumption \[no goals\]/)?.[1]
    const written = await act('qed', { state: done })
    expect(written).toMatchObject({ ok: true, data: { theorem: expect.stringContaining('does not depend') } })
    expect(textOf(await files(environment), 'Answer.lean')).toBe(
      `import Some.Library
import Other

namespace N

def twice := 2

theorem both : A → True ∧ A := by
  intro h
  constructor
  trivial
  assumption

end N
`,
    )
    const submission = await environment.collect()
    expect(await environment.rate!(submission)).toEqual({ score: 1, why: 'it compiles' })
    const wrong = { kind: 'files', files: fileSet({ 'Answer.lean': 'import X\nzap\n' }) } as const
    expect(await environment.rate!(wrong)).toMatchObject({
      why: expect.stringContaining("line 2: unknown identifier 'zap'"),
    })
    expect(await act('check', { text: 'a\nzap\n' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('Answer.lean:2:3: error'),
    })
  })

  it('keeps a lemma for the theorem', async () => {
    const environment = await opened({ 'Answer.lean': stubs['Answer.lean'] })
    const act = (name: string, input: unknown = {}) => environment.act(name, input)
    await act('open', { statement: 'theorem easy : True := by sorry' })
    await act('tactic', { state: 'p1.s0', tactic: 'trivial' })
    expect(await act('qed', { state: 'p1.s1' })).toMatchObject({
      ok: true,
      text: expect.stringContaining('using: ["easy"]'),
    })
    expect(await act('open', { using: ['hard'] })).toMatchObject({
      ok: false,
      text: expect.stringContaining('there are: easy'),
    })
  })

  it.skipIf(rocqMissing)('takes Rocq before Lean, and either when it is asked for', async () => {
    const environment = await opened(stubs)
    const first = await environment.act('open', {})
    expect(first.data).toMatchObject({ prover: 'rocq', task: true })
    const second = await environment.act('open', { prover: 'lean' })
    expect(second.data).toMatchObject({ prover: 'lean', task: true, state: 'p2.s0' })
    await environment.act('tactic', { state: 'p1.s0', tactic: 'split; exact I.' })
    const written = await environment.act('qed', { state: 'p1.s1' })
    expect(written.text).toContain('Only one of Answer.v and Answer.lean')
  })

  it('says what is missing without Lean', async () => {
    const environment = await opened(stubs, false)
    vi.stubEnv('PATH', '/nowhere')
    expect(await environment.act('open', { prover: 'lean' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('TOUCHSTONE_LEAN_REPL'),
    })
    expect(await environment.act('check', { path: 'Answer.lean' })).toMatchObject({
      ok: false,
      text: 'lean is not installed here: nothing can be checked',
    })
    const alone = await opened({ 'Answer.lean': stubs['Answer.lean'] }, false)
    await expect(alone.act('open', {})).rejects.toThrow('install Lean 4')
  })
})

describe("what Lean's compiler says", () => {
  it('has places, kinds and lines that follow', () => {
    expect(
      leanRemarks('A/B.lean:1:2: warning: unused\nAnswer.lean:3:4: error(lean.unknown): no\n  such\n'),
    ).toEqual([
      { kind: 'warning', line: 1, characters: [2, 2], message: 'unused' },
      { kind: 'error', line: 3, characters: [4, 4], message: 'no\n  such' },
    ])
  })
})
