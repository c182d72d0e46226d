import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { Step } from '../prover.ts'
import { lean } from './index.ts'
import { standIn, toyPids } from './testing/place.ts'

const missing = bwrapMissing() ? 'bubblewrap is missing' : undefined

const openings = ['import A', 'import A\nopen B', 'def x := 1\n#eval x', ''].map((context, at) => ({
  context,
  statement: `theorem t${at} : A → True ∧ A ∧ True`,
}))
const tactics = ['intro h', 'intro x\nskip', 'constructor', 'trivial', 'assumption', 'sorry', 'skip', 'zap']

/** What a person would see of a step. Ids belong to a session's own order. */
function seen(step: Step): unknown {
  return step.kind === 'state' ? { ...step.state, id: '', messages: step.messages } : step
}

describe.skipIf(missing)(`walks over trees of states${missing ? ` (${missing})` : ''}`, () => {
  it('show the same with shared and killed processes as with one that does nothing else', async () => {
    await using backend = await bubblewrap()
    await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    const options = { memoryBytes: 1024 ** 3 }
    const move = fc.record({
      session: fc.nat(openings.length - 1),
      from: fc.nat(),
      tactic: fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom(...tactics) },
        { weight: 1, arbitrary: fc.constantFrom('forge', 'late') },
      ),
      kill: fc.nat(15).map((value) => value === 0),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 60, maxLength: 80 }), async (moves) => {
        await using shared = lean(lab, standIn('toy.ts'), { ...options, processes: 2 })
        const sessions = await Promise.all(openings.map((opening) => shared.open(opening)))
        const taken = await Promise.all(
          sessions.map(async (session, index) => {
            const known = [session.root.id]
            const steps: { from: string; tactic: string; step: Step }[] = []
            for (const { from: at, tactic, kill } of moves.filter((one) => one.session === index)) {
              const from = known[at % known.length]!
              if (kill) for (const pid of toyPids().slice(0, 1)) process.kill(pid, 'SIGKILL')
              const step = await session.step(from, tactic, { seconds: 60 })
              if (step.kind === 'state') known.push(step.state.id)
              steps.push({ from, tactic, step })
            }
            return steps
          }),
        )
        for (const [index, opening] of openings.entries()) {
          await using alone = lean(lab, standIn('toy.ts'), { ...options, processes: 1 })
          const fresh = await alone.open(opening)
          for (const { from, tactic, step } of taken[index]!)
            expect([tactic, seen(await fresh.step(from, tactic, { seconds: 60 }))]).toEqual([
              tactic,
              seen(step),
            ])
        }
      }),
      { numRuns: 1, endOnFailure: true },
    )
  }, 120_000)
})
