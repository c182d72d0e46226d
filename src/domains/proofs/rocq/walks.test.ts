import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { Opening, ProofSession, Step } from '../prover.ts'
import { rocq } from './index.ts'
import { proverPids, rocqMissing } from './testing.ts'

const missing = rocqMissing ?? (bwrapMissing() ? 'bubblewrap is missing' : undefined)

const openings: readonly Opening[] = [
  {
    context: 'Require Import Lia.',
    statement: 'Theorem a : forall n m : nat, n <= m -> exists k, n + k = m /\\ True.',
  },
  { context: 'Require Import Lia.', statement: 'Theorem b : forall P Q : Prop, P /\\ Q -> Q /\\ P.' },
  {
    context: 'From Coq Require Import ssreflect.',
    statement: 'Theorem c : forall n m : nat, n = m -> m = n \\/ False.',
  },
  { context: '', statement: 'Theorem d : forall (T : Type) (x : T), exists y : T, x = y.' },
  { context: 'Redirect "x" Check 1.', statement: 'Theorem e : True /\\ True.' },
]
const tactics = [
  'intros.',
  'intro.',
  'split.',
  'left.',
  'destruct H.',
  'eexists.',
  'exists (m - n).',
  'reflexivity.',
  'symmetry.',
  'auto.',
  'lia.',
  'assumption.',
  'induction n.',
  'generalize H.',
  'refine (conj _ _).',
  'shelve.',
  'Unshelve.',
  'admit.',
  '-',
  '+',
  '{',
  '}',
  'all: simpl.',
  'assert (0 = 0) by reflexivity.',
  'move=> n.',
  'evar (z : nat).',
  'fail.',
  'pose (U := Type).',
  'econstructor. idtac "x".',
  'clear. abstract trivial.',
  'cut True.',
  '2: auto.',
  'remember 3.',
  'auto. foo.',
  'exact I',
  'Qed.',
  'subst.',
  'intros [] *.',
]

/** What a person would see of a step. Ids belong to a session's own order. */
function seen(step: Step): unknown {
  if (step.kind !== 'state') return step
  const { id, ...state } = step.state
  return { ...state, messages: step.messages }
}

describe.skipIf(missing)(`walks over trees of states${missing ? ` (${missing})` : ''}`, () => {
  it('show the same with shared, replaced and killed processes as with one that does nothing else', async () => {
    await using backend = await bubblewrap()
    await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    const move = fc.record({
      session: fc.nat(openings.length - 1),
      from: fc.nat(),
      tactic: fc.constantFrom(...tactics),
      kill: fc.nat(40).map((value) => value === 0),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 40, maxLength: 60 }), async (moves) => {
        await using shared = rocq(lab, { processes: 2 })
        const sessions = await Promise.all(openings.map((opening) => shared.open(opening)))
        const ids = sessions.map(({ root }) => [root.id])
        const taken: { session: number; id: string; tactic: string; from: string; step: Step }[] = []
        await Promise.all(
          sessions.map(async (session, index) => {
            for (const { from, tactic, kill } of moves.filter((one) => one.session === index)) {
              const known = ids[index]!
              const start = known[from % known.length]!
              if (kill) for (const pid of proverPids().slice(0, 1)) process.kill(pid, 'SIGKILL')
              const step = await session.step(start, tactic, { seconds: 60 })
              if (step.kind === 'state') known.push(step.state.id)
              taken.push({
                session: index,
                id: step.kind === 'state' ? step.state.id : '',
                tactic,
                from: start,
                step,
              })
            }
          }),
        )
        for (const [index, opening] of openings.entries()) {
          await using alone = rocq(lab, { processes: 1 })
          const fresh = await alone.open(opening)
          await compare(
            fresh,
            taken.filter((one) => one.session === index),
          )
        }
      }),
      { numRuns: 2, endOnFailure: true },
    )
  }, 90_000)
})

/** The same steps in the same order, where the process has nothing else to do. */
async function compare(fresh: ProofSession, taken: readonly { from: string; tactic: string; step: Step }[]) {
  for (const { from, tactic, step } of taken) {
    expect([tactic, seen(await fresh.step(from, tactic, { seconds: 60 }))]).toEqual([tactic, seen(step)])
  }
}
