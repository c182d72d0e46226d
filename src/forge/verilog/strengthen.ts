import type { Lab } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import { seedOf } from '../../core/seed.ts'
import type { Submission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import { judge } from '../../domains/hardware/judge.ts'
import type { HardwareKey } from '../../domains/hardware/key.ts'
import { examine } from '../../domains/hardware/mutants/examine.ts'
import { mutantsOf } from '../../domains/hardware/mutants/index.ts'
import { oracleRun } from '../../domains/hardware/oracle-run.ts'
import { Fallen } from '../source.ts'
import type { Plan, Step } from './plan.ts'
import { taskOf } from './task.ts'
import { traceOf } from './traces.ts'

/** Mutants that a testbench is tuned on. Their seed is the forge's own, and no audit's. */
export const tuningMutants = 10
/** So many proofs without an end end the tuning. */
const mostUnknown = 5
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
  await works(task, lab)
  const mutants = mutantsOf(task, tuningMutants, seed)
  const [refuted, killed]: [string[], string[]] = [[], []]
  const directed: Step[][] = []
  let unknown = 0
  let ordinary = 0
  let ordinaryKilled = 0
  for (const mutant of mutants) {
    lab.signal.throwIfAborted()
    // A proof that comes to no end takes all of its time; where some do, the others will.
    if (unknown >= mostUnknown) break
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
    tuning: { seed, made: mutants.length, refuted, killed, unknown, phases: plan.stimulus.phases },
  }
  // What people get wrong and random stimuli do not show asks for more of them, beside the sequences.
  return ordinaryKilled >= 0.9 * ordinary
    ? tuned
    : { ...tuned, stimulus: { ...tuned.stimulus, phases: 3 * plan.stimulus.phases } }
}

/**
 * Simulates the reference with its own testbench and returns how many samples were compared. Throws `Fallen` where that
 * does not work.
 */
export async function works(task: Task<HardwareKey>, lab: Lab): Promise<number> {
  try {
    const { timedOut, counts, log } = await oracleRun(task, lab)
    if (timedOut || counts === undefined)
      throw new Fallen('too-slow', 'simulating the reference with its testbench does not end in time', {
        log,
      })
    return counts.samples
  } catch (thrown) {
    if (thrown instanceof InfrastructureError && thrown.code === 'broken-key')
      throw new Fallen('does-not-compile', thrown.message, { cause: thrown })
    throw thrown
  }
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
export async function kills(task: Task<HardwareKey>, submission: Submission, lab: Lab): Promise<boolean> {
  return (await judge({ ...task, protocol: 'official' }, submission, lab)).outcome !== 'solved'
}
