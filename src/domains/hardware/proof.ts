import type { Lab } from '../../core/domain.ts'
import type { Task } from '../../core/task.ts'
import type { Evidence, Finding, Metric } from '../../core/verdict.ts'
import type { CleanDesign, Stop } from './design.ts'
import { type Equivalence, equivalenceOf } from './formal/index.ts'
import { answerPath, type HardwareKey } from './key.ts'

/** Processor time for a search where the task says nothing else, in seconds. */
export const proofSeconds = 10

/** What a proof adds to the verdict on a design that passes simulation. */
export interface Proof {
  /** Present where the design is refuted. */
  readonly end?: Stop & { readonly score: number }
  readonly metrics: readonly Metric[]
  readonly findings: readonly Finding[]
  readonly evidence: readonly Evidence[]
  readonly unchecked: readonly string[]
  readonly tools: Readonly<Record<string, string>>
}

/**
 * Compares a design that passes simulation with the reference for all inputs. Only a counterexample that the
 * simulator confirms counts against it, and not where the testbench waits for the design's answers. `compileLog` is what Icarus says of the design. Throws what `equivalenceOf`
 * throws.
 */
export async function proofOf(
  design: CleanDesign,
  task: Task<HardwareKey>,
  lab: Lab,
  compileLog = '',
): Promise<Proof> {
  const seconds = task.key.proofSeconds ?? proofSeconds
  const found = withDoubt(await equivalenceOf(design, task, lab, { seconds }), compileLog)
  const { result, reason, resetStyleOnly, evidence, tools } = found
  const shared = { metrics: metricsOf(found), evidence, tools }
  if (result === 'proven') {
    const message = `equal to the reference for all inputs: ${reason}`
    return { ...shared, findings: [{ code: 'proven', severity: 'info', message }], unchecked: [] }
  }
  if (result === 'unknown') {
    const message = `it is not known whether the design equals the reference beyond the testbench: ${reason}`
    return {
      ...shared,
      findings: [{ code: 'not-proven', severity: 'warning', message }],
      unchecked: [`behaviour beyond the stimuli of the testbench (${reason})`],
    }
  }
  const message = `it passes the testbench and is not equal to the reference: ${reason}`
  const at = answerPath
  // Such a testbench leaves the design its own time, and a comparison cycle by cycle does not.
  if (task.key.reacts)
    return {
      ...shared,
      findings: [{ code: 'not-equivalent', severity: 'warning', message, at }],
      unchecked: ['behaviour beyond the stimuli of the testbench, which waits for what the design answers'],
    }
  return {
    ...shared,
    end: {
      outcome: 'unsolved',
      reason: resetStyleOnly ? 'reset-style' : 'not-equivalent',
      // Half of what is asked: the testbench, and not the rest.
      score: 0.5,
      findings: [{ code: 'not-equivalent', severity: 'error', message, at }],
    },
    findings: [],
    unchecked: [],
  }
}

/** In the simulator such a block never runs; to the prover it is a circuit like any other. */
function withDoubt(found: Equivalence, compileLog: string): Equivalence {
  if (found.result !== 'proven' || !/found no sensitivities so it will never trigger/.test(compileLog))
    return found
  const reason = 'equal to the prover, but the simulator never runs a block of it that waits for nothing'
  return { ...found, result: 'unknown', reason }
}

function metricsOf({ result, resetStyleOnly }: Equivalence): Metric[] {
  const flag = (name: string, value: boolean): Metric => ({ name, value: value ? 1 : 0, unit: '1' })
  return [
    flag('formal-proven', result === 'proven'),
    flag('formal-refuted', result === 'refuted'),
    flag('formal-unknown', result === 'unknown'),
    ...(result === 'refuted' ? [flag('differs-in-reset-style-only', resetStyleOnly)] : []),
  ]
}
