import type { Rating } from '../../../core/environment.ts'
import { isFaster, whyNotFaster } from '../judge/faster.ts'
import type { FaultReason } from '../judge/fault.ts'
import type { Found } from '../judge/found.ts'
import type { ProblemProfile, Profiled } from '../profile/index.ts'
import { operatorsText, problemText, rateText, timeOf } from '../profile/words.ts'
import { type Compiled, compiledText } from './compile.ts'
import { cut } from './workbench.ts'

/** The worst that an answer can get that is right, and what others get: the nearer to right the more. */
const leastRight = 0.1
const faultScores: Readonly<Record<FaultReason, number>> = {
  'no-answer': 0,
  'does-not-compile': 0.01,
  'does-not-load': 0.02,
  crashed: 0.03,
  time: 0.03,
  memory: 0.03,
  'mutates-inputs': 0.04,
  'works-between': 0.04,
  impossible: 0.04,
  library: 0.04,
  wrong: 0.05,
}

/** Of what compiles, is imported and cannot be run. */
const compiledScore = 0.03

const advice: Partial<Record<FaultReason, string>> = {
  'mutates-inputs': 'The judge rejects that: work on a copy, or on memory of your own.',
  'works-between': 'The judge rejects that.',
  impossible: 'The judge rejects that: nothing that does the work can be so fast.',
  library: 'The judge rejects that: write what does the work yourself.',
}

/** How an answer is rated: its speedup where it is right, next to nothing where it is not. */
export function ratingOf(found: Found): Rating {
  const { fault, timed } = found
  if (fault) return { score: faultScores[fault.reason], why: foundText(found) }
  return { score: Math.max(leastRight, timed?.speedup.median ?? leastRight), why: foundText(found) }
}

/** The rating of an answer for a GPU where nothing can run it: whether it compiles, and with how many registers. */
export function compiledOnly(compiled: Compiled | undefined): Rating {
  if (!compiled) return { score: 0, why: 'Compiling and importing it took too long.' }
  const { cuda, python, triton } = compiled
  if (!python) return { score: 0, why: 'There is no model_new.py.' }
  const why = `${compiledText(compiled)}\nThere is no GPU here: it was compiled and not run; nobody knows whether it is right.`
  if (cuda?.ok === false || triton?.ok === false) return { score: faultScores['does-not-compile'], why }
  if (!python.ok) return { score: faultScores['does-not-load'], why }
  return { score: cuda || triton ? compiledScore : 0, why }
}

/** What was found out about an answer, in words for whoever wrote it. */
export function foundText(found: Found): string {
  const { fault, checked, traced, timed, loadSeconds } = found
  const built = loadSeconds === undefined ? [] : [`It is imported, and compiled, in ${timeOf(loadSeconds)}.`]
  if (fault) {
    const timing = fault.reason === 'library' ? 'but' : 'while it was timed:'
    const after = checked ? `It was right on all inputs that were tried first; ${timing} ` : ''
    const log = fault.log === '' ? [] : [cut(fault.log.trim(), 4000)]
    const more = advice[fault.reason] === undefined ? [] : [advice[fault.reason]!]
    return [`${fault.reason}: ${after}${fault.message}`, ...log, ...more, ...built].join('\n')
  }
  const tried = `It is right on all ${checked?.passed.length ?? 0} sets of inputs that were tried here${traced ? ', and does its work itself' : ''}.`
  if (!timed) return [tried, ...built].join('\n')
  const { speedup, same } = timed
  const certainly = isFaster(timed) ? 'certainly faster' : 'not certainly faster'
  const why = whyNotFaster(timed)
  const interval = `${speedup.low.toFixed(2)}–${speedup.high.toFixed(2)}`
  return [
    `It takes 1/${speedup.median.toFixed(2)} of eager PyTorch's time: ${speedup.median.toFixed(2)}× (95 % interval ${interval}), ${certainly} than eager, which is ${same.low.toFixed(2)}–${same.high.toFixed(2)}× itself here${why === undefined ? '' : `; ${why}`}. The judge measures again, longer.`,
    tried,
    ...built,
  ].join('\n')
}

/** What a next answer should know besides: how far this one is from what can be had, and where time goes. */
export function profileText(found: Found, problem: ProblemProfile, own: Profiled | undefined): string {
  const { timed, facts } = found
  const each = timed && candidateSeconds(timed.pairs)
  return [
    ...(each && facts ? [rateText(each, facts, problem)] : []),
    ...(own && 'profile' in own
      ? ['Where its own call spends its time, by operator of PyTorch:', operatorsText(own.profile)]
      : []),
    problemText(problem),
  ].join('\n')
}

function candidateSeconds(pairs: readonly { readonly candidate: number }[]): number | undefined {
  return pairs.map(({ candidate }) => candidate).sort((a, b) => a - b)[Math.floor(pairs.length / 2)]
}
