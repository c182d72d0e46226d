import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Budget } from '../src/core/budget.ts'
import type { Environment } from '../src/core/environment.ts'
import { fileSet, textOf } from '../src/core/files.ts'
import { limitsSchema } from '../src/core/limits.ts'
import type { SandboxBackend } from '../src/core/sandbox.ts'
import type { Task } from '../src/core/task.ts'
import { type ProofsKey, proofs } from '../src/domains/proofs/index.ts'
import { proverPids, rocqMissing } from '../src/domains/proofs/rocq/testing.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'

const context = `Inductive mine := zero | next (n : mine).
Fixpoint add (n m : mine) : mine := match n with zero => m | next n => next (add n m) end.
`
const prelude = 'Require Import Context.'
const statement = 'Theorem add_zero : forall n, add n zero = n.'

const task: Task<ProofsKey> = {
  id: 'add-zero',
  domain: 'proofs',
  brief: {
    instructions: 'Prove add_zero.',
    files: fileSet({ 'Context.v': context, 'Answer.v': `${prelude}\n\n${statement}\nProof.\nAdmitted.\n` }),
    answer: { kind: 'files', paths: ['Answer.v'], maxBytes: 1024 ** 2 },
    limits: limitsSchema.parse({}),
    feedback: { consultations: 0, detail: 'findings' },
  },
  key: {
    theorem: 'add_zero',
    formal: { rocq: { context, prelude, statement, axioms: [] } },
    files: fileSet({}),
  },
  origin: { suite: 'tests', source: 'here', version: '1', licence: 'MIT' },
  errata: [],
}

describe.skipIf(rocqMissing)(`the environment of proofs${rocqMissing ? `: ${rocqMissing}` : ''}`, () => {
  let backend: SandboxBackend
  let lab: ReturnType<typeof openLab>
  let environment: Environment
  beforeAll(async () => {
    backend = await bubblewrap()
  })
  afterAll(() => backend[Symbol.asyncDispose]())
  beforeEach(async () => {
    lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    environment = await proofs.open(task, {}, lab)
  })
  afterEach(async () => {
    await environment[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
  })
  const act = (name: string, input: unknown = {}) => environment.act(name, input)
  const verdict = async () => await proofs.judge(task, await environment.collect(), lab)
  const answer = async () => {
    const submission = await environment.collect()
    return submission.kind === 'files' ? textOf(submission.files, 'Answer.v') : undefined
  }

  it('calls nothing missing that the agent has put out of reach', async () => {
    await act('bash', { command: 'chmod 000 .' })
    expect(await act('bash', { command: 'true' })).toMatchObject({ ok: false })
    expect(await act('check')).toMatchObject({ ok: false })
  })

  it('shows goals, branches from any state, and hands in what is proved', async () => {
    expect(await act('open')).toMatchObject({
      ok: true,
      data: {
        state: 'p1.s0',
        task: true,
        done: false,
        goals: [{ conclusion: 'forall n : mine, add n zero = n' }],
      },
    })
    const cases = await act('tactic', { state: 'p1.s0', tactic: 'induction n as [| n same].' })
    expect(cases.text).toContain('Goal 2 of 2\nn : mine\nsame : add n zero = n\n⊢ add (next n) zero = next n')
    const wrong = await act('tactic', { state: 'p1.s1', tactic: '- reflexivity. - apply nothing.' })
    expect(wrong).toMatchObject({ ok: false, text: expect.stringContaining('nothing was not found') })
    const other = await act('tactic', { state: 'p1.s0', tactic: 'intros n.' })
    expect(other.text).toContain('n : mine\n⊢ add n zero = n')
    const done = await act('tactic', { state: 'p1.s1', tactic: '- auto. - simpl. now rewrite same.' })
    expect(done).toMatchObject({ ok: true, data: { done: true, goals: [] } })
    expect((await act('states')).text).toMatch(
      /^p1\.s0 {2}\[1 goal\]\n {2}p1\.s1 induction .* \[2 goals\]\n {4}p1\.s3 /m,
    )
    const early = await act('qed', { state: 'p1.s1' })
    expect(early).toMatchObject({ ok: false, text: expect.stringContaining('not finished') })
    const ended = await act('qed', { state: 'p1.s3' })
    expect(ended.text).toContain('Closed under the global context')
    expect(await answer()).toBe(
      `${prelude}\n\n${statement}\nProof.\n  induction n as [| n same].\n  -\n  auto.\n  -\n  simpl.\n  now rewrite same.\nQed.\n`,
    )
    expect(await verdict()).toMatchObject({ outcome: 'solved' })
  })

  it('takes lemmas of its own into the answer', async () => {
    const lemma = 'Lemma add_next : forall n m, add n (next m) = next (add n m).'
    expect((await act('open', { statement: lemma })).text).toContain('a lemma of your own')
    await act('tactic', { state: 'p1.s0', tactic: 'induction n; intros m; simpl; congruence.' })
    expect((await act('qed', { state: 'p1.s1' })).text).toContain('using: ["add_next"]')
    expect(await answer()).toContain('Admitted.')
    expect((await act('open', { using: ['nothing'] })).text).toContain('there are: add_next')
    await act('open', { using: ['add_next'], before: 'From Coq Require Import Lia.' })
    expect((await act('search', { by: 'name', text: 'add_next' })).text).toContain('add_next : forall n m')
    await act('tactic', { state: 'p2.s0', tactic: 'induction n; simpl; congruence.' })
    expect(await act('qed', { state: 'p2.s1' })).toMatchObject({ ok: true })
    expect(await answer()).toContain(`${lemma}\nProof.`)
    expect(await verdict()).toMatchObject({ outcome: 'solved' })
  })

  it('does not take a proof that gave something up, nor another statement under the name', async () => {
    await act('open')
    const given = await act('tactic', { state: 'p1.s0', tactic: 'admit.' })
    expect(given.text).toContain('1 given up: such a proof is not accepted')
    expect(await act('qed', { state: 'p1.s1' })).toMatchObject({ ok: false })
    expect(await act('open', { statement: 'Theorem add_zero : True.' })).toMatchObject({
      ok: true,
      data: { task: false },
    })
    await act('tactic', { state: 'p2.s0', tactic: 'exact I.' })
    await act('qed', { state: 'p2.s1' })
    expect(await answer()).toContain('Admitted.')
    expect(await verdict()).toMatchObject({ outcome: 'unsolved', reason: 'no-answer' })
  })

  it('hint says what closes, what changes and what is not there', async () => {
    await act('open', { before: 'From Coq Require Import Lia.' })
    await act('tactic', { state: 'p1.s0', tactic: 'induction n as [| n same].' })
    const { text, data } = await act('hint', {
      state: 'p1.s1',
      tactics: ['fail', 'idtac', 'no_such', 'simpl', 'auto'],
    })
    expect(text).toMatch(
      /^fail: does nothing\nidtac: does nothing\nno_such: is not imported here\nsimpl: changes it, 2 goals: state p1\.s\d\nauto: closes the goal, 1 left: state p1\.s\d$/,
    )
    expect(data).toMatchObject([{}, {}, {}, {}, { outcome: 'closes', after: { goals: [{}] } }])
    const endless = await act('hint', {
      state: 'p1.s1',
      tactics: ['repeat (assert True by exact I)'],
      seconds: 1,
    })
    expect(endless).toMatchObject({ ok: false, text: expect.stringContaining('takes too long') })
    expect(await act('hint', { state: 'p1.s1' })).toMatchObject({ ok: true })
  })

  it('check compiles a whole file, tells lines, and what the theorem is and rests on', async () => {
    const stub = await act('check')
    expect(stub).toMatchObject({
      ok: true,
      text: expect.stringMatching(/forall n : .*\nAxioms:\nAnswer.add_zero/),
    })
    const text = `${prelude}\n${statement}\nProof.\n  induction m.\nQed.\n`
    expect(await act('check', { text })).toMatchObject({
      ok: false,
      text: expect.stringMatching(/^Answer\.v:4:12: error: .*m.*\n {4}induction m\.$/s),
      data: { compiles: false, remarks: [{ kind: 'error', line: 4 }] },
    })
    expect((await act('check', { text: `${prelude}\nLemma x : True. exact I. Qed.` })).text).toContain(
      'has no theorem add_zero',
    )
    expect(await answer()).toContain('Admitted.')
    expect(await act('check', { path: 'Nothing.v' })).toMatchObject({ ok: false })
  })

  it('answers wrong states, steps and statements with words', async () => {
    expect((await act('tactic', { state: 'p1.s0', tactic: 'auto.' })).text).toContain('call "open" first')
    expect((await act('states')).ok).toBe(false)
    await act('open')
    for (const tactic of ['Qed.', 'Redirect "x" Print nat.', 'auto', 'Axiom cheat : False.'])
      expect(await act('tactic', { state: 'p1.s0', tactic })).toMatchObject({ ok: false })
    expect((await act('open', { statement: 'Lemma bad : nonsense.' })).text).toContain(
      'nonsense was not found',
    )
    expect((await act('open', { statement: 'auto.' })).text).toContain('Lemma name : proposition.')
    expect((await act('search', { by: 'type', text: '((' })).ok).toBe(false)
    expect((await act('tactic', { state: 'p1.s0', tactic: 'intros n.' })).ok).toBe(true)
  })

  it('files are written, read and seen by bash', async () => {
    await act('write', { path: 'notes/a.txt', text: 'one\n' })
    expect(await act('read', { path: 'notes/a.txt' })).toEqual({ ok: true, text: 'one\n' })
    expect(await act('bash', { command: 'cat notes/a.txt; exit 3' })).toMatchObject({
      ok: false,
      text: 'one\n[exit code 3]',
    })
    expect(await act('write', { path: '../x', text: '' })).toMatchObject({ ok: false })
  })

  it('rates candidates by how far they compile', async () => {
    const of = (text: string) =>
      environment.rate!({
        kind: 'files',
        files: fileSet({ 'Answer.v': `${prelude}\n${statement}\n${text}` }),
      })
    const early = (await of('oops.\nauto.\nauto.\nQed.\n')).score
    const late = (await of('Proof.\n  intros n.\n  simpl.\n  oops.\nQed.\n')).score
    const holes = (await of('Admitted.\n')).score
    const whole = (await of('induction n; simpl; congruence.\nQed.\n')).score
    expect([early < late, late < holes, holes < whole, whole]).toEqual([true, true, true, 1])
  })

  it('the baseline proves it from the brief alone, the same with provers killed under it, and the judge agrees', async () => {
    const attempt = async (on: Environment) => {
      const budget = new Budget({ ...task.brief.limits, wallSeconds: 60 })
      const means = { budget, signal: lab.signal, seed: 'test', say: () => {}, tried: () => {} }
      return await proofs.baseline.attempt(on, means)
    }
    const undisturbed = await attempt(environment)
    expect(await proofs.judge(task, undisturbed, lab)).toMatchObject({ outcome: 'solved' })
    await using again = await proofs.open(task, {}, lab)
    const idle = new Set(proverPids())
    const killed = new Set<number>()
    let acts = 0
    const disturbed: Environment = {
      brief: again.brief,
      actions: again.actions,
      async act(name, input, signal) {
        const observation = again.act(name, input, signal)
        // Not during the first, which starts it; each is killed while it does something.
        if (++acts % 2 === 0 && killed.size < 3) {
          await new Promise((resolve) => setTimeout(resolve, 5))
          for (const pid of proverPids()) {
            if (idle.has(pid)) continue
            killed.add(pid)
            process.kill(pid, 'SIGKILL')
          }
        }
        return await observation
      },
      place: (submission) => again.place(submission),
      collect: () => again.collect(),
      [Symbol.asyncDispose]: () => again[Symbol.asyncDispose](),
    }
    expect(await attempt(disturbed)).toEqual(undisturbed)
    expect(killed.size).toBeGreaterThan(1)
  }, 90_000)
})
