import { barOf, roughly } from './statistics.ts'
import type { Timed } from './timing.ts'

/** Whether an answer is certainly faster than eager PyTorch, and not by what lies beside the model. */
export function isFaster(timed: Timed): boolean {
  return beatsEager(timed) && !savesTooLittle(timed)
}

function beatsEager({ speedup, same }: Timed): boolean {
  return speedup.low > barOf(same)
}

/** Of what a call costs beside the model: what is measured of that differs by half from one time to the next. */
const factor = 2

/**
 * An answer can have a loop of its own take the commands, in fewer steps than ours: what that could save, which is less
 * than a call costs beside the model, is no speed.
 */
function savesTooLittle({ pairs, idle }: Timed): boolean {
  return roughly(pairs.map(({ baseline, candidate }) => baseline - candidate)).low <= factor * idle
}

/** Why what beats eager is not called faster, in words; undefined where it is, or does not. */
export function whyNotFaster(timed: Timed): string | undefined {
  if (!beatsEager(timed) || isFaster(timed)) return undefined
  return `what it saves is no more than twice the ${(1e6 * timed.idle).toFixed(0)} µs that a call costs beside the model, which a loop of its own could save`
}
