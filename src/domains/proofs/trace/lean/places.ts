import { firstFrom, type Offsets } from '../offsets.ts'
import type { Span } from '../schema.ts'

/** Positions that cannot be of this file: then nothing of the answer is believed. */
export class BadPlace extends Error {
  override readonly name = 'BadPlace'
}

export interface Bytes {
  readonly start: number
  readonly end: number
}
export type Placed<T = unknown> = T & { readonly span: Span }

/** Comparisons that one file may cost: an honest answer is far below. */
const comparisons = 1_500_000

/** Turns bytes into spans and finds what is within what, in time that no answer can make long. */
export class Places {
  readonly #offsets: Offsets
  #left = comparisons

  constructor(offsets: Offsets) {
    this.#offsets = offsets
  }

  /** Throws `BadPlace`. */
  of<T extends Bytes>(one: T): Placed<T> {
    const span = this.#offsets.ofBytes(one.start, one.end)
    if (!span) throw new BadPlace(`there is no ${one.start}-${one.end} in the file`)
    return { ...one, span }
  }

  /** By where they begin, those that are longer first. */
  ordered<T extends Placed>(items: readonly T[]): T[] {
    return items.toSorted((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)
  }

  /** Ordered, where none may overlap another. Throws `BadPlace`. */
  apart<T extends Placed>(items: readonly T[]): T[] {
    const sorted = this.ordered(items)
    for (const [at, { span }] of sorted.entries())
      if (at > 0 && span.start < (sorted[at - 1] as T).span.end)
        throw new BadPlace(`what is at line ${span.line} overlaps what is before it`)
    return sorted
  }

  /** Of ordered items, those in a span. Throws `BadPlace` where the file has cost too much. */
  within<T extends Placed>(items: readonly T[], span: Span): T[] {
    const found: T[] = []
    for (let at = firstFrom(items, span.start); at < items.length; at++) {
      const item = items[at] as T
      if (item.span.start > span.end) break
      if (this.#left-- <= 0) throw new BadPlace('there is too much within too much')
      if (item.span.end <= span.end) found.push(item)
    }
    return found
  }

  /** Of items that are apart, the one that a span is in. */
  around<T extends Placed>(items: readonly T[], span: Span): T | undefined {
    const at = firstFrom(items, span.start)
    const item = items[at]?.span.start === span.start ? items[at] : items[at - 1]
    return item && item.span.start <= span.start && span.end <= item.span.end ? item : undefined
  }
}
