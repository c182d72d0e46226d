import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Json, Observation } from '../../../core/environment.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Found } from '../judge/found.ts'
import { answerPaths } from '../key.ts'
import type { ProblemProfile, Profiled } from '../profile/index.ts'
import { operatorsText, problemText, timeOf } from '../profile/words.ts'
import { type Bench, quickPatience } from './bench.ts'
import { foundText } from './words.ts'
import { answerIn, cut, failure } from './workbench.ts'

/** What the environment can find out about problem and answers. */
export interface Measuring {
  readonly sandbox: Sandbox
  readonly bench: Bench
  problemProfile(signal: AbortSignal | undefined): Promise<ProblemProfile>
  answerProfile(signal: AbortSignal | undefined): Promise<Profiled>
}

const none = z.object({})
const profile = z.object({
  of: z
    .enum(['problem', 'answer'])
    .default('problem')
    .describe("the problem's Model in eager PyTorch, or your ModelNew"),
})

/** `test`, `measure` and `profile`. */
export function measureDeeds({ sandbox, bench, problemProfile, answerProfile }: Measuring) {
  return {
    test: deed({
      description: `Tries ${answerPaths[0]} as the judge does, with inputs and weights drawn for you: as given, signed, large, zero, denormal. Says what is wrong, where, and by how much.`,
      input: none,
      async run(_, signal) {
        return observed(await bench.examine(await answerIn(sandbox), undefined, signal))
      },
    }),
    measure: deed({
      description: `Tests ${answerPaths[0]}, then times it against eager PyTorch in alternating batches, as the judge does, with fewer of them: the judge's own measurement counts.`,
      input: none,
      async run(_, signal) {
        return observed(await bench.examine(await answerIn(sandbox), quickPatience, signal))
      },
    }),
    profile: deed({
      description:
        "Tells where time goes, operator by operator, in FLOP/s and bytes/s beside what this machine can do: of the problem's Model in eager PyTorch, or of your ModelNew.",
      input: profile,
      async run({ of }, signal): Promise<Observation> {
        if (of === 'problem') return shown(await problemProfile(signal))
        const profiled = await answerProfile(signal)
        if ('why' in profiled) return failure(cut(`it could not be profiled: ${profiled.why}`))
        const { seconds } = profiled.profile
        const text = `One call of ModelNew takes ${timeOf(seconds)} by its own clock. By operator of PyTorch:`
        return { ok: true, text: `${text}\n${operatorsText(profiled.profile)}`, data: profiled.profile }
      },
    }),
  }
}

function shown(known: ProblemProfile): Observation {
  const { profiled, cost } = known
  const data = { ...('profile' in profiled && { profile: profiled.profile }), ...(cost && { cost }) }
  return { ok: 'profile' in profiled, text: cut(problemText(known)), data: data as Json }
}

function observed(found: Found): Observation {
  const { fault, timed, checked } = found
  const data = {
    correct: checked !== undefined && fault === undefined,
    reason: fault?.reason ?? null,
    speedup: timed ? { ...timed.speedup } : null,
    same: timed ? { ...timed.same } : null,
    passed: checked?.passed.length ?? 0,
  }
  return { ok: fault === undefined, text: cut(foundText(found)), data }
}
