import type { Offsets } from './offsets.ts'
import type { Definition, Span } from './schema.ts'

/** A name that stands in a file and what it stands for. */
export interface Reference {
  readonly span: Span
  /** The library module that has it. */
  readonly module: string
  /** Fully qualified. */
  readonly name: string
  readonly kind: string
}

export interface Glob {
  readonly module: string
  readonly definitions: readonly Definition[]
  /** By where they stand. */
  readonly references: readonly Reference[]
}

/** A `.glob` that is not as Rocq 8.16 writes it. */
export class BadGlob extends Error {
  override readonly name = 'BadGlob'
}

const reference = /^R(\d+):(\d+) (\S+) (\S+) (\S+) ([a-z]+)$/
const definition = /^([a-z]+) (\d+):(\d+) (\S+) (\S+)$/
/** What only stands for something where it is written. */
const bound: ReadonlySet<string> = new Set(['binder', 'sec'])

/**
 * Reads what `coqc -dump-glob` wrote (`interp/dumpglob.ml` of 8.16): the digest, the module, then one line for each name;
 * positions are bytes, the last one included. Throws `BadGlob` at the first line that is something else.
 */
export function readGlob(glob: string, offsets: Offsets): Glob {
  const [digest, head, ...lines] = glob.split('\n')
  const module = /^F(\S+)$/.exec(head ?? '')?.[1]
  if (!digest?.startsWith('DIGEST ') || module === undefined)
    throw new BadGlob('it does not begin with a digest and a module')
  if (lines.pop() !== '') throw new BadGlob('its last line does not end')
  const definitions: Definition[] = []
  const references = new Map<string, Reference>()
  for (const [index, line] of lines.entries()) {
    const wrong = () => new BadGlob(`line ${index + 3} is "${line.slice(0, 200)}"`)
    const spanOf = (start: string, end: string) => {
      const span = offsets.ofBytes(Number(start), Number(end) + 1)
      if (!span) throw wrong()
      return span
    }
    const refers = reference.exec(line)
    if (refers) {
      const [, start, end, library, path, name, kind] = refers as unknown as string[]
      const key = `${start} ${end} ${library} ${path} ${name} ${kind}`
      if (references.has(key)) continue
      references.set(key, {
        span: spanOf(start!, end!),
        module: library!,
        name: qualified(library!, path!, name!),
        kind: kind!,
      })
      continue
    }
    const defines = definition.exec(line)
    if (!defines) throw wrong()
    const [, kind, start, end, path, name] = defines as unknown as string[]
    const span = spanOf(start!, end!)
    if (!bound.has(kind!)) definitions.push({ name: qualified(module, path!, name!), kind: kind!, span })
  }
  return {
    module,
    definitions,
    references: [...references.values()].sort(
      (a, b) => a.span.start - b.span.start || a.span.end - b.span.end,
    ),
  }
}

/** `<>` stands for nothing. */
function qualified(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '<>').join('.')
}
