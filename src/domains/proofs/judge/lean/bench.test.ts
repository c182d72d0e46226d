import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { fileSet } from '../../../../core/files.ts'
import type { SandboxBackend } from '../../../../core/sandbox.ts'
import type { Task } from '../../../../core/task.ts'
import type { Verdict } from '../../../../core/verdict.ts'
import { bubblewrap } from '../../../../sandbox/index.ts'
import { bwrapMissing } from '../../../../sandbox/testing.ts'
import type { Formal, ProofsKey } from '../../key.ts'
import { putFakeLean } from '../../lean/testing/fake-toolchain.ts'
import { answer, judgeIn, taskOf } from '../testing.ts'

const missing = bwrapMissing() ? 'bubblewrap is missing' : undefined
const statement = 'theorem t : True'

/** A stand-in that is no Lean: what is tried is what the judge shows it, in what order, and what it makes of the end. */
describe.skipIf(missing)(`the judge of Lean with a stand-in for Lean${missing ? `: ${missing}` : ''}`, () => {
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

  function taskIn(formal: Partial<Formal>, files: Readonly<Record<string, string>> = {}): Task<ProofsKey> {
    const lean = { context: '', prelude: '', statement, axioms: [], ...formal }
    return taskOf('t', {}, { formal: { lean }, files: fileSet(files) })
  }
  const judged = (task: Task<ProofsKey>, text: string, project: string | undefined = 'project') => {
    vi.stubEnv('ELAN_HOME', root)
    vi.stubEnv('TOUCHSTONE_LEAN_REPL', undefined)
    vi.stubEnv('TOUCHSTONE_LEAN_PROJECT', project && join(root, project))
    return judgeIn(backend, task, answer(text, 'Answer.lean'))
  }
  const log = ({ evidence }: Verdict, name: string) =>
    Buffer.from(evidence.find((each) => each.name === name)!.content).toString()
  const mathlib = taskIn({ prelude: 'import Mathlib.Basic' })

  it("sees the toolchain and the packages' compiled modules, and nothing of the project's own", async () => {
    const verdict = await judged(mathlib, `import Mathlib\n${statement} := trivial\n`)
    expect(verdict).toMatchObject({
      outcome: 'solved',
      tools: { lean: '4.99.0', 'lean-project': 'my-project' },
      unchecked: expect.arrayContaining([expect.stringContaining('without a Lean')]),
    })
    const seen = log(verdict, 'compile.log')
    expect(seen).toContain('sees modules/0/Mathlib.olean modules/0/Mathlib/Basic.olean\n')
    expect(seen).toContain(
      'path /opt/lean/toolchain/bin:/usr/local/bin:/usr/bin:/bin, sysroot /opt/lean/toolchain',
    )
    const own = await judged(mathlib, `import Own.Solution\n${statement} := trivial\n`)
    expect(own).toMatchObject({ outcome: 'unsolved', reason: 'does-not-compile' })
    expect(own.findings[0]!.message).toContain("unknown module prefix 'Own'")
  })

  it('reads the answer under a name that no import leads to, with nothing else that it wrote', async () => {
    const shadows = ['Mathlib.olean', 'Context.olean', 'verdict.json', '/opt/lean/modules/0/Mathlib.olean']
    const text = [...shadows.map((path) => `-- writes ${path}`), `${statement} := trivial`].join('\n')
    const task = taskIn({ context: 'def d := 1', prelude: 'import Mathlib\nimport Context' })
    const verdict = await judged(task, `import Context\n${text}\n`)
    expect(verdict).toMatchObject({ outcome: 'solved' })
    expect(log(verdict, 'compile.log')).toContain('cannot write /opt/lean/modules/0/Mathlib.olean')
    expect(log(verdict, 'check.log')).toBe(
      'ran --run TouchstoneCheck.lean task.data answer.data t with LEAN_PATH=.:/opt/lean/modules/0 in Context.olean TouchstoneCheck.lean answer.data task.data',
    )
    const clean = await judged(task, `import Mathlib\nimport Context\n${statement} := trivial\n`)
    expect(clean).toMatchObject({ outcome: 'solved' })
  })

  it('is void, with what to do, where the task imports what is not there', async () => {
    const own = taskIn({ prelude: 'import Own.Solution' })
    await expect(judged(own, 'x')).rejects.toMatchObject({
      code: 'broken-key',
      message: expect.stringMatching(
        /TouchstoneTask.lean.*unknown module prefix[\s\S]*project my-project.*nothing of its own/,
      ),
    })
    vi.stubEnv('PATH', `${root}/toolchains/leanprover--lean4---v4.99.0/bin:${process.env.PATH}`)
    await expect(judged(taskIn({ prelude: 'import Gone' }), 'x', 'none')).rejects.toMatchObject({
      code: 'no-lean',
    })
    const far = taskIn({ prelude: 'import Mathlib.Far' })
    await expect(judged(far, 'x')).rejects.toThrow('project my-project')
  })

  it("takes the task's own files before a package of the same name", async () => {
    const files = { 'Mathlib/Mine.lean': 'def mine := 1' }
    const task = taskIn({ prelude: 'import Mathlib.Mine' }, files)
    expect(await judged(task, `import Mathlib.Mine\n${statement} := trivial\n`)).toMatchObject({
      outcome: 'solved',
    })
  })

  it('does not take what it finds for an answer whose imports cannot be imported', async () => {
    const text = `-- finds {"result":"imports","message":"object file './Answer.olean' does not exist"}\n${statement}`
    expect(await judged(mathlib, text)).toMatchObject({
      outcome: 'unsolved',
      reason: 'does-not-compile',
      findings: [{ message: expect.stringContaining('Answer.olean') }],
    })
    await expect(judged(mathlib, '-- finds {"result":"broken-key"}')).rejects.toMatchObject({
      code: 'broken-check',
    })
  })

  it('is void where there is no Lean, and says what to install and set', async () => {
    vi.stubEnv('PATH', '/nowhere')
    await expect(judged(taskIn({}), 'x', '')).rejects.toMatchObject({
      code: 'no-lean',
      retryable: false,
      message: expect.stringMatching(/lean-lang\.org\/install.*TOUCHSTONE_LEAN_PROJECT/),
    })
  })
})
