import { spawnSync } from 'node:child_process'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf } from '../../../../core/files.ts'
import type { SandboxBackend } from '../../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../../sandbox/index.ts'
import { attacks } from '../../attacks/index.ts'
import { proofs } from '../../index.ts'
import { answer, judgeIn } from '../../judge/testing.ts'
import { directoryOf, taskOf } from '../testing.ts'
import { rocqHoles } from './holes.ts'

const hasRocq = ['coqc', 'coqchk', 'coqidetop.opt'].every((name) => spawnSync('which', [name]).status === 0)

const base = `Parameter size : nat.
Definition twice n := n + n.
Lemma left_open : twice size = 2 * size. Admitted.
Lemma marked : twice 1 = 2. Proof. (* prove *) Qed.
`
const main = `Require Import Base.
From Coq Require Import Lia.
(** Doubling zero *)
Theorem zero : twice 0 = 0.
Proof. (* prove *) Qed.

Lemma small : size <= 100.
(* prove *)

Definition not_stated : nat. Admitted.

Section Any.
  Variable T : Type.
  Hypothesis same : forall x y : T, x = y.
  Module_free
  Lemma both (x y z : T) : x = z. Admitted.
  Lemma by_hole : twice size = size * 2.
  Proof. Admitted.
End Any.
Module Inner.
  Definition three := 3.
  Theorem inside : three = 3. Admitted.
End Inner.
Module Functor (X : Inner_type).
  Lemma in_functor : True. Admitted.
End Functor.
Theorem one : True with two : True.
Admitted.
Redirect "x" Print nat.
Theorem late : 1 = 1. Admitted.
Theorem last : 2 = 2.
Proof.
`
  .replace('  Module_free\n', '')
  .replace(
    'Module Functor (X : Inner_type).',
    'Module Type Inner_type. End Inner_type.\nModule Functor (X : Inner_type).',
  )

let root: string
let backend: SandboxBackend
beforeAll(async () => {
  root = await directoryOf({
    _CoqProject: '-R theories Lib\n',
    'theories/Base.v': base,
    'theories/test/Main.v': main,
    'theories/Open.v': 'Theorem fine : True. Admitted. (* never ends',
    'theories/Latin.v': Buffer.from('(* Th\xe9or\xe8me *) Theorem latin : True. Admitted.', 'latin1'),
    'theories/Circle.v': 'Require Import Circle2. Theorem round : True. Admitted.',
    'theories/Circle2.v': 'Require Import Circle.',
  })
  await symlink('/etc/passwd', join(root, 'theories/Link.v'))
  backend = await bubblewrap()
})
afterAll(async () => {
  await rm(root, { recursive: true })
  await backend[Symbol.asyncDispose]()
})

const strict = () => rocqHoles.load(root, { errata: false })
const main_ = (name: string) => `theories.test.Main.${name}`

describe('a directory of Rocq files with holes', () => {
  it('has a task for each theorem that is left open, and says what it leaves out', async () => {
    const suite = await strict()
    expect(suite.tasks.map(({ id }) => id)).toEqual([
      'theories.Base.left_open',
      'theories.Base.marked',
      'theories.Circle.round',
      'theories.Latin.latin',
      'theories.Open.fine',
      ...['zero', 'small', 'both', 'by_hole', 'inside'].map(main_),
    ])
    expect(suite.tasks.find(({ id }) => id === main_('zero'))).toMatchObject({
      title: 'Doubling zero',
      category: 'test',
    })
    expect(suite.unavailable!.map(({ id, kind }) => [id, kind])).toEqual([
      ['theories_Link.v_', 'link'],
      ['theories.Open.unclosed', 'unclosed'],
      [main_('line-10'), 'not-a-theorem'],
      [main_('in_functor'), 'in-functor'],
      [main_('one'), 'mutual'],
      [main_('late'), 'outward'],
      [main_('last'), 'outward'],
    ])
    expect(suite.description).toMatch(/10 theorems; 7 left out \(1 link, /)
  })

  it('gives the agent the file up to the theorem, and what that requires under its own name', async () => {
    const { brief, key } = await taskOf(await strict(), main_('by_hole'))
    expect([...brief.files.keys()]).toEqual(['Lib/Base.v', '_CoqProject', 'Answer.v'])
    expect(textOf(brief.files, '_CoqProject')).toBe('-Q . ""\n-R Lib Lib\n')
    const stub = textOf(brief.files, 'Answer.v')!
    expect(stub).toContain('Theorem zero : twice 0 = 0.\nProof.\nAdmitted.\n')
    expect(stub).toContain('Lemma small : size <= 100.\nProof.\nAdmitted.\n')
    expect(stub).toMatch(
      /Set Default Proof Using "All"\.\n\nLemma by_hole [^\n]*\nProof\.\nAdmitted\.\nEnd Any\.\n$/,
    )
    expect(stub).not.toContain('inside')
    expect(key.formal.rocq!.within!.forbidden).toEqual([
      'Answer.zero',
      'Answer.small',
      'Answer.both',
      'Answer.not_stated',
      'Lib.Base.left_open',
      'Lib.Base.marked',
    ])
  })

  it('refuses what is no such directory', async () => {
    await expect(rocqHoles.load(join(root, 'none'), { errata: false })).rejects.toMatchObject({
      code: 'no-suite',
    })
    await expect(rocqHoles.load(root, { errata: false, variant: 'x' })).rejects.toMatchObject({
      code: 'unknown-variant',
    })
  })
})

describe.skipIf(!hasRocq)('a hole, judged (Rocq is installed)', { timeout: 120_000 }, () => {
  const filled = (text: string, proof: string) =>
    text.replace(/Proof\.\nAdmitted\.(?![\s\S]*Admitted\.)/, proof)

  it('is closed over all variables of its section', async () => {
    const task = await taskOf(await strict(), main_('both'))
    const stub = textOf(task.brief.files, 'Answer.v')!
    expect(
      await judgeIn(backend, task, answer(filled(stub, 'Proof. intros; apply same. Qed.'))),
    ).toMatchObject({ outcome: 'solved' })
    expect(await judgeIn(backend, task, answer(stub))).toMatchObject({ reason: 'no-answer' })
    const helped = filled(stub, 'Proof. apply same_of. Qed.').replace(
      'Lemma both',
      'Lemma same_of (a b : T) : a = b. Proof. apply same. Qed.\nLemma both',
    )
    expect(await judgeIn(backend, task, answer(helped))).toMatchObject({ outcome: 'solved' })
    const loose = filled(stub, 'Proof. intros; apply same. Qed.').replace(
      'Variable T : Type',
      'Variable T : Set',
    )
    expect(await judgeIn(backend, task, answer(loose))).toMatchObject({
      outcome: 'unsolved',
      reason: 'other-context',
    })
  })

  it('may not rest on other holes, unless that is asked for', async () => {
    const proof = 'Proof. rewrite left_open. apply PeanoNat.Nat.mul_comm. Qed.'
    const task = await taskOf(await strict(), main_('by_hole'))
    const text = filled(textOf(task.brief.files, 'Answer.v')!, proof)
    const refused = await judgeIn(backend, task, answer(text))
    expect(refused.outcome).not.toBe('solved')
    expect(refused.findings[0]!.message).toContain('Lib.Base.left_open')
    const lenient = await rocqHoles.load(root, { errata: false, variant: 'earlier-holes' })
    expect(await judgeIn(backend, await taskOf(lenient, main_('by_hole')), answer(text))).toMatchObject({
      outcome: 'solved',
    })
  })

  it('keeps parameters and definitions what they were', async () => {
    const task = await taskOf(await strict(), main_('small'))
    const stub = textOf(task.brief.files, 'Answer.v')!
    const chosen = filled(stub, 'Proof. unfold size; lia. Qed.').replace(
      '(** Doubling',
      'Definition size := 7.\n(** Doubling',
    )
    expect(await judgeIn(backend, task, answer(chosen))).toMatchObject({
      outcome: 'unsolved',
      reason: 'other-context',
    })
  })

  it('is opened, proved and handed in by the actions of an agent, within a module too', async () => {
    const task = await taskOf(await strict(), main_('inside'))
    await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    await using environment = await proofs.open({ id: task.id, brief: task.brief }, {}, lab)
    const { data } = await environment.act('open', {})
    const done = await environment.act('tactic', {
      state: (data as { state: string }).state,
      tactic: 'reflexivity.',
    })
    const taken = await environment.act('qed', { state: (done.data as { state: string }).state })
    expect(taken).toMatchObject({ ok: true })
    expect(taken.text).toMatch(/Answer\.Inner\.inside[\s\S]*(?:Axioms|Closed)/)
    expect(await judgeIn(backend, task, await environment.collect())).toMatchObject({ outcome: 'solved' })
  })

  it('withstands the attacks that know its file', async () => {
    const task = await taskOf(await strict(), main_('both'))
    const some = ['changed-context', 'weaker-statement', 'section-hypothesis', 'axiom']
    const played = attacks.filter(({ name }) => some.includes(name))
    expect(played.length).toBeGreaterThanOrEqual(3)
    for (const attack of played) {
      const submission = attack.submission(task)
      if (submission === undefined) continue
      expect((await judgeIn(backend, task, submission)).outcome, attack.name).not.toBe('solved')
    }
  })
})
