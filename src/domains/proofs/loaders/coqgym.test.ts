import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InfrastructureError } from '../../../core/errors.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { proofs } from '../index.ts'
import { judgeIn } from '../judge/testing.ts'
import { coqGym } from './coqgym.ts'
import { directoryOf, taskOf } from './testing.ts'

const hasRocq = ['coqc', 'coqchk'].every((name) => spawnSync('which', [name]).status === 0)

const files = {
  'projs_split.json': JSON.stringify({ projs_train: ['one'], projs_valid: [], projs_test: ['two-more'] }),
  'coq_projects/one/Make': '-R . One\nList.v\nsub/Uses.v\n',
  // The name of a library: the project's own is meant.
  'coq_projects/one/List.v': 'Definition own := 1.\nLemma own_is : own = 1. Proof refl_equal.\n',
  'coq_projects/one/sub/Uses.v': `Require Import List. From Coq Require Import PeanoNat.
Section S.
Variable n : nat.
Hypothesis big : own < n.
Lemma used : own <> n + 1 -> 1 < n.
exact (fun _ => big).
Qed.
Lemma other : n <> own. Proof using big. intros same. pose proof big as less. rewrite same in less. exact (PeanoNat.Nat.lt_irrefl _ less). Qed.
Lemma by_term : own < n. Proof big.
Lemma never : False. Admitted.
End S.
`,
  'coq_projects/two-more/theories/A.v':
    'From TwoMore Require Import B.\nFrom One Require Import Uses.\nLemma both : b = 2 /\\ One.List.own = 1. Proof. split; reflexivity. Qed.\n',
  'coq_projects/two-more/theories/B.v': 'Definition b := 2. Lemma b_is : b = 2. reflexivity. Defined.',
  'coq_projects/old/Broken.v': 'Require Import Omega. Lemma old : True. Proof. exact I. Qed.',
}

let root: string
let backend: SandboxBackend
beforeAll(async () => {
  root = await directoryOf(files)
  backend = await bubblewrap()
})
afterAll(async () => {
  await rm(root, { recursive: true })
  await backend[Symbol.asyncDispose]()
})

const load = (variant?: string) => coqGym.load(root, { errata: false, ...(variant && { variant }) })

describe('CoqGym', () => {
  it('has every theorem with a proof, by project and split', async () => {
    const suite = await load()
    expect(suite.tasks.map(({ id, category }) => [id, category])).toEqual([
      ['old.Broken.old', 'old'],
      ['one.List.own_is', 'train'],
      ['one.sub.Uses.used', 'train'],
      ['one.sub.Uses.other', 'train'],
      ['one.sub.Uses.by_term', 'train'],
      ['two-more.theories.A.both', 'test'],
      ['two-more.theories.B.b_is', 'test'],
    ])
    expect(suite.unavailable).toMatchObject([
      { id: 'one.sub.Uses.never', kind: 'no-proof', category: 'train' },
    ])
    expect((await load('test')).tasks.map(({ id }) => id)).toEqual([
      'two-more.theories.A.both',
      'two-more.theories.B.b_is',
    ])
  })

  it('refuses variants without a split, and directories that are something else', async () => {
    await expect(load('dev')).rejects.toMatchObject({ code: 'unknown-variant' })
    await expect(coqGym.load(join(root, 'coq_projects'), { errata: false })).rejects.toMatchObject({
      code: 'not-coqgym',
    })
    const bare = await directoryOf({ 'coq_projects/one/A.v': 'Lemma a : True. exact I. Qed.' })
    await expect(coqGym.load(bare, { errata: false, variant: 'test' })).rejects.toMatchObject({
      code: 'no-split',
    })
    expect((await coqGym.load(bare, { errata: false })).tasks).toMatchObject([
      { id: 'one.A.a', category: 'one' },
    ])
    await rm(bare, { recursive: true })
  })

  it('finds what files require in their own project and in others', async () => {
    const { brief } = await taskOf(await load(), 'two-more.theories.A.both')
    expect([...brief.files.keys()]).toEqual([
      'TwoMore/theories/B.v',
      'One/List.v',
      'One/sub/Uses.v',
      '_CoqProject',
      'Answer.v',
    ])
  })
})

describe.skipIf(!hasRocq)('a theorem of CoqGym, judged (Rocq is installed)', { timeout: 120_000 }, () => {
  it('takes the proof that its file has, in a section and across projects too', async () => {
    const suite = await load()
    for (const id of [
      'one.List.own_is',
      'one.sub.Uses.used',
      'one.sub.Uses.other',
      'one.sub.Uses.by_term',
      'two-more.theories.A.both',
    ]) {
      const task = await taskOf(suite, id)
      const reference = proofs.oracle(task)!
      expect(await judgeIn(backend, task, reference), id).toMatchObject({ outcome: 'solved' })
    }
  })

  it('is void, with the reason, where this Rocq does not read the file', async () => {
    const task = await taskOf(await load(), 'old.Broken.old')
    const judging = judgeIn(backend, task, proofs.oracle(task)!)
    await expect(judging).rejects.toThrow(InfrastructureError)
    await expect(judging).rejects.toThrow(/Omega/)
  })
})
