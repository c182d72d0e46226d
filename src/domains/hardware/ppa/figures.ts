import type { Metric } from '../../../core/verdict.ts'
import type { Netlist } from './netlist.ts'

/**
 * What is measured of a circuit, with its unit. The first six are of the OSU 180 nm cell library, the others of a
 * Lattice iCE40 HX8K. `delay` is the longest path from an input or a register to an output or a register, where
 * one between opposite edges of a clock counts twice; `fmax` is the median over the seeds of placement, `fmax-low` and `fmax-high` the range.
 */
export const figureUnits = {
  area: 'µm²',
  cells: 'cells',
  'flip-flops': 'cells',
  latches: 'cells',
  delay: 'ns',
  power: 'mW',
  luts: 'LUTs',
  'ice40-flip-flops': 'cells',
  carries: 'cells',
  fmax: 'MHz',
  'fmax-low': 'MHz',
  'fmax-high': 'MHz',
  'ice40-delay': 'ns',
} as const
export type FigureName = keyof typeof figureUnits

/** What measures which figures. */
export const targets = ['osu018', 'ice40'] as const
export type Target = (typeof targets)[number]

const osuFigures: readonly FigureName[] = ['area', 'cells', 'flip-flops', 'latches', 'delay', 'power']

export function targetOf(figure: FigureName): Target {
  return osuFigures.includes(figure) ? 'osu018' : 'ice40'
}

/** One measured number with what measured it: `yosys 0.23`, `opensta 2.0.17`. */
export interface Figure extends Metric {
  readonly name: FigureName
  readonly tool: string
}

/** Power, performance and area of one design. */
export interface Ppa {
  /** In the order of `figureUnits`. A figure that has no meaning for the design, or no tool here, is absent. */
  readonly figures: readonly Figure[]
  /** Versions of the programs that measured, by name. */
  readonly tools: Readonly<Record<string, string>>
  /** What the figures do not say, and why one is absent, in words for whoever wrote the design. */
  readonly notes: readonly string[]
  /** What of the circuit is likely a mistake: inferred latches, combinational loops, several drivers. */
  readonly problems: readonly Problem[]
  /** The circuits that were measured, for whoever wants to know that they do what the design does. */
  readonly netlists: Readonly<Partial<Record<Target, Netlist>>>
  /** Programs that are not installed, so that the figures that need them are absent. */
  readonly missing: readonly string[]
  /** Present where no circuit could be made of the design; there are no figures then. */
  readonly failed?: { readonly reason: string; readonly log: string }
}

/** A weakness that synthesis has found in a design that it could make a circuit of. */
export interface Problem {
  readonly code: 'latch' | 'loop' | 'multiple-drivers' | 'undriven' | 'removed' | 'initial-value'
  readonly message: string
  /** Where in the design: `TopModule.sv:12`. */
  readonly at?: string
}

export function figureOf(ppa: Pick<Ppa, 'figures'>, name: FigureName): number | undefined {
  return ppa.figures.find((figure) => figure.name === name)?.value
}

/** One line a figure: `area 1411 µm² (yosys 0.23)`. */
export function figureText({ name, value, unit, tool }: Figure): string {
  return `${name} ${Number(value.toPrecision(5))} ${unit} (${tool})`
}
