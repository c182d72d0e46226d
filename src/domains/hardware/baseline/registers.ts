import { clocked, type Recogniser, rangeOf, resetValueOf } from './design.ts'
import type { Port, Reading } from './reading.ts'

const isEnable = (port: Port) => port.width === 1 && /^(en|ena|enable|ce)$/i.test(port.name)

/** D flip-flops and registers: the data input, perhaps an enable, the stated reset. */
export const register: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const output = outputs[0]
  const input = data.find((port) => /^d(ata)?$/i.test(port.name))
  const others = data.filter((port) => port !== input)
  if (!clock || !input || outputs.length !== 1 || input.width !== output!.width) return undefined
  if (!/\b(flip[- ]?flops?|dffs?|register)\b/i.test(text) || /\b(shift|dual-edge|jk)\b/i.test(text))
    return undefined
  const enable = others.length === 1 && isEnable(others[0]!) ? others[0] : undefined
  if (others.length > 0 && !enable) return undefined
  return {
    body: clocked(
      reading,
      `${enable ? `if (${enable.name}) ` : ''}${output!.name} <= ${input.name};`,
      `${output!.name} <= ${resetValueOf(text) ?? '0'};`,
    ),
    why: `a register of ${output!.width} bits${enable ? ` with ${enable.name}` : ''}`,
  }
}

/** A register with an enable bit for each byte: "byteena[1] controls the upper byte". */
export const byteRegister: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const [output, enable] = [outputs[0], data.find((port) => /byte_?en/i.test(port.name))]
  const input = data.find((port) => port !== enable)
  if (!clock || !enable || !input || data.length !== 2 || outputs.length !== 1) return undefined
  if (
    input.width !== output!.width ||
    enable.width * 8 !== input.width ||
    !/flip-flops?|register/i.test(text)
  )
    return undefined
  const step = `for (int i = 0; i < ${enable.width}; i++) if (${enable.name}[i]) ${output!.name}[8 * i +: 8] <= ${input.name}[8 * i +: 8];`
  return {
    body: clocked(reading, step, `${output!.name} <= ${resetValueOf(text) ?? '0'};`),
    why: `a register of ${enable.width} bytes, each with its enable`,
  }
}

/** "a D latch". */
export const latch: Recogniser = ({ text, data, outputs, clock }) => {
  const [enable, output] = [data.find(isEnable), outputs[0]]
  const input = data.find((port) => port !== enable)
  if (clock || !enable || !input || data.length !== 2 || outputs.length !== 1 || !/\bD latch\b/i.test(text))
    return undefined
  return { body: `always @(*) if (${enable.name}) ${output!.name} = ${input.name};`, why: 'a D latch' }
}

/** Edges of each bit of the input from one cycle to the next: any, rising, falling, or captured until the reset. */
export const edges: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const [input, output] = [data[0], outputs[0]]
  if (!clock || data.length !== 1 || outputs.length !== 1 || input!.width !== output!.width) return undefined
  if (!/one clock cycle to|transition/i.test(text) || !/\bdetect|\bcapture/i.test(text)) return undefined
  const before = 'before_r'
  const event = edgeOf(text, input!.name, before)
  if (!event) return undefined
  const captured = /\bcapture/i.test(text)
  if (captured && !reading.reset) return undefined
  const process = clocked(
    reading,
    `${output!.name} <= ${captured ? `${output!.name} | ` : ''}(${event});`,
    `${output!.name} <= 0;`,
  )
  const body = [
    `reg ${rangeOf(input!.width)}${before};`,
    `always @(${clock.edge} ${clock.name}) ${before} <= ${input!.name};`,
    process,
  ]
  return { body: body.join('\n'), why: `edges of ${input!.name}${captured ? ', kept until the reset' : ''}` }
}

function edgeOf(text: string, now: string, before: string): string | undefined {
  if (/any ?edge|0 to 1 or 1 to 0/i.test(text)) return `${now} ^ ${before}`
  if (/from 1 (?:in one clock cycle )?to 0/i.test(text)) return `~${now} & ${before}`
  if (/from 0 (?:in one clock cycle )?to 1|\b0 to 1 transition/i.test(text)) return `${now} & ~${before}`
  return undefined
}

/** "a JK flip-flop", whose table every textbook has. */
export const jkFlipFlop: Recogniser = (reading: Reading) => {
  const port = (name: string) => reading.data.find((one) => one.name.toLowerCase() === name)?.name
  const [j, k, q] = [port('j'), port('k'), reading.outputs[0]!.name]
  if (!reading.clock || !j || !k || reading.data.length !== 2 || !/\bJK flip-flop\b/i.test(reading.text))
    return undefined
  return {
    body: clocked(reading, `${q} <= (${j} & ~${q}) | (~${k} & ${q});`, `${q} <= 0;`),
    why: 'a JK flip-flop',
  }
}
