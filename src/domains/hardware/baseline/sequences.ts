import { clocked, type Recogniser, rangeOf } from './design.ts'

/**
 * A sequence searched for in a stream of bits: "searches for the sequence 1101" for ever after, or as a Mealy output
 * for overlapping occurrences. Both look at the last bits; a count keeps bits from before the reset out.
 */
export const sequence: Recogniser = (reading) => {
  const { text, data, outputs, clock, reset } = reading
  const pattern = /sequence "?([01]{2,})\b/i.exec(text)?.[1]
  if (!clock || !reset || !pattern || data.length !== 1 || outputs.length !== 1) return undefined
  const [input, out, length] = [data[0]!.name, outputs[0]!.name, pattern.length]
  const memory = [
    `reg ${rangeOf(length - 1)}last_r;`,
    `reg [7:0] seen_r;`,
    clocked(
      reading,
      `last_r <= ${length > 2 ? `{last_r[${length - 3}:0], ${input}}` : input};\nif (seen_r < ${length - 1}) seen_r <= seen_r + 1;`,
      'last_r <= 0; seen_r <= 0;',
    ),
    `wire found = seen_r == ${length - 1} && {last_r, ${input}} == ${length}'b${pattern};`,
  ]
  if (/\bMealy\b/i.test(text) && /overlap/i.test(text)) {
    return {
      body: [...memory, `assign ${out} = found;`].join('\n'),
      why: `the sequence ${pattern}, as a Mealy output`,
    }
  }
  if (!/forever|for ever|until (?:the )?reset/i.test(text)) return undefined
  const kept = clocked(reading, `if (found) ${out} <= 1;`, `${out} <= 0;`)
  return { body: [...memory, kept].join('\n'), why: `the sequence ${pattern}, kept until the reset` }
}
