import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSet } from '../../../core/files.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { ProofSession, ProofState, Step } from '../prover.ts'
import { type RocqProver, rocq } from './index.ts'
import { proverPids, rocqMissing } from './testing.ts'

const missing = rocqMissing ?? (bwrapMissing() ? 'bubblewrap is missing' : undefined)
const gibibyte = 1024 ** 3

describe.skipIf(missing)(`proofs in Rocq${missing ? ` (${missing})` : ''}`, () => {
  let backend: SandboxBackend
  let lab: ReturnType<typeof openLab>
  let prover: RocqProver
  let session: ProofSession

  beforeAll(async () => {
    backend = await bubblewrap()
    lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    prover = rocq(lab, { processes: 1, memoryBytes: gibibyte })
    session = await prover.open({
      context: 'Require Import Lia.\nDefinition twice (n : nat) := n + n.\nLtac Crush := lia.',
      statement: 'Theorem both : forall n m : nat, n = m -> twice m = n + n /\\ True.',
    })
  })
  afterAll(async () => {
    await prover?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
    await backend?.[Symbol.asyncDispose]()
  })

  const step = async (from: string, tactic: string, seconds = 20): Promise<ProofState> => {
    const done = await session.step(from, tactic, { seconds })
    expect(done).toMatchObject({ kind: 'state' })
    return (done as Extract<Step, { kind: 'state' }>).state
  }
  const started = (tactic = '') => step(session.root.id, `intros n m H. ${tactic}`)

  it('shows goals, goes on from any state, and closes the proof', async () => {
    const state = await started('split.')
    expect(state.goals).toEqual([
      {
        hypotheses: [
          { names: ['n', 'm'], type: 'nat' },
          { names: ['H'], type: 'n = m' },
        ],
        conclusion: 'twice m = n + n',
      },
      expect.objectContaining({ conclusion: 'True' }),
    ])
    const left = await step(state.id, '- unfold twice; lia.')
    expect(left).toMatchObject({ goals: [], waiting: 1, done: false })
    expect(await step(state.id, '2: { exact I. }')).toMatchObject({
      goals: [{ conclusion: 'twice m = n + n' }],
    })
    const end = await step(left.id, '- exact I.')
    expect(end.done).toBe(true)
    expect(session.script(end.id)).toEqual([
      'intros n m H.',
      'split.',
      '-',
      'unfold twice; lia.',
      '-',
      'exact I.',
    ])
    expect(await session.close(end.id)).toEqual({ ok: true, message: '' })
    expect(await session.close(left.id)).toMatchObject({
      ok: false,
      message: expect.stringContaining('incomplete'),
    })
    expect(await session.close(end.id)).toMatchObject({ ok: true })
  })

  it('says where a step is wrong', async () => {
    const state = await started()
    const text = 'assert (é : 1 = 1) by auto. nonsense n.'
    const wrong = await session.step(state.id, text)
    expect(wrong).toMatchObject({ kind: 'error', message: expect.stringContaining('nonsense') })
    expect(text.slice(...(wrong as Extract<Step, { kind: 'error' }>).at!)).toBe('nonsense')
    const unread = await session.step(state.id, 'idtac. apply (.')
    expect(unread).toMatchObject({ kind: 'error', message: expect.stringContaining('Syntax error') })
    expect(await session.step(state.id, 'fail "<b>&amp;</value>".')).toMatchObject({
      message: expect.stringContaining('<b>&amp;</value>'),
    })
    expect(await session.step(state.id, 'Qed.')).toMatchObject({ kind: 'error' })
    expect(await session.step(state.id, 'Zap x.')).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('not a tactic known'),
    })
    expect(await step(state.id, 'split; [ unfold twice | exact I ]. Crush.')).toMatchObject({ done: true })
    await expect(session.step('s999', 'auto.')).rejects.toThrow('no state')
  })

  it('gives messages as they are', async () => {
    const xml = '</string></value><value val=""good""> &nbsp; &amp; '
    const done = await session.step(session.root.id, `idtac "${xml}". idtac "a  b".`)
    expect(done).toMatchObject({ messages: [xml.replaceAll('""', '"').trim(), 'a  b'] })
  })

  it('searches premises by their full names, and answers questions', async () => {
    expect(await session.search({ by: 'name', text: 'ADD_assoc', most: 50 })).toContainEqual(
      expect.objectContaining({ name: 'Coq.Arith.PeanoNat.Nat.add_assoc' }),
    )
    const typed = await session.search({ by: 'type', text: '_ + 0 = _' })
    expect(typed.map(({ name }) => name)).toContain('Coq.Arith.PeanoNat.Nat.add_0_r')
    const words = await session.search({ by: 'words', text: 'le trans', most: 50 })
    expect(words.map(({ name }) => name)).toContain('Coq.Arith.PeanoNat.Nat.le_trans')
    await expect(session.search({ by: 'type', text: '_ + (' })).rejects.toThrow('pattern')
    const state = await started()
    expect(await session.ask('Check H', state.id)).toEqual({ ok: true, text: 'H\n     : n = m' })
    expect(await session.ask('Check H')).toMatchObject({ ok: false })
    expect(await session.ask('Compute twice 4.')).toMatchObject({
      ok: true,
      text: expect.stringContaining('= 8'),
    })
  })

  it.each([
    ['a loop of tactics', 'do 1000000000 idtac.'],
    ['a repeat without an end', 'repeat pose proof I.'],
    ['a recursive tactic', 'let rec loop _ := loop () in loop ().'],
    ['a computation', 'assert (X : Nat.pow 2 26 = 0) by (lazy; auto).'],
  ])('ends %s, and goes on', async (_, tactic) => {
    expect(await session.step(session.root.id, tactic, { seconds: 0.5 })).toMatchObject({ kind: 'limit' })
    expect((await started()).goals).toHaveLength(1)
  })

  it('ends a step that eats memory or prints without an end', async () => {
    const eats = 'assert (X : N.to_nat (2 ^ 40) = 0) by (vm_compute; auto).'
    await using other = await prover.open({
      context: 'Require Import NArith.',
      statement: 'Theorem t : True.',
    })
    expect(await other.step(other.root.id, eats, { seconds: 60 })).toMatchObject({
      kind: 'limit',
      limit: 'memory',
    })
    expect(await other.step(other.root.id, 'exact I.')).toMatchObject({
      kind: 'state',
      state: { done: true },
    })
    const prints = `do 10000000 idtac "${'x'.repeat(1000)}".`
    expect(await session.step(session.root.id, prints, { seconds: 60 })).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('MiB'),
    })
    expect(await session.step(session.root.id, `do 2000 idtac "${'y'.repeat(100)}".`)).toMatchObject({
      kind: 'state',
    })
  })

  it('knows what is shelved and given up', async () => {
    const state = await started('split.')
    const admitted = await step(state.id, 'admit. give_up.')
    expect(admitted).toMatchObject({ goals: [], givenUp: 2, done: false })
    expect(await session.close(admitted.id)).toMatchObject({ ok: false })
    const shelved = await step(session.root.id, 'intros n m H. evar (x : nat). shelve.')
    expect(shelved).toMatchObject({ goals: [], done: false })
    expect(shelved.shelved).toBeGreaterThan(0)
    expect((await step(shelved.id, 'Unshelve.')).goals.length).toBeGreaterThan(0)
    const existential = await step(
      session.root.id,
      'intros n m H. assert (exists y, y = n) as X by (eexists; reflexivity).',
    )
    expect(existential.goals).toHaveLength(1)
  })

  it('leaves universe errors to the kernel', async () => {
    await using other = await prover.open({ context: '', statement: 'Theorem u : forall T : Type, T -> T.' })
    expect(await other.step(other.root.id, 'pose (X := Type). assert (Y : X) by exact X.')).toMatchObject({
      kind: 'error',
      message: expect.stringMatching(/[Uu]niverse/),
    })
  })

  it('shows a goal with 500 hypotheses, or says that it does not', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `h${index}`).join(' ')
    await using other = await prover.open({
      context: '',
      statement: `Theorem many : forall ${names} : 1 = 1, True.`,
    })
    const many = await other.step(other.root.id, 'intros.', { seconds: 20 })
    expect(many).toMatchObject({ kind: 'state', state: { goals: [{ conclusion: 'True' }] } })
    expect(await other.step('s1', 'exact I.')).toMatchObject({ kind: 'state' })
  })

  it.each([
    ['auto', 'does not end'],
    ['auto. (* never', 'does not end'],
    [`idtac "${'x'.repeat(10 * 1024 ** 2)}".`, 'characters'],
    ['idtac "\ud800".', 'U+D800'],
    ['id\0tac.', 'U+0000'],
  ])('refuses %.20s before it is sent', async (tactic, why) => {
    expect(await session.step(session.root.id, tactic)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining(why),
    })
  })

  it('comes to the same when the process is killed at any moment', async () => {
    const search = async () => {
      const found: unknown[] = []
      const state = await started('split.')
      for (const tactic of [
        'auto.',
        'unfold twice.',
        'rewrite H.',
        'subst. unfold twice.',
        'exact I.',
        'lia.',
      ]) {
        const done = await session.step(state.id, tactic)
        found.push(done.kind === 'state' ? [done.state.goals, done.messages] : done)
      }
      return found
    }
    const expected = await search()
    const before = prover.started
    let running = true
    const killing = (async () => {
      for (let round = 0; running; round++) {
        await new Promise((resolve) => setTimeout(resolve, 30 + 170 * (round % 4)))
        if (round % 4 === 0) for (const pid of proverPids()) process.kill(pid, 'SIGKILL')
        if (round > 8) return
      }
    })()
    expect(await search()).toEqual(expected)
    running = false
    await killing
    expect(await search()).toEqual(expected)
    expect(prover.started).toBeGreaterThan(before)
  })

  it('refuses contexts and statements that are none', async () => {
    const open = (context: string, statement: string) => prover.open({ context, statement })
    await expect(open('Definition x := y.', 'Theorem t : True.')).rejects.toThrow(
      'The reference y was not found',
    )
    await expect(open('', 'Theorem t : foo.')).rejects.toThrow('in "Theorem t : foo."')
    await expect(open('', 'Definition x := 1.')).rejects.toThrow('opens no proof')
    await expect(open('', 'Check 1.')).rejects.toThrow('one sentence')
    await expect(open('', 'Theorem t : True. Admitted.')).rejects.toThrow('one sentence')
    await expect(open('Definition x := 1. (*', 'Theorem t : True.')).rejects.toThrow('does not end')
    await expect(open('Back 1.', 'Theorem t : True.')).rejects.toThrow('cannot be part')
  })

  it('replaces a process whose context may have left something behind', async () => {
    const before = prover.started
    await using bad = await prover.open({
      context: 'Redirect "file" Check 1.',
      statement: 'Theorem t : True.',
    })
    expect(bad.root.goals).toHaveLength(1)
    await started()
    expect(prover.started).toBe(before + 1)
  })

  it('compiles the files that a context needs', async () => {
    const files = fileSet({
      'Context.v': 'Inductive n := o | s (x : n).',
      'Sub/More.v': 'Require Import Context. Definition two := s (s o).',
    })
    await using other = await prover.open({
      context: 'Require Import Context Sub.More.',
      statement: 'Theorem t : two = s (s o).',
      files,
    })
    expect(await other.step(other.root.id, 'reflexivity.')).toMatchObject({
      kind: 'state',
      state: { done: true },
    })
    const broken = { context: '', statement: 'Theorem t : True.', files: fileSet({ 'A.v': 'Check x.' }) }
    await expect(prover.open(broken)).rejects.toThrow('A.v does not compile')
  })

  it('ends a step when it is told to', async () => {
    const control = new AbortController()
    const pending = session.step(session.root.id, 'do 1000000000 idtac.', {
      seconds: 60,
      signal: control.signal,
    })
    setTimeout(() => control.abort(new Error('enough')), 200)
    await expect(pending).rejects.toThrow('enough')
    expect((await started()).goals).toHaveLength(1)
  })
})
