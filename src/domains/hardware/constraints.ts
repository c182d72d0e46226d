import type { Lab } from '../../core/domain.ts'
import type { Task } from '../../core/task.ts'
import type { Finding, Metric } from '../../core/verdict.ts'
import { circuitText, type Start } from './constraints-circuit.ts'
import { untimedIn } from './constraints-clocking.ts'
import { type Stop, unsolved } from './design.ts'
import { answerPath, type HardwareKey, topModule } from './key.ts'
import { confirmStimulus, oracleDesign, oracleRun } from './oracle-run.ts'
import {
  type Constraints,
  constraintText,
  figuresNeeded,
  measurePpa,
  type Netlist,
  type Ppa,
  readConstraints,
  scoreOf,
  type Target,
  targetsNeeded,
} from './ppa/index.ts'
import { simulate } from './simulation.ts'

/** What a task's constraints say of a design that behaves as it should. */
export interface Constrained {
  readonly outcome: 'solved' | 'unsolved'
  /** `pass`; else `synthesis`, `netlist`, `clocking` or `constraints`. */
  readonly reason: string
  /** 1 where all constraints are met; else how near the design came. */
  readonly score: number
  readonly findings: readonly Finding[]
  /** The figures; where all constraints are met, `improvement` against the oracle's too. */
  readonly metrics: readonly Metric[]
  readonly tools: Readonly<Record<string, string>>
}

/**
 * Measures a design that simulation passes, and the circuit made of it: that circuit must itself pass the
 * testbench, so that what was measured is what was judged. Undefined for a task without constraints. `text` is the
 * cleaned design with the module `TopModule`. Throws `InfrastructureError` where a program is missing or the oracle
 * cannot be measured, `UsageError` where the task's constraints are not right.
 */
export async function constraintsVerdict(
  text: string,
  task: Task<HardwareKey>,
  lab: Lab,
): Promise<Constrained | undefined> {
  const constraints = readConstraints(task.brief.settings)
  if (constraints === undefined) return undefined
  const reference = await oraclePpa(task, constraints, lab)
  const ppa = await measured(text, constraints, lab)
  const { score, met, metrics, constraints: results } = scoreOf(ppa, constraints, reference)
  const all = [...ppa.figures.map(({ name, value, unit }) => ({ name, value, unit }))]
  const known = new Set<string>(all.map(({ name }) => name))
  const shared = { tools: ppa.tools, metrics: [...metrics.filter(({ name }) => !known.has(name)), ...all] }
  const without = { ...shared, metrics: shared.metrics.filter(({ name }) => name !== 'improvement') }
  if (ppa.failed !== undefined) {
    const why = `no circuit can be made of it (${ppa.failed.reason}): ${ppa.failed.log}`
    return { ...unsolved('synthesis', why), outcome: 'unsolved', score: 0, ...without }
  }
  const timing = untimed(ppa, constraints)
  if (timing.length > 0)
    return { outcome: 'unsolved', reason: 'clocking', score: 0, findings: timing, ...without }
  for (const target of targetsNeeded(constraints)) {
    const stop = await confirmCircuit(ppa.netlists[target], target, task, lab)
    if (stop !== undefined) return { score: 0, ...stop, outcome: 'unsolved', ...without }
  }
  if (met) return { outcome: 'solved', reason: 'pass', score: 1, findings: [], ...shared }
  const findings = results.map(
    (result): Finding => ({
      code: 'constraints',
      severity: result.met ? 'info' : 'error',
      message: constraintText(result),
    }),
  )
  return { outcome: 'unsolved', reason: 'constraints', score, findings, ...without }
}

/** The figures of a design of which no task asks them, on both targets; none where no circuit can be made of it. */
export async function withPpa(text: string, lab: Lab): Promise<Pick<Constrained, 'metrics' | 'tools'>> {
  const { figures, tools } = await measurePpa({ text, module: topModule }, lab)
  return { metrics: figures.map(({ name, value, unit }) => ({ name, value, unit })), tools }
}

const oracles = new WeakMap<HardwareKey, Promise<Ppa>>()

/** The oracle's figures, once per key. */
async function oraclePpa(task: Task<HardwareKey>, constraints: Constraints, lab: Lab): Promise<Ppa> {
  let ppa = oracles.get(task.key)
  if (ppa === undefined) {
    ppa = measured(oracleDesign(task.key), constraints, lab)
    oracles.set(task.key, ppa)
    ppa.catch(() => oracles.delete(task.key))
  }
  return await ppa
}

/** Placement takes most of the time, and only Fmax needs it. */
function measured(text: string, constraints: Constraints, lab: Lab): Promise<Ppa> {
  const placed = figuresNeeded(constraints).includes('fmax')
  const options = { targets: targetsNeeded(constraints), ...(placed ? {} : { seeds: 0 }) }
  return measurePpa({ text, module: topModule }, lab, options)
}

/** Why a delay that the task asks for cannot be stated of this circuit. */
function untimed(ppa: Ppa, constraints: Constraints): Finding[] {
  const needed = figuresNeeded(constraints)
  const targets: Target[] = [
    ...(needed.includes('delay') ? (['osu018'] as const) : []),
    ...(needed.includes('fmax') ? (['ice40'] as const) : []),
  ]
  const found = targets.flatMap((target) => {
    const netlist = ppa.netlists[target]
    return netlist === undefined ? [] : untimedIn(netlist)
  })
  for (const { code, message } of ppa.problems) if (code === 'loop') found.push(message)
  return [...new Set(found)].map((message) => ({
    code: 'clocking',
    severity: 'error',
    message: `${message}; where delay counts, all flip-flops take one edge of one clock port`,
    at: answerPath,
  }))
}

/**
 * Simulates the mapped circuit with the key's testbench. Where unknown values at the start do not do, as gates make
 * more of them than there are, two runs that start with opposite bits must both pass.
 */
async function confirmCircuit(
  netlist: Netlist | undefined,
  target: Target,
  task: Task<HardwareKey>,
  lab: Lab,
): Promise<(Stop & { readonly score?: number }) | undefined> {
  if (netlist === undefined) return unsolved('synthesis', `no circuit for ${target} came of it`)
  const first = await simulateCircuit(netlist, target, 'unknown', task, lab)
  if (first === undefined || target === 'ice40') return first
  for (const start of ['one', 'other'] as const) {
    const end = await simulateCircuit(netlist, target, start, task, lab)
    if (end !== undefined) return end
  }
  return undefined
}

async function simulateCircuit(
  netlist: Netlist,
  target: Target,
  start: Start,
  task: Task<HardwareKey>,
  lab: Lab,
): Promise<(Stop & { readonly score?: number }) | undefined> {
  let text: string
  try {
    text = circuitText(netlist, target, start)
  } catch (thrown) {
    return unsolved(
      'synthesis',
      `synthesis leaves something that it has no cell for: ${(thrown as Error).message}`,
    )
  }
  const result = await simulate(text, task.key, lab)
  const { counts } = result
  if (result.ok && counts?.errors === 0 && counts.samples > 0) return await confirmStimulus(result, task, lab)
  const samples = (await oracleRun(task, lab)).counts?.samples ?? 0
  const errors = result.ok ? (counts?.errors ?? samples) : samples
  return {
    ...unsolved(
      'netlist',
      `the design passes, but the circuit that synthesis makes of it differs in ${errors} of ${samples} samples: it rests on an initial value, a delay or an unknown value, or the simulator and the synthesiser read it differently`,
    ),
    score: samples === 0 ? 0 : Math.max(0, samples - errors) / samples,
  }
}
