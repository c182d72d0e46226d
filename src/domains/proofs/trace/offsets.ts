import type { Span } from './schema.ts'

/** Offsets of a text: from bytes of its UTF-8, as Rocq counts, to UTF-16 units, as JavaScript and JSON readers do. */
export class Offsets {
  readonly #text: string
  readonly #lines: number[] = [0]
  /** UTF-16 offset of each byte; absent where they are the same. */
  readonly #units: Uint32Array | undefined
  readonly #bytes: number

  constructor(text: string) {
    this.#text = text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines.push(at + 1)
    this.#bytes = Buffer.byteLength(text)
    if (this.#bytes !== text.length) this.#units = unitsOf(text, this.#bytes)
  }

  /** Of bytes `[start, end)`; undefined where they are not in the text. */
  ofBytes(start: number, end: number): Span | undefined {
    if (start > end || end > this.#bytes) return undefined
    return this.span(this.#units?.[start] ?? start, this.#units?.[end] ?? end)
  }

  span(start: number, end: number): Span {
    return { start, end, line: this.lineOf(start) }
  }

  text({ start, end }: Span): string {
    return this.#text.slice(start, end)
  }

  /** From 1. */
  lineOf(offset: number): number {
    let [low, high] = [0, this.#lines.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#lines[middle] as number) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

function unitsOf(text: string, bytes: number): Uint32Array {
  const units = new Uint32Array(bytes + 1)
  let [byte, unit] = [0, 0]
  for (const character of text) {
    const length = Buffer.byteLength(character)
    units.fill(unit, byte, byte + length)
    byte += length
    unit += character.length
  }
  units[byte] = unit
  return units
}

/** Of items in the order of their places, the index of the first that does not begin before an offset. */
export function firstFrom(items: readonly { readonly span: Span }[], offset: number): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (items[middle]!.span.start < offset) low = middle + 1
    else high = middle
  }
  return low
}
