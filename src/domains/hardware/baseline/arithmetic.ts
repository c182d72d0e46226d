import { assign, type Recogniser } from './design.ts'
import type { Port } from './reading.ts'

const one = (ports: readonly Port[], name: RegExp) => ports.find((port) => name.test(port.name))

/** "counts the number of '1's in the input vector". */
export const populationCount: Recogniser = ({ text, data, outputs, clock }) => {
  if (clock || data.length !== 1 || outputs.length !== 1 || !/number of '?1'?s/i.test(text)) return undefined
  const [input, output] = [data[0]!, outputs[0]!]
  const body = [
    'always @(*) begin',
    `  ${output.name} = 0;`,
    `  for (int i = 0; i < ${input.width}; i++) ${output.name} = ${output.name} + ${input.name}[i];`,
    'end',
  ]
  return { body: body.join('\n'), why: 'a population count' }
}

/** Adders: half, full, of two vectors with the carry as one more bit or as an output of its own. */
export const adder: Recogniser = ({ text, data, outputs, clock }) => {
  if (clock || !/\badder\b|\badd these numbers\b/i.test(text) || /subtract|saturat/i.test(text))
    return undefined
  const sum = one(outputs, /^(s|sum)$/i)
  const carry = one(outputs, /^(cout|carry|carry_out)$/i)
  const overflow = one(outputs, /^(overflow|ovf)$/i)
  const known = [sum, carry, overflow].filter((port) => port)
  const wide = data.filter((port) => !/^(cin|carry_in)$/i.test(port.name))
  if (!sum || known.length !== outputs.length || wide.length < 2) return undefined
  const total = data.map((port) => port.name).join(' + ')
  const lines = [carry ? `assign {${carry.name}, ${sum.name}} = ${total};` : assign(sum, total)]
  if (overflow) {
    const [a, b] = wide.map((port) => `${port.name}[${port.width - 1}]`)
    if (!/\(?signed\)? overflow/i.test(text)) return undefined
    lines.push(assign(overflow, `${a} == ${b} && ${sum.name}[${sum.width - 1}] != ${a}`))
  }
  return { body: lines.join('\n'), why: `an adder of ${data.length} inputs` }
}

/** "z should be 1 if A = B, otherwise 0". */
export const equality: Recogniser = ({ text, data, outputs, clock }) => {
  const found = /\b(\w+) (?:should be|is) 1 (?:if|when) (\w+) ?==? ?(\w+),? (?:otherwise|else)/i.exec(text)
  if (!found || clock || outputs.length !== 1 || outputs[0]!.name !== found[1]) return undefined
  const names = [found[2]!, found[3]!]
  if (!names.every((name) => data.some((port) => port.name === name))) return undefined
  return { body: assign(outputs[0]!, names.join(' == ')), why: 'an equality comparison' }
}

/** "find the minimum of the four input values", unsigned. */
export const extreme: Recogniser = ({ text, data, outputs, clock }) => {
  const which = /\b(minimum|maximum) of the (?:\w+ )?inputs?/i.exec(text)?.[1]?.toLowerCase()
  if (!which || clock || outputs.length !== 1 || data.length < 2) return undefined
  const out = outputs[0]!.name
  const relation = which === 'minimum' ? '<' : '>'
  const others = data.slice(1).map((port) => `  if (${port.name} ${relation} ${out}) ${out} = ${port.name};`)
  return {
    body: ['always @(*) begin', `  ${out} = ${data[0]!.name};`, ...others, 'end'].join('\n'),
    why: `the ${which} of ${data.length} inputs`,
  }
}

/** "even parity": the XOR of all bits; odd parity is its complement. */
export const parity: Recogniser = ({ text, data, outputs, clock }) => {
  const kind = /"?\b(even|odd)"? parity/i.exec(text)?.[1]?.toLowerCase()
  if (!kind || clock || data.length !== 1 || outputs.length !== 1 || outputs[0]!.width !== 1) return undefined
  return { body: assign(outputs[0]!, `${kind === 'odd' ? '~' : ''}^${data[0]!.name}`), why: `${kind} parity` }
}

/** "a priority encoder": the place of the first (lowest) bit that is 1, zero where there is none. */
export const priorityEncoder: Recogniser = ({ text, data, outputs, clock }) => {
  if (clock || data.length !== 1 || outputs.length !== 1 || !/priority encoder/i.test(text)) return undefined
  const highest = /\bhighest|most significant/i.test(text)
  const [input, output] = [data[0]!, outputs[0]!]
  const order = highest ? `int i = 0; i < ${input.width}; i++` : `int i = ${input.width - 1}; i >= 0; i--`
  const body = [
    'always @(*) begin',
    `  ${output.name} = 0;`,
    `  for (${order}) if (${input.name}[i]) ${output.name} = i;`,
    'end',
  ]
  return { body: body.join('\n'), why: `a priority encoder, ${highest ? 'highest' : 'lowest'} bit first` }
}
