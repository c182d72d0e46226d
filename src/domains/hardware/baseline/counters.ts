import { bits, clocked, type Recogniser, resetValueOf } from './design.ts'

/** "counts from 0 to 999, inclusive": up, round to the first number; an enable where there is one more input. */
export const counter: Recogniser = (reading) => {
  const { text, data, outputs, clock, reset } = reading
  const range = /\bcounts (?:from )?(\d+) (?:to|through) (\d+)/i.exec(text)
  const [enable, output] = [data[0], outputs[0]]
  if (!clock || !reset || !range || data.length > 1 || outputs.length !== 1) return undefined
  if (enable && (enable.width !== 1 || !/en(a|able)?$/i.test(enable.name))) return undefined
  const [first, last, q] = [Number(range[1]), Number(range[2]), output!.name]
  if (last >= 2 ** output!.width) return undefined
  const step = `${enable ? `if (${enable.name}) ` : ''}${q} <= ${q} == ${last} ? ${first} : ${q} + 1;`
  return {
    body: clocked(reading, step, `${q} <= ${resetValueOf(text) ?? first};`),
    why: `a counter from ${first} to ${last}`,
  }
}

/** A cycle of states written out in order: "0000, 0001, 0011, …", at least four codes of the output's width. */
export const listedSequence: Recogniser = (reading) => {
  const { text, data, outputs, clock, reset } = reading
  const [enable, output] = [data[0], outputs[0]]
  if (!clock || !reset || data.length > 1 || outputs.length !== 1 || output!.width < 2) return undefined
  if (enable && (enable.width !== 1 || !/^en(a|able)?$/i.test(enable.name))) return undefined
  const code = `[01]{${output!.width}}`
  const codes = new RegExp(`\\b${code}(?:, ${code}){3,}\\b`).exec(text)?.[0].split(', ')
  if (!codes || new Set(codes).size !== codes.length || !/back to the first/i.test(text)) return undefined
  const q = output!.name
  const cases = codes.map(
    (from, place) => `${bits(from)}: ${q} <= ${bits(codes[(place + 1) % codes.length]!)};`,
  )
  const step = `${enable ? `if (${enable.name}) ` : ''}case (${q})\n${cases.join('\n')}\ndefault: ${q} <= ${bits(codes[0]!)};\nendcase`
  return {
    body: clocked(reading, step, `${q} <= ${resetValueOf(text) ?? bits(codes[0]!)};`),
    why: `a cycle of ${codes.length} listed codes`,
  }
}
