import type { Evidence } from '../../core/verdict.ts'
import { readVcd } from '../../domains/hardware/waveform/index.ts'
import type { Step } from './plan.ts'
import type { Bench } from './stimulus.ts'

/** Simulated time of one step of a counterexample, when its inputs have settled, and when its edge has come. */
const [stepTime, settled, edge] = [10, 4, 7]
/** Longest sequence that is worth its place. */
const maxSteps = 400

/** The inputs of a counterexample's steps, read from its waveform; undefined where it is none or too long. */
export function traceOf(
  evidence: readonly Evidence[],
  { inputs, clock }: Pick<Bench, 'inputs' | 'clock'>,
): Step[] | undefined {
  const file = evidence.find(({ name }) => name === 'counterexample.vcd')
  if (file === undefined) return undefined
  const { signals, end } = readVcd(new TextDecoder().decode(file.content))
  const differs = signals.find(({ name }) => name.split('.').at(-1) === 'differs')
  const until = differs?.changes.find(({ value }) => value === '1')?.time ?? end
  const steps = Math.floor(until / stepTime) + 1
  if (steps > maxSteps) return undefined
  const named = new Map(
    signals.map((signal) => [signal.name.split('.').at(-1)!.replace(/^\\/, '').trim(), signal]),
  )
  const valueAt = (name: string, time: number) =>
    named.get(name)?.changes.findLast((change) => change.time <= time)?.value
  const trace: Step[] = []
  for (let at = 0; at < steps; at++) {
    const values: Record<string, string> = {}
    for (const { name } of inputs) values[name] = valueAt(name, at * stepTime + settled) ?? '0'
    const tick = clock !== undefined && values[clock.name] !== valueAt(clock.name, at * stepTime + edge)
    trace.push({ values, tick })
  }
  return trace
}
