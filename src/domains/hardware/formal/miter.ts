import type { Clocking } from './clocking.ts'
import type { Module } from './netlist.ts'
import type { Reset } from './reset.ts'

export interface Port {
  readonly name: string
  readonly width: number
}

/** What both designs are given and what is compared, from the reference's ports. */
export interface Interface {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

/** Names of the two instances, in the miter and in what it is replayed with. */
export const sides = { gold: 'gold', gate: 'gate' } as const

/** Throws nothing: undefined where the reference has ports of both directions, which no miter can compare. */
export function interfaceOf(gold: Module): Interface | undefined {
  const ports = Object.entries(gold.ports).map(([name, { direction, bits }]) => ({
    name,
    direction,
    width: bits.length,
  }))
  if (ports.some(({ direction }) => direction === 'inout')) return undefined
  const all = (wanted: string) =>
    ports.filter(({ direction }) => direction === wanted).map(({ name, width }) => ({ name, width }))
  return { inputs: all('input'), outputs: all('output') }
}

/**
 * How the resets move. `strict`: active in the first step, then free. `relaxed`: held for two cycles and then never
 * active again, so that designs that differ only in how they are reset agree.
 */
export type ResetStyle = 'strict' | 'relaxed'

/**
 * A module `miter` with the inputs of the designs and the output `bad`. X in the reference is a don't-care, X in the
 * design where the reference is known is not: `bad = gold !== (gold ^ gate ^ gold)`. The outputs of both sides are
 * outputs of the miter too, as `gold_…` and `gate_…`, and so is `compared`: while resets are held in the relaxed
 * style, nothing is, nor before the first edge that resets all registers.
 */
export function miterText(
  { inputs, outputs }: Interface,
  resets: readonly Reset[],
  clocking: Clocking,
  style: ResetStyle,
): string {
  const held = new Map(resets.map(({ name, active }) => [name, active]))
  const driven = (name: string) => (held.has(name) ? `\\held_${name} ` : `\\${name} `)
  const instance = (side: string, prefix: string) => {
    const pins = [
      ...inputs.map(({ name }) => `.\\${name} (${driven(name)})`),
      ...outputs.map(({ name }) => `.\\${name} (\\${prefix}_${name} )`),
    ]
    return `${side} \\the_${side} (${pins.join(', ')});`
  }
  const differs = outputs.map(
    ({ name }) => `(\\gold_${name} !== (\\gold_${name} ^ \\gate_${name} ^ \\gold_${name} ))`,
  )
  const ports = [
    ...inputs.map((port) => `input ${range(port)}\\${port.name} `),
    ...outputs.flatMap((port) => [
      `output ${range(port)}\\gold_${port.name} `,
      `output ${range(port)}\\gate_${port.name} `,
    ]),
    'output compared',
    'output bad',
  ]
  const holding = resets.map(({ name, active }) => {
    const after = style === 'strict' ? `\\${name} ` : `1'b${1 - active}`
    return `wire \\held_${name} = ${released(clocking, style)} ? ${after} : 1'b${active};`
  })
  return [
    `module miter (${ports.join(', ')});`,
    ...(resets.length > 0 ? starting(clocking, style) : []),
    ...holding,
    instance(sides.gold, 'gold'),
    instance(sides.gate, 'gate'),
    `assign compared = ${comparesAtOnce(clocking, resets, style) ? "1'b1" : released(clocking, style)};`,
    `assign bad = compared && (${differs.join(' || ')});`,
    'endmodule',
    '',
  ].join('\n')
}

/** Before its first edge a design that is reset by its clock may be anything, and a reference may say more of itself. */
export function comparesAtOnce(clocking: Clocking, resets: readonly Reset[], style: ResetStyle): boolean {
  return resets.length === 0 || clocking.kind === 'none' || (style === 'strict' && clocking.kind === 'any')
}

/**
 * Counts up to seven: the steps that have begun, or, where the resets are to be held for cycles and a step is any
 * change of the inputs, the rising edges of the first clock.
 */
function starting(clocking: Clocking, style: ResetStyle): string[] {
  if (clocking.kind === 'none') return ["wire [2:0] step_count = 3'd7;"]
  const edge = countedEdge(clocking, style)
  return [
    ...(edge === everyStep ? ['(* gclk *) reg every_step;'] : []),
    "reg [2:0] step_count = 3'd0;",
    `always @(${edge}) if (step_count != 3'd7) step_count <= step_count + 3'd1;`,
  ]
}

const everyStep = 'posedge every_step'

function countedEdge(clocking: Exclude<Clocking, { kind: 'none' }>, style: ResetStyle): string {
  if (clocking.kind === 'one') return `${clocking.rising ? 'posedge' : 'negedge'} \\${clocking.clock} `
  const [clock] = clocking.clocks
  return style === 'strict' || clock === undefined ? everyStep : `posedge \\${clock} `
}

/** Without a clock among the inputs, five steps have to do for two cycles. */
function released(clocking: Clocking, style: ResetStyle): string {
  if (style === 'strict') return '(step_count >= 1)'
  return clocking.kind === 'any' && clocking.clocks.length === 0 ? '(step_count >= 5)' : '(step_count >= 2)'
}

function range({ width }: Port): string {
  return width === 1 ? '' : `[${width - 1}:0] `
}
