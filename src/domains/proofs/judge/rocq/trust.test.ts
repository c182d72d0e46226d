import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rocqVariables } from '../../rocq/variables.ts'
import { readLibrary } from './reader.ts'
import { kernelPartRead } from './vo.ts'

const hasRocq = spawnSync('coqc', ['--version']).status === 0
const env = { ...process.env, ...rocqVariables }

describe.skipIf(!hasRocq)('what is distrusted in a library (coqc is installed)', { timeout: 60_000 }, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'trust-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function compiled(text: string): Buffer {
    writeFileSync(join(folder, 'Answer.v'), text)
    execFileSync('coqc', ['-q', '-noglob', 'Answer.v'], { cwd: folder, env, stdio: 'ignore' })
    return readFileSync(join(folder, 'Answer.vo'))
  }
  const problems = (text: string) => kernelPartRead(compiled(text)).distrusted.map(({ problem }) => problem)

  it('is no recursion that people write', () => {
    for (const text of [
      'Fixpoint half (n : nat) : nat := match n with S (S m) => S (half m) | _ => O end.',
      'Fixpoint even (n : nat) : bool := match n with O => true | S m => odd m end with odd (n : nat) : bool := match n with O => false | S m => even m end.',
      'Lemma zero : forall n, n + 0 = n. Proof. fix again 1. intros [| n]; [ reflexivity | simpl; now rewrite again ]. Qed.',
      'Inductive rose := Rose (l : list rose). Fixpoint size (t : rose) : nat := match t with Rose l => (fix all l := match l with nil => 1 | cons t l => size t + all l end) l end.',
      'Fixpoint down (n : nat) (a : Acc lt n) {struct a} : nat := match n as m return n = m -> nat with O => fun _ => 0 | S m => fun same => down m (Acc_inv a (eq_ind_r (fun k => m < k) (le_n (S m)) same)) end eq_refl.',
      'Fixpoint low (n : nat) (a : Acc lt n) {struct a} : nat. Proof. destruct n as [| n]; [ exact 0 | exact (low n (Acc_inv a (le_n (S n)))) ]. Defined.',
      'Inductive tree := Leaf | Node (f : nat -> tree). Fixpoint left (t : tree) : nat := match t with Leaf => 0 | Node f => S (left (f 0)) end.',
      'Fixpoint quot (n m : nat) {struct n} : nat := match n with O => 0 | S k => let r := k - m in S (quot r m) end.',
      'Fixpoint last (n : nat) : nat := match n with O => 0 | S k => last (match k with O => k | S _ => k end) end.',
      'CoInductive stream := more (n : nat) (s : stream). CoFixpoint from (n : nat) : stream := more n (from (S n)). CoFixpoint odds (n : nat) : stream := match n with O => more 1 (odds 3) | S _ => more n (more n (odds (S n))) end.',
      'Section S. Variable A : Type. Inductive box := Box (a : A). Record both := { one : A; two : box }. End S. Module Type T. Parameter n : nat. End T. Module M : T. Definition n := 3. End M. Include M.',
    ])
      expect(problems(text), text).toEqual([])
  })

  it('is what only the kernel can follow', () => {
    const refused = (text: string, why: RegExp) => expect(problems(text).join(), text).toMatch(why)
    refused(
      'Fixpoint f (n : nat) : nat := match n with O => 0 | S k => (fun g => g k) f end.',
      /without the argument/,
    )
    refused(
      'Definition same (n : nat) := match n with O => O | S k => S k end. Fixpoint f (n : nat) : nat := match n with O => 0 | S k => match k with O => 0 | S l => f (match l with O => k | S _ => l end) end end. Fixpoint g (n : nat) : nat := match n with O => 0 | S k => g ((fun x => x) (id k)) end.',
      /not plainly a part/,
    )
    refused(
      'CoInductive s := c (x : s). Definition t := s. CoFixpoint f : t := c f.',
      /cofixpoint, its type is hidden/,
    )
    refused('Module Type T. End T. Module F (X : T). End F.', /functor/)
    refused('Inductive t := C (n : nat) (m := n).', /local definition/)
    refused(
      'Set Universe Polymorphism. Cumulative Inductive t@{u} : Type@{u+1} := C (A : Type@{u}).',
      /cumulative/,
    )
    refused('Primitive int := #int63_type. Primitive add := #int63_add.', /primitive/)
  })

  it('is told soon, whatever is shared in a term', async () => {
    // A term whose size doubles with each line, in a recursion: it is never walked as a tree.
    const doubling = Array.from({ length: 60 }, (_, at) => `let x${at + 1} := x${at} + x${at} in`).join(' ')
    const text = `Fixpoint f (n : nat) : nat := match n with O => 0 | S k => let x0 := f k in ${doubling} x60 end.`
    expect(problems(text)).toEqual([])
    const reading = await readLibrary(compiled('Definition a := 1.'), new AbortController().signal)
    expect(reading).toMatchObject({ kind: 'library', distrusted: [] })
    const none = await readLibrary(Buffer.from('nothing'), new AbortController().signal)
    expect(none).toMatchObject({ kind: 'none' })
  })
})
