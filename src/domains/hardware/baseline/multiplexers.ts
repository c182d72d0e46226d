import { assign, type Recogniser } from './design.ts'
import type { Port, Reading } from './reading.ts'

/** Chooses one of several inputs by a number: "When sel=0, choose a.", "sel=0 chooses a, sel=1 chooses b, etc.". */
export const multiplexer: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const select = data.find((port) => /^sel(ect)?$/i.test(port.name))
  const output = outputs[0]
  if (!select || clock || outputs.length !== 1) return undefined
  const inputs = data.filter((port) => port !== select && port.width === output!.width)
  const chosen = chosenBy(select, inputs, text)
  if (chosen.size < 2) return undefined
  const cases = [...chosen].map(([value, name]) => `    ${value}: ${output!.name} = ${name};`)
  const body = [
    'always @(*) begin',
    `  case (${select.name})`,
    ...cases,
    `    default: ${output!.name} = ${/all output bits to '1'/i.test(text) ? "'1" : '0'};`,
    '  endcase',
    ...enableOf(reading, output!),
    'end',
  ]
  return { body: body.join('\n'), why: `a multiplexer of ${chosen.size} inputs by ${select.name}` }
}

function chosenBy(select: Port, inputs: readonly Port[], text: string): Map<number, string> {
  const chosen = new Map<number, string>()
  const forms = [
    new RegExp(`\\b${select.name} ?= ?(\\d+),? (?:chooses?|selects?) (\\w+)`, 'gi'),
    new RegExp(`- (?<name>\\w+) when ${select.name} is (?<value>\\d+)`, 'gi'),
  ]
  for (const found of forms.flatMap((form) => [...text.matchAll(form)])) {
    const name = found.groups?.name ?? found[2]!
    if (inputs.some((port) => port.name === name)) chosen.set(Number(found.groups?.value ?? found[1]), name)
  }
  const named = /(?:is )?between (\d+) and (\d+), choose the corresponding/i.exec(text)
  if (named) {
    for (let value = Number(named[1]); value <= Number(named[2]); value++) {
      const port = inputs.find((one) => /\d+$/.exec(one.name)?.[0] === String(value))
      if (port) chosen.set(value, port.name)
    }
  }
  // "etc.": the remaining inputs in the order of the port list, as long as the ones named follow it.
  const inOrder = [...chosen].every(([value, name]) => inputs[value]?.name === name)
  if (chosen.size >= 2 && inOrder && /\betc\b/.test(text))
    return new Map(inputs.map((port, value) => [value, port.name]))
  return chosen
}

/** "When enable is 0, y is 0": the last line of the process. */
function enableOf({ text, data }: Reading, output: Port): string[] {
  const found = new RegExp(`when (\\w+) is ([01]), ${output.name} is (\\d+)`, 'i').exec(text)
  if (!found || !data.some((port) => port.name === found[1])) return []
  return [`  if (${found[1]} == ${found[2]}) ${output.name} = ${found[3]};`]
}

/** All inputs of the multiplexer in one vector: "sel=0 should select bits in[3:0], sel=1 selects bits in[7:4]". */
export const packedMultiplexer: Recogniser = ({ text, data, outputs, clock }) => {
  const select = data.find((port) => /^sel(ect)?$/i.test(port.name))
  const packed = data.find((port) => port !== select)
  const output = outputs[0]
  if (!select || !packed || data.length !== 2 || outputs.length !== 1 || clock) return undefined
  if (
    packed.width !== output!.width * 2 ** select.width ||
    !new RegExp(`select[^.]*${packed.name}\\[`).test(text)
  )
    return undefined
  const width = output!.width
  return {
    body: assign(output!, `${packed.name}[${select.name} * ${width} +: ${width}]`),
    why: `a multiplexer of ${2 ** select.width} places in a vector`,
  }
}
