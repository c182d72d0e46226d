import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InfrastructureError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { addZero, answer, judgeIn, taskOf } from './testing.ts'

const hasRocq = ['coqc', 'coqchk'].every((name) => spawnSync(name, ['--version']).status === 0)

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const good = addZero.key.formal.rocq!.solution!
const judged = (text: string, task = addZero) => judgeIn(backend, task, answer(text))
const proofIs = (proof: string) => good.replace(/induction[^\n]*/, proof)

describe.skipIf(!hasRocq)('a judgement of Rocq (coqc and coqchk are installed)', { timeout: 60_000 }, () => {
  it('is solved for a proof, with sizes and versions, the same twice', async () => {
    const [one, two] = [await judged(good), await judged(good)]
    expect(one).toMatchObject({ outcome: 'solved', score: 1, reason: 'proved', findings: [] })
    expect(one.metrics.map(({ name }) => name)).toEqual(['answer', 'sentences', 'library'])
    expect(one.metrics[1]).toEqual({ name: 'sentences', value: 5, unit: 'sentences' })
    expect(one.tools.coqc).toMatch(/^\d+\.\d+/)
    expect(one.tools.coqchk).toBe(one.tools.coqc)
    expect(two).toEqual(one)
  })

  it("names the line and has the prover's message where it does not compile", async () => {
    const verdict = await judged(proofIs('exact nonsense.'))
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'does-not-compile', score: 0 })
    expect(verdict.findings[0]).toMatchObject({ at: 'Answer.v:4' })
    expect(verdict.findings[0]!.message).toMatch(/nonsense was not found/)
    expect(await judged(good.replace('Qed.', ''))).toMatchObject({ reason: 'does-not-compile' })
    expect(await judged('\0\x1b[2J')).toMatchObject({ reason: 'does-not-compile' })
  })

  it('shows both statements where they differ, and says where the theorem is missing', async () => {
    const verdict = await judged(
      good.replace('n zero = n', 'zero n = n').replace(/induction[^\n]*/, 'reflexivity.'),
    )
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'other-statement' })
    expect(verdict.findings[0]!.message).toContain('forall n : mine, add n zero = n')
    expect(verdict.findings[0]!.message).toContain('forall n : mine, add zero n = n')
    expect(await judged(good.replace('add_zero', 'add_nought'))).toMatchObject({
      outcome: 'unsolved',
      reason: 'no-theorem',
    })
  })

  it('tells holes from axioms, and names both', async () => {
    const hole = await judged(good.replace(/Proof[\s\S]*/, 'Proof. Admitted.'))
    expect(hole).toMatchObject({ outcome: 'unsolved', reason: 'incomplete' })
    expect(hole.findings[0]!.message).toContain('Answer.add_zero')
    const assumed = await judged(
      good.replace('Theorem', 'Axiom no : False.\nTheorem').replace(/induction[^\n]*/, 'destruct no.'),
    )
    expect(assumed).toMatchObject({ outcome: 'rejected', reason: 'axioms' })
    expect(assumed.findings[0]!.message).toContain('Answer.no')
  })

  it('reads the words before a command in a time that grows with them', async () => {
    const blanks = '(**) '.repeat(60)
    const text = good.replace(/Proof[\s\S]*/, 'Proof. Admitted.')
    expect(await judged(`Local ${blanks} Definition x := 0.\n${text}`)).toMatchObject({
      reason: 'incomplete',
    })
    const axiom = `Local ${blanks} Axiom no : False.\n${text}`
    expect(await judged(axiom)).toMatchObject({ outcome: 'rejected', reason: 'axioms' })
  })

  it('does not mind an axiom or a hole on which the theorem does not rest', async () => {
    const text = good.replace('Theorem', 'Axiom unused : False.\nLemma open : False. Admitted.\nTheorem')
    expect(await judged(text)).toMatchObject({ outcome: 'solved' })
  })

  it('takes a library axiom where the task allows it, and only there', async () => {
    const text = `From Coq Require Import Classical.
Theorem twice : forall P : Prop, ~ ~ P -> P.
Proof. intros P. destruct (classic P); tauto. Qed.`
    const task = (axioms: string[]) =>
      taskOf('twice', { statement: 'Theorem twice : forall P : Prop, ~ ~ P -> P.', axioms })
    expect(await judged(text, task(['Coq.Logic.Classical_Prop.classic']))).toMatchObject({
      outcome: 'solved',
    })
    const refused = await judged(text, task([]))
    expect(refused).toMatchObject({ outcome: 'rejected', reason: 'axioms' })
    expect(refused.findings[0]!.message).toContain('Coq.Logic.Classical_Prop.classic')
    // An axiom of the answer's own under a name that the task allows.
    const own = text.replace(
      'From Coq Require Import Classical.',
      'Axiom classic : forall P : Prop, P \\/ ~ P.',
    )
    expect(await judged(own, task(['Coq.Logic.Classical_Prop.classic']))).toMatchObject({
      outcome: 'rejected',
    })
  })

  it("lets a proof rest on axioms of the task's own context", async () => {
    const task = taskOf('shared', {
      context: 'Axiom given : 1 = 2.',
      prelude: 'Require Import Context.',
      statement: 'Theorem shared : 2 = 1.',
    })
    const text = 'Require Import Context.\nTheorem shared : 2 = 1. Proof. symmetry. exact given. Qed.'
    expect(await judged(text, task)).toMatchObject({ outcome: 'solved' })
    // The same name in a module of the answer's own is not the task's.
    const own =
      'Module Context. Axiom given : 1 = 2. End Context.\nTheorem shared : 2 = 1. Proof. symmetry. exact Context.given. Qed.'
    expect(await judged(own, task)).toMatchObject({ outcome: 'rejected', reason: 'axioms' })
  })

  it('takes other forms of the same theorem: binders, universes, terms, aliases, sections, notations', async () => {
    const task = taskOf('again', {
      statement: 'Theorem again (A : Type) (l : list A) : l = l.',
    })
    for (const text of [
      'Definition again := fun A l => @eq_refl (list A) l.',
      'Module Inner. Section On. Variable A : Type. Lemma it : forall l : list A, l = l. Proof. reflexivity. Qed. End On. End Inner.\nDefinition again := Inner.it.',
      'Notation "x == y" := (x = y) (at level 70).\nTheorem again : forall (A : Type) (l : list A), l == l.\nProof. now trivial. Qed.',
      'Module Type T. Axiom again : forall A (l : list A), l = l. End T.\nModule M : T. Theorem again : forall A (l : list A), l = l. Proof. reflexivity. Qed. End M.\nInclude M.',
      'Lemma helper : nat. Proof. exact 0. Qed.\nTheorem again (A : Type) (l : list A) : l = l. Proof. set (n := helper). reflexivity. Qed.',
    ])
      expect(await judged(text, task), text).toMatchObject({ outcome: 'solved' })
  })

  it('compiles further files of the key in their order', async () => {
    const task = taskOf(
      'far',
      { prelude: 'Require deep.Far.', statement: 'Theorem far : deep.Far.two = 2.' },
      {
        files: fileSet({
          'deep/Near.v': 'Definition one := 1.',
          'deep/Far.v': 'Require deep.Near. Definition two := S deep.Near.one.',
        }),
      },
    )
    expect(
      await judged('Require deep.Far. Definition far : deep.Far.two = 2 := eq_refl.', task),
    ).toMatchObject({ outcome: 'solved' })
  })

  it('ends what takes too much time or memory', async () => {
    const task = {
      ...addZero,
      brief: {
        ...addZero.brief,
        limits: { ...addZero.brief.limits, sandbox: { ...addZero.brief.limits.sandbox, cpuSeconds: 2 } },
      },
    }
    expect(await judged(proofIs('do 1000000000 (try fail); admit.'), task)).toMatchObject({
      outcome: 'unsolved',
      reason: 'time',
    })
    const ends = async (text: string, reason: string) =>
      expect(await judged(text)).toMatchObject({ outcome: 'unsolved', reason })
    await ends('Definition x := Eval vm_compute in Nat.pow 2 40.', 'memory')
    await ends(`Goal True. do 100000000 idtac "${'a'.repeat(200)}".`, 'resources')
    await ends('Ltac f := (idtac; f); idtac. Goal True. f.', 'does-not-compile')
  })

  it('is void where the task itself is broken, and says which file', async () => {
    const broken = taskOf('broken', {
      context: 'Definition x := nonsense.',
      statement: 'Theorem broken : True.',
    })
    const judging = judged('Theorem broken : True. exact I. Qed.', broken)
    await expect(judging).rejects.toThrow(InfrastructureError)
    await expect(judging).rejects.toThrow(/Context\.v of the task .*nonsense/s)
    await expect(
      judged('Definition x := I.', taskOf('bad', { statement: 'Theorem bad : 0.' })),
    ).rejects.toThrow(InfrastructureError)
  })
})

describe('what is no answer', () => {
  it('is unsolved for nothing, a text, or the stub as it was given', async () => {
    for (const submission of [
      answer(''),
      { kind: 'text', text: good } as const,
      { kind: 'files', files: addZero.brief.files } as const,
      answer(good, 'Other.v'),
    ])
      expect(await judgeIn(backend, addZero, submission)).toMatchObject({
        outcome: 'unsolved',
        reason: 'no-answer',
      })
  })

  it('is rejected for two answers, but not for the untouched stub of the other prover', async () => {
    const stub = 'theorem add_zero : True := sorry'
    const lean = { context: '', prelude: '', statement: 'theorem add_zero : True', axioms: [] }
    const task = {
      ...addZero,
      brief: { ...addZero.brief, files: fileSet({ 'Answer.lean': stub }) },
      key: { ...addZero.key, formal: { ...addZero.key.formal, lean } },
    }
    const both = (other: string) => ({
      kind: 'files' as const,
      files: fileSet({ 'Answer.v': good, 'Answer.lean': other }),
    })
    expect(await judgeIn(backend, task, both(`${stub} `))).toMatchObject({
      outcome: 'rejected',
      reason: 'two-answers',
    })
    if (hasRocq) expect(await judgeIn(backend, task, both(stub))).toMatchObject({ outcome: 'solved' })
  })
})
