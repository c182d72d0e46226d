import type { Lab } from '../../../core/domain.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { openBench } from './bench.ts'
import { type Figure, figureUnits, type Ppa, type Problem, type Target, targets } from './figures.ts'
import { elaborate } from './front.ts'
import { measureIce40 } from './ice40.ts'
import type { Netlist } from './netlist.ts'
import { inputActivity, measureOsu018, powerClockMhz } from './osu018.ts'
import { errorIn } from './problems.ts'
import { type Failure, isFailure } from './step.ts'

export interface PpaOptions {
  /** What to measure on; both where absent. */
  readonly targets?: readonly Target[]
  /** Placements for Fmax, from seed 1. Default: 5, since one design varies by 15 %. With 0 there is no Fmax. */
  readonly seeds?: number
  readonly signal?: AbortSignal
}

/**
 * Makes a circuit of a design and measures its power, performance and area. The same design gives the same figures.
 * A design of which no circuit can be made has `failed`; a program that is not installed is in `missing`. Throws
 * `InfrastructureError` where the sandbox fails or the machine is too busy, `UsageError` for an odd module name.
 */
export async function measurePpa(
  design: { readonly text: string; readonly module: string },
  lab: Lab,
  options: PpaOptions = {},
): Promise<Ppa> {
  await using sandbox = await openBench(design.module, lab)
  return await measure(design, sandbox, { ...options, signal: options.signal ?? lab.signal })
}

async function measure(
  design: { readonly text: string; readonly module: string },
  sandbox: Sandbox,
  { targets: asked = targets, seeds = 5, signal }: PpaOptions,
): Promise<Ppa> {
  const front = await elaborate(design, sandbox, signal)
  if (isFailure(front)) return without(front)
  if (front.version === undefined)
    return { ...nothing, missing: ['yosys'], notes: ['yosys is not installed'] }
  const figures: Figure[] = []
  const notes: string[] = [...front.notes]
  const missing: string[] = []
  const tools: Record<string, string> = { yosys: front.version }
  const netlists: Partial<Record<Target, Netlist>> = {}
  const given = signal ? { signal } : {}
  if (asked.includes('osu018')) {
    const result = await measureOsu018(sandbox, design.module, front.version, signal)
    if (isFailure(result)) return without(result, front.problems)
    figures.push(...result.figures)
    notes.push(osuNote, ...result.notes)
    if (result.netlist) netlists.osu018 = result.netlist
    missing.push(...result.missing)
    Object.assign(tools, result.tools)
  }
  if (asked.includes('ice40')) {
    const result = await measureIce40(sandbox, design.module, front.version, { seeds, ...given })
    if (isFailure(result)) return without(result, front.problems)
    figures.push(...result.figures)
    notes.push(...result.notes)
    netlists.ice40 = result.netlist
    missing.push(...result.missing)
    Object.assign(tools, result.tools)
  }
  const order = Object.keys(figureUnits)
  figures.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  for (const name of missing) notes.push(`${name} is not installed, so its figures are absent`)
  return { figures, tools, notes, problems: front.problems, netlists, missing }
}

const nothing: Ppa = { figures: [], tools: {}, notes: [], problems: [], netlists: {}, missing: [] }
const osuNote = `OSU 180 nm cells at 1.8 V, typical: wires have neither delay nor capacitance; power at ${powerClockMhz} MHz where each input changes in ${inputActivity * 100} % of the cycles`

function without(failure: Failure, problems: readonly Problem[] = []): Ppa {
  const { reason } = failure
  return { ...nothing, problems, failed: { reason, log: errorIn(failure.log) } }
}
