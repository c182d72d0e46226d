import type { Port, Reading } from './reading.ts'

/** What a recogniser made of a brief: the inside of the module, and what it saw in which words. */
export interface Sketch {
  readonly body: string
  readonly why: string
}

/** Looks for one kind of circuit; undefined where it does not find all that it needs. */
export type Recogniser = (reading: Reading) => Sketch | undefined

/** The whole module around a body. An empty body leaves the outputs undriven. */
export function moduleOf(reading: Reading, body: string): string {
  const ports = reading.ports.map((port) => `  ${port.direction} logic ${rangeOf(port.width)}${port.name}`)
  const indented = body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line}\n`)
  return `module TopModule (\n${ports.join(',\n')}\n);\n${indented.join('')}endmodule\n`
}

/** `[7:0] ` for 8 bits, nothing for one. */
export function rangeOf(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0] `
}

export function assign(output: Port, expression: string): string {
  return `assign ${output.name} = ${expression};`
}

/** `2'b01` from `01`. */
export function bits(digits: string): string {
  return `${digits.length}'b${digits}`
}

/**
 * A clocked process in the brief's own style of clock and reset. Where the module has no reset, the registers start
 * with the values that a reset would give them.
 */
export function clocked(reading: Reading, step: string, whenReset: string): string {
  const { clock, reset } = reading
  if (!clock) throw new TypeError('a clocked process needs a clock; the recogniser must ask for one')
  const edges = [`${clock.edge} ${clock.name}`]
  if (!reset) return `initial begin ${whenReset} end\nalways @(${edges[0]}) begin\n  ${step}\nend`
  if (reset.asynchronous) edges.push(`${reset.activeHigh ? 'posedge' : 'negedge'} ${reset.name}`)
  const active = `${reset.activeHigh ? '' : '!'}${reset.name}`
  return `always @(${edges.join(' or ')})\n  if (${active}) begin ${whenReset} end\n  else begin\n    ${step}\n  end`
}

/** The value that the brief gives to a register at reset, as a Verilog expression; undefined where it says none. */
export function resetValueOf(text: string): string | undefined {
  const value = String.raw`(zero|one|0x[0-9a-f]+|\d+'[bdh][0-9a-f_]+|\d+)(?![\w'])`
  const forms = [
    String.raw`reset(?:s|ting)?\b[^.]{0,60}?\bto (?:a )?(?:value )?(?:of )?${value}`,
    String.raw`\bresetn? = [01],? (?:both digits |\w+ )(?:becomes?|is|are) ${value}`,
    String.raw`while it is [01],? \w+ is ${value}`,
  ]
  for (const form of forms) {
    const found = new RegExp(form, 'i').exec(text)?.[1]?.toLowerCase()
    if (found) return verilogOf(found)
  }
  return undefined
}

function verilogOf(word: string): string {
  if (word === 'zero') return '0'
  if (word === 'one') return '1'
  return word.startsWith('0x') ? `'h${word.slice(2)}` : word
}
