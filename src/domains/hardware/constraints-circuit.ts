import { createHash } from 'node:crypto'
import { topModule } from './key.ts'
import type { Netlist, Target } from './ppa/index.ts'

/**
 * What the flip-flops hold when the simulation begins: unknown values, or bits of which `one` and `other` are
 * the opposites. Cells of silicon start with any value; those of an iCE40 start with 0.
 */
export type Start = 'unknown' | 'one' | 'other'

/**
 * A mapped circuit as Verilog that simulates without delays, cell by cell, with names of its own but for the ports.
 * Throws where the circuit has a cell that is not one of the target's: then it is not the whole circuit.
 */
export function circuitText(netlist: Netlist, target: Target, start: Start): string {
  const ports = Object.entries(netlist.ports)
  const nets = new Set<number>()
  const lines: string[] = []
  for (const [name, { direction, bits, offset, upto }] of ports) {
    bits.forEach((bit, index) => {
      if (typeof bit === 'number') nets.add(bit)
      const at = offset + (upto === 1 ? bits.length - 1 - index : index)
      const port = bits.length === 1 && offset === 0 ? `\\${name} ` : `\\${name} [${at}]`
      lines.push(direction === 'input' ? `assign ${net(bit)} = ${port};` : `assign ${port} = ${net(bit)};`)
    })
  }
  const stored = new Set<number>()
  for (const [name, { type, parameters, connections }] of Object.entries(netlist.cells)) {
    for (const bits of Object.values(connections))
      for (const bit of bits) if (typeof bit === 'number') nets.add(bit)
    const pins = (pin: string): string => net(connections[pin]?.[0] ?? 'x')
    const made = storageCell(type, pins) ?? logicCell(type, pins, String(parameters.LUT_INIT ?? ''))
    if (made === undefined) throw new Error(`${type} is no cell of ${target}`)
    lines.push(made)
    const out = connections.Q?.[0]
    if (typeof out !== 'number') continue
    stored.add(out)
    if (target === 'ice40') lines.push(`initial n${out} = 1'b0;`)
    else if (start !== 'unknown') lines.push(`initial n${out} = 1'b${startBit(name, start)};`)
  }
  const declared = ports.map(([name, { direction, bits, offset }]) => {
    const range = bits.length === 1 && offset === 0 ? '' : `[${offset + bits.length - 1}:${offset}] `
    return `${direction} wire ${range}\\${name} `
  })
  return [
    `module ${topModule} (${declared.join(', ')});`,
    ...[...nets].map((bit) => `${stored.has(bit) ? 'reg' : 'wire'} n${bit};`),
    ...lines,
    'endmodule\n',
  ].join('\n')
}

function net(bit: number | string): string {
  return typeof bit === 'number' ? `n${bit}` : `1'b${bit}`
}

function startBit(name: string, start: Start): number {
  const bit = createHash('sha256').update(name).digest()[0]! & 1
  return start === 'one' ? bit : 1 - bit
}

/** Flip-flops and latches of both targets; nonblocking, so that all of them see what was there before an edge. */
function storageCell(type: string, pin: (name: string) => string): string | undefined {
  const to = (value: string) => `${pin('Q')} <= ${value};`
  if (type === 'DFFPOSX1') return `always @(posedge ${pin('CLK')}) ${to(pin('D'))}`
  if (type === 'DFFNEGX1') return `always @(negedge ${pin('CLK')}) ${to(pin('D'))}`
  if (type === 'LATCH') return `always @* if (${pin('CLK')}) ${to(pin('D'))}`
  if (type === 'DFFSR') {
    const [reset, set] = [pin('R'), pin('S')]
    const edges = `posedge ${pin('CLK')}, negedge ${reset}, negedge ${set}`
    return `always @(${edges}) if (!${reset}) ${to("1'b0")} else if (!${set}) ${to("1'b1")} else ${to(pin('D'))}`
  }
  const ice = /^SB_DFF(N?)(E?)(SR|SS|R|S)?$/.exec(type)
  if (ice === null) return undefined
  const [, falling, enable, force] = ice
  const clock = `${falling === 'N' ? 'negedge' : 'posedge'} ${pin('C')}`
  const forced = force === undefined ? '' : force.endsWith('R') ? `1'b0` : `1'b1`
  const forcing = force?.endsWith('R') ? pin('R') : pin('S')
  const taken = enable === 'E' ? `if (${pin('E')}) ${to(pin('D'))}` : to(pin('D'))
  if (force === undefined) return `always @(${clock}) ${taken}`
  if (force.length === 1)
    return `always @(${clock}, posedge ${forcing}) if (${forcing}) ${to(forced)} else ${taken}`
  const both = `begin if (${forcing}) ${to(forced)} else ${to(pin('D'))} end`
  return `always @(${clock}) ${enable === 'E' ? `if (${pin('E')}) ${both}` : both}`
}

/** Functions of the OSU cells, from `osu018_stdcells.lib`. Those with two outputs have their own lines below. */
const functions: Readonly<Record<string, string>> = {
  AND2: 'A & B',
  AOI21: '~((A & B) | C)',
  AOI22: '~((A & B) | (C & D))',
  BUF: 'A',
  CLKBUF: 'A',
  INV: '~A',
  MUX2: '~(S ? A : B)',
  NAND2: '~(A & B)',
  NAND3: '~(A & B & C)',
  NOR2: '~(A | B)',
  NOR3: '~(A | B | C)',
  OAI21: '~((A | B) & C)',
  OAI22: '~((A | B) & (C | D))',
  OR2: 'A | B',
  XNOR2: '~(A ^ B)',
  XOR2: 'A ^ B',
}

function logicCell(type: string, pin: (name: string) => string, table: string): string | undefined {
  if (type === 'SB_CARRY') {
    const [a, b, carry] = [pin('I0'), pin('I1'), pin('CI')]
    return `assign ${pin('CO')} = (${a} & ${b}) | (${carry} & (${a} | ${b}));`
  }
  if (type === 'SB_LUT4') {
    if (!/^[01]{16}$/.test(table)) return undefined
    // The last character is the entry for all inputs 0.
    const entries = [...table].reverse().map((bit) => `1'b${bit}`)
    return `assign ${pin('O')} = ${chosen(entries, [pin('I3'), pin('I2'), pin('I1'), pin('I0')])};`
  }
  const [a, b, c] = ['A', 'B', 'C'].map(pin)
  if (type === 'HAX1') return `assign ${pin('YC')} = ${a} & ${b}; assign ${pin('YS')} = ${a} ^ ${b};`
  if (type === 'FAX1')
    return `assign ${pin('YC')} = (${a} & ${b}) | (${b} & ${c}) | (${c} & ${a}); assign ${pin('YS')} = ${a} ^ ${b} ^ ${c};`
  const name = /^([A-Z]+\d*?)(?:X\d|(?<=BUF)\d)$/.exec(type)?.[1]
  if (name === undefined || !Object.hasOwn(functions, name)) return undefined
  return `assign ${pin('Y')} = ${functions[name]!.replace(/[A-DS]/g, pin)};`
}

/** A conditional operator a bit: where both of its sides agree, an unknown bit makes no difference. */
function chosen(entries: readonly string[], [select, ...rest]: readonly string[]): string {
  if (select === undefined || entries.every((entry) => entry === entries[0])) return entries[0]!
  const half = entries.length / 2
  return `(${select} ? ${chosen(entries.slice(half), rest)} : ${chosen(entries.slice(0, half), rest)})`
}
