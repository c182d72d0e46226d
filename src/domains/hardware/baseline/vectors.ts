import { assign, type Recogniser } from './design.ts'

/** "reverse the bit ordering", "reverse the byte order". */
export const reversal: Recogniser = ({ text, data, outputs }) => {
  const [input, output] = [data[0], outputs[0]]
  if (data.length !== 1 || outputs.length !== 1 || input!.width !== output!.width) return undefined
  const unit = /reverse the (bit|byte) order/i.exec(text)?.[1]?.toLowerCase()
  if (!unit) return undefined
  const step = unit === 'byte' ? 8 : 1
  const body = [
    'always @(*)',
    `  for (int i = 0; i < ${input!.width / step}; i++)`,
    `    ${output!.name}[${step} * i +: ${step}] = ${input!.name}[${input!.width} - ${step} * (i + 1) +: ${step}];`,
  ]
  return { body: body.join('\n'), why: `${unit}s in reverse order` }
}

/** "splits an input into lower and upper bytes", with outputs called by `lo` and `hi`. */
export const halves: Recogniser = ({ text, data, outputs }) => {
  const input = data[0]
  if (data.length !== 1 || !/\bsplits?\b/i.test(text) || outputs.length !== 2) return undefined
  const high = outputs.find((port) => /hi|upper/i.test(port.name))
  const low = outputs.find((port) => /lo|lower/i.test(port.name))
  if (!high || !low || high.width + low.width !== input!.width) return undefined
  return {
    body: `assign {${high.name}, ${low.name}} = ${input!.name};`,
    why: 'upper and lower part of a vector',
  }
}

/** "connect output o0 to the input vector's position 0, o1 to position 1": by the number in the name, the vector itself whole. */
export const positions: Recogniser = ({ text, data, outputs }) => {
  const input = data[0]
  if (data.length !== 1 || !/position \d/i.test(text)) return undefined
  const lines = outputs.map((output) => {
    if (output.width === input!.width) return assign(output, input!.name)
    const place = /\d+$/.exec(output.name)?.[0]
    return output.width === 1 && place && Number(place) < input!.width
      ? assign(output, `${input!.name}[${place}]`)
      : undefined
  })
  return lines.every((line) => line)
    ? { body: lines.join('\n'), why: 'bits of a vector by position' }
    : undefined
}

/** "concatenate the input vectors … followed by two 1 bits": all inputs in order, then a constant, over all outputs. */
export const concatenation: Recogniser = ({ text, data, outputs, clock }) => {
  const total = (ports: typeof data) => ports.reduce((sum, port) => sum + port.width, 0)
  if (clock || data.length < 2 || !/concatenat/i.test(text)) return undefined
  const spare = total(outputs) - total(data)
  const fill = /followed by (?:one|two|three|four|\d+) ([01]) bits?/i.exec(text)?.[1]
  if (spare < 0 || (spare > 0 && !fill)) return undefined
  const parts = [...data.map((port) => port.name), ...(spare > 0 ? [`{${spare}{1'b${fill}}}`] : [])]
  return {
    body: `assign {${outputs.map((port) => port.name).join(', ')}} = {${parts.join(', ')}};`,
    why: 'a concatenation of all inputs',
  }
}

/** "sign-extends an 8-bit number to 32 bits". */
export const signExtension: Recogniser = ({ text, data, outputs, clock }) => {
  const [input, output] = [data[0], outputs[0]]
  if (clock || data.length !== 1 || outputs.length !== 1 || !/sign-extend/i.test(text)) return undefined
  const copies = output!.width - input!.width
  if (copies <= 0) return undefined
  return {
    body: assign(output!, `{{${copies}{${input!.name}[${input!.width - 1}]}}, ${input!.name}}`),
    why: 'a sign extension',
  }
}
