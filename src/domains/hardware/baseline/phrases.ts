import { assign, type Recogniser } from './design.ts'
import type { Port } from './reading.ts'

/** The rest of a sentence `out is …`, and the expression that it means, where the words fit. */
type Phrase = (words: string, port: (name: string) => Port | undefined) => string | undefined

const numbers: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 }

/** The inputs in `a, b and c`; undefined where a word is none. */
function listOf(words: string, port: (name: string) => Port | undefined): string[] | undefined {
  const names = words.split(/,\s*|\s+and\s+/).filter((word) => word !== '')
  return names.every((name) => port(name)) ? names : undefined
}

const phrases: readonly Phrase[] = [
  (words, port) => {
    const name = /^equal to (\w+)\b/.exec(words)?.[1]
    return name && port(name) && name
  },
  (words, port) => {
    const name = /^the (?:bitwise )?(?:complement|inverse) of (\w+)/.exec(words)?.[1]
    return name && port(name) && `~${name}`
  },
  (words, port) => {
    const name = /^(\w+) with its (?:two )?halves (?:exchanged|swapped)/.exec(words)?.[1]
    const width = name ? (port(name)?.width ?? 0) : 0
    return width > 1 && width % 2 === 0
      ? `{${name}[${width / 2 - 1}:0], ${name}[${width - 1}:${width / 2}]}`
      : undefined
  },
  (words, port) => {
    const [, count, list] = /^1 when at least (\w+) of ([\w, ]+?) are 1/.exec(words) ?? []
    const names = list && listOf(list, port)
    const least = numbers[count ?? ''] ?? Number(count)
    return names && least ? `(${names.map((name) => `32'(${name})`).join(' + ')}) >= ${least}` : undefined
  },
  (words, port) => {
    const list = /^1 when ([\w, ]+?) have the same value/.exec(words)?.[1]
    const names = list && listOf(list, port)
    return names ? `&{${names.join(', ')}} | ~|{${names.join(', ')}}` : undefined
  },
  (words, port) => {
    const name = /^1 when at least one bit of (\w+) is 1/.exec(words)?.[1]
    return name && port(name) && `|${name}`
  },
  (words, port) => {
    const [, which, name] = /^the number of the (highest|lowest) bit of (\w+) that is 1/.exec(words) ?? []
    const width = name ? port(name)?.width : undefined
    if (!width) return undefined
    const places = Array.from({ length: width }, (_, place) => place)
    if (which === 'highest') places.reverse()
    return `${places.map((place) => `${name}[${place}] ? ${place} : `).join('')}0`
  },
  (words, port) => {
    const [, name, value] = /^1 when (\w+) is (\d+)\b/.exec(words) ?? []
    return name && port(name) ? `${name} == ${value}` : undefined
  },
]

/** A sentence `out is …` for every output of a combinational module, each of a form in the list above. */
export const phrased: Recogniser = ({ text, data, outputs, clock }) => {
  if (clock) return undefined
  const port = (name: string) => data.find((one) => one.name === name)
  const lines = outputs.map((output) => {
    const words = new RegExp(`\\b${output.name} is ([^.]*)`).exec(text)?.[1]
    const expression = words && phrases.map((phrase) => phrase(words, port)).find((found) => found)
    return expression && assign(output, expression)
  })
  if (!lines.every((line) => line)) return undefined
  return { body: lines.join('\n'), why: `a sentence for each of ${outputs.length} outputs` }
}
