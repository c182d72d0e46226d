import type { Lab } from '../../core/domain.ts'
import { seedOf } from '../../core/seed.ts'
import { judge } from '../../domains/hardware/judge.ts'
import { examine } from '../../domains/hardware/mutants/examine.ts'
import { mutantsOf } from '../../domains/hardware/mutants/index.ts'
import type { Plan, Step } from './plan.ts'
import { taskOf } from './task.ts'
import { traceOf } from './traces.ts'

/** Mutants that a testbench is tuned on. Their seed is the forge's own, and no audit's. */
export const tuningMutants = 12
/** Most directed sequences, and steps of all of them. */
const maxTraces = 40
const maxSteps = 4000

/** Kinds that no simulation finds but by chance or by knowing them: they say nothing of how well it was made. */
export const rareKinds: ReadonlySet<string> = new Set(['rare-input', 'long-count'])

/**
 * Makes mutants, simulates them with the random stimuli, and adds to these the counterexamples of those that they let
 * through. Throws what the judge and the prover throw.
 */
export async function strengthen(id: string, plan: Plan, lab: Lab): Promise<Plan> {
  const seed = seedOf('forge-tuning', id)
  const task = taskOf(id, plan)
  const mutants = mutantsOf(task, tuningMutants, seed)
  const [refuted, killed]: [string[], string[]] = [[], []]
  const directed: Step[][] = []
  let unknown = 0
  let ordinary = 0
  let ordinaryKilled = 0
  for (const mutant of mutants) {
    lab.signal.throwIfAborted()
    const report = await examine(task, mutant, lab)
    if (report.ordinary === 'invalid') continue
    if (report.proof === 'unknown') unknown++
    if (report.proof !== 'refuted') continue
    refuted.push(mutant.name)
    if (!rareKinds.has(mutant.kind)) ordinary++
    if (report.ordinary === 'killed') {
      killed.push(mutant.name)
      if (!rareKinds.has(mutant.kind)) ordinaryKilled++
      continue
    }
    const trace = traceOf(report.evidence, plan)
    if (trace !== undefined) directed.push(trace)
  }
  const tuned: Plan = {
    ...plan,
    stimulus: { ...plan.stimulus, directed: bounded(directed) },
    tuning: { seed, made: mutants.length, refuted, killed, unknown },
  }
  // What people get wrong and random stimuli do not show asks for more of them, beside the sequences.
  return ordinaryKilled >= 0.9 * ordinary
    ? tuned
    : { ...tuned, stimulus: { ...tuned.stimulus, phases: 3 * plan.stimulus.phases } }
}

function bounded(traces: readonly Step[][]): Step[][] {
  const kept = new Map<string, Step[]>()
  let steps = 0
  for (const trace of traces) {
    const text = JSON.stringify(trace)
    if (kept.size >= maxTraces || steps + trace.length > maxSteps || kept.has(text)) continue
    kept.set(text, trace)
    steps += trace.length
  }
  return [...kept.values()]
}

/** Whether the testbench as it is tells a submission from the reference. */
export async function kills(
  task: Parameters<typeof judge>[0],
  submission: Parameters<typeof judge>[1],
  lab: Lab,
): Promise<boolean> {
  return (await judge({ ...task, protocol: 'official' }, submission, lab)).outcome !== 'solved'
}
