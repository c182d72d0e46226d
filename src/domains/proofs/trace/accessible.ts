import { type CorpusEntry, readCorpus } from './corpus.ts'
import { firstFrom } from './offsets.ts'
import { readHeaders } from './read.ts'
import type { Header, TracedPremise, TracedTheorem } from './schema.ts'

/** Where in a trace a proof stands. */
export type Standpoint = Pick<TracedTheorem, 'file' | 'span'>

/** What a proof at some place may use: iterating gives files in the order of the trace, its own one last. */
export interface Accessible extends Iterable<CorpusEntry> {
  readonly size: number
  /** Where a premise has no place, whether its module is there. */
  has(premise: Pick<TracedPremise, 'module' | 'place'>): boolean
}

interface FileEntries {
  readonly header: Header
  /** By where they are defined. */
  readonly lasting: CorpusEntry[]
  /** Variables of sections. */
  readonly passing: CorpusEntry[]
  /** Files that it requires, directly or not, as places in the order of the trace. */
  readonly below: readonly number[]
  readonly isBelow: ReadonlySet<string>
  readonly sizeBelow: number
}

/**
 * The premises that each theorem could have used: those defined before it in its file, and those of all files that its
 * file requires, directly or not (LeanDojo's accessible premises). Made once in time linear in the definitions and
 * requirements; asking for one theorem's is then independent of how many there are.
 */
export class Accessibility {
  readonly #files: readonly FileEntries[]
  readonly #places: ReadonlyMap<string, number>
  readonly #modules: ReadonlyMap<string, string>

  private constructor(files: readonly FileEntries[]) {
    this.#files = files
    this.#places = new Map(files.map(({ header }, place) => [header.file, place]))
    this.#modules = new Map(files.map(({ header }) => [header.module, header.file]))
  }

  /** Throws as `readTrace`. */
  static async of(directory: string): Promise<Accessibility> {
    const headers = await Array.fromAsync(readHeaders(directory))
    const places = new Map(headers.map(({ file }, place) => [file, place]))
    const files: FileEntries[] = []
    for (const header of headers) {
      const below = new Set<number>()
      for (const other of header.requires) {
        const place = places.get(other)
        const known = place === undefined ? undefined : files[place]
        if (place === undefined || !known) continue
        below.add(place)
        for (const one of known.below) below.add(one)
      }
      const sorted = [...below].sort((a, b) => a - b)
      files.push({
        header,
        lasting: [],
        passing: [],
        below: sorted,
        isBelow: new Set(sorted.map((place) => (headers[place] as Header).file)),
        sizeBelow: 0,
      })
    }
    for await (const entry of readCorpus(directory)) {
      const { lasting, passing } = files[places.get(entry.file) as number] as FileEntries
      ;(entry.kind === 'var' ? passing : lasting).push(entry)
    }
    const sizes = files.map(({ lasting }) => lasting.length)
    return new Accessibility(
      files.map((file) => ({
        ...file,
        sizeBelow: file.below.reduce((sum, place) => sum + (sizes[place] as number), 0),
      })),
    )
  }

  /** All premises, in the order of the trace. */
  *all(): Generator<CorpusEntry> {
    for (const { lasting, passing } of this.#files) {
      yield* lasting
      yield* passing
    }
  }

  /** Files that a file requires, directly or not, in the order of the trace. */
  filesBelow(file: string): string[] {
    return this.#file(file).below.map((place) => (this.#files[place] as FileEntries).header.file)
  }

  accessible({ file, span }: Standpoint): Accessible {
    const own = this.#file(file)
    const before = firstFrom(own.lasting, span.start)
    const open = own.passing.filter(
      ({ span: { start }, until }) => start < span.start && (until === undefined || span.start < until),
    )
    const [files, modules] = [this.#files, this.#modules]
    return {
      size: own.sizeBelow + before + open.length,
      has({ module, place }) {
        const where = place?.file ?? modules.get(module)
        if (where === undefined) return false
        if (where !== file) return own.isBelow.has(where)
        return place === undefined || place.span.start < span.start
      },
      *[Symbol.iterator]() {
        for (const place of own.below) yield* (files[place] as FileEntries).lasting
        for (let at = 0; at < before; at++) yield own.lasting[at] as CorpusEntry
        yield* open
      },
    }
  }

  #file(file: string): FileEntries {
    const found = this.#files[this.#places.get(file) ?? -1]
    if (!found) throw new RangeError(`${file} is no file of this trace`)
    return found
  }
}

/** Recall at k: the share of what is wanted that is among the first k of a ranking. Throws `RangeError` where nothing is wanted. */
export function recallAt(k: number, ranked: readonly string[], wanted: ReadonlySet<string>): number {
  if (wanted.size === 0) throw new RangeError('recall needs something that is wanted')
  return new Set(ranked.slice(0, k)).intersection(wanted).size / wanted.size
}

/** One over the place, from 1, of the first that is wanted; 0 where none is. */
export function reciprocalRank(ranked: readonly string[], wanted: ReadonlySet<string>): number {
  const place = ranked.findIndex((name) => wanted.has(name))
  return place < 0 ? 0 : 1 / (place + 1)
}
