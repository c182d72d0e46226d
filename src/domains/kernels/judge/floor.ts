import { z } from 'zod'
import { Fault } from './fault.ts'
import type { Runner } from './runner.ts'
import { medianOf } from './statistics.ts'
import type { Timed } from './timing.ts'

/**
 * Throws `Fault` (`impossible`) where an answer takes less time than writing its outputs does: half of what this machine
 * takes, in this sitting, for copying as many bytes. Neither the problem's operations nor its inputs make a floor: a better
 * algorithm may do without most of them.
 */
export async function checkFloor(timed: Timed, baseline: Runner): Promise<void> {
  if (timed.written === 0) return
  const input = { bytes_each: timed.written, count: 1 }
  const { seconds } = await baseline.tell('bandwidth', input, z.object({ seconds: z.number() }), 120)
  const floor = (seconds * timed.written) / 2
  const taken = medianOf(timed.pairs.map(({ candidate }) => candidate))
  // Where eager is that fast, its outputs lie in its inputs, which cannot be seen on a device.
  const eager = medianOf(timed.pairs.map((pair) => pair.baseline))
  if (taken >= floor || eager < floor) return
  const micro = (value: number) => `${(value * 1e6).toFixed(1)} µs`
  throw new Fault(
    'impossible',
    `a call takes ${micro(taken)}, and copying the ${timed.written} bytes of its outputs ${micro(2 * floor)} on this machine: the work is done somewhere else`,
  )
}
