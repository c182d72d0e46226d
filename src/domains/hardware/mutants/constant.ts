import { type Change, type Finder, replaced } from './change.ts'

/** A constant that is off by one or wrong in one bit, in as many bits as before. */
export const constant: Finder = (reading, random) => {
  const { words, fixed, first, last } = reading
  const found: Change[] = []
  for (let index = first; index < last; index++) {
    const { kind, text } = words[index]!
    if (kind !== 'number' || fixed[index]) continue
    for (const other of othersOf(text, random)) found.push(replaced(reading, index, other))
  }
  return found
}

const bases: Readonly<Record<string, number>> = { b: 2, o: 8, d: 10, h: 16 }

/** Constants near this one, written in the same way. */
export function othersOf(text: string, random: () => number): string[] {
  if (text === "'0") return ["'1"]
  if (text === "'1") return ["'0"]
  if (/^[0-9]+$/.test(text)) {
    const value = BigInt(text)
    return [value + 1n, ...(value > 0n ? [value - 1n] : [])].map(String)
  }
  const sized = /^([0-9]+)('[sS]?([bBoOdDhH])\s*)([0-9a-fA-FxXzZ?_]+)$/.exec(text)
  if (sized === null) return []
  const [, width = '', prefix = '', letter = '', digits = ''] = sized
  const bits = Number(width)
  const base = bases[letter.toLowerCase()]!
  if (bits < 1 || bits > 4096) return []
  if (base === 2) return flippedDigits(digits, bits, random).map((other) => width + prefix + other)
  if (!/^[0-9a-f_]+$/i.test(digits)) return []
  const value = numberOf(digits.replaceAll('_', ''), base)
  const limit = 1n << BigInt(bits)
  const near = [value + 1n, value - 1n, value ^ (1n << BigInt(Math.floor(random() * bits)))]
  const others = new Set(near.filter((other) => other >= 0n && other < limit && other !== value))
  const length = digits.replaceAll('_', '').length
  return [...others].map((other) => `${width}${prefix}${other.toString(base).padStart(length, '0')}`)
}

/** One binary digit the other way; those that are X, Z or `?` stay. */
function flippedDigits(digits: string, bits: number, random: () => number): string[] {
  const places = [...digits].flatMap((digit, place) => (digit === '0' || digit === '1' ? [place] : []))
  const reached = places.slice(-bits)
  if (reached.length === 0) return []
  const chosen = new Set([reached.at(-1)!, reached[Math.floor(random() * reached.length)]!])
  return [...chosen].map((place) => {
    const flipped = digits[place] === '0' ? '1' : '0'
    return digits.slice(0, place) + flipped + digits.slice(place + 1)
  })
}

function numberOf(digits: string, base: number): bigint {
  if (base === 10) return BigInt(digits)
  return BigInt(`${base === 16 ? '0x' : '0o'}${digits}`)
}
