import { sentencesOf } from '../rocq/sentences.ts'
import { readHeaders, readManifest, readSource } from './read.ts'
import type { Definition } from './schema.ts'
import { type Header, type Manifest, notPremises } from './schema.ts'

/** A definition that proofs may use: what a retriever chooses from. */
export interface CorpusEntry extends Definition {
  readonly file: string
  readonly module: string
  /** What defines it, whole, where the source is there: all constructors of a type have the same text. */
  readonly text?: string
  /** Where the section that a variable is of ends in its file: it can be used up to there. */
  readonly until?: number
}

/** A sentence or a command, with a file's own offsets. */
interface Piece {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** All definitions of a trace, in the order of the trace and of their files. Throws as `readTrace`. */
export async function* readCorpus(directory: string): AsyncGenerator<CorpusEntry> {
  const manifest = await readManifest(directory)
  for await (const header of readHeaders(directory))
    yield* corpusOf(header, await readSource(directory, header.file), manifest.prover)
}

/** The definitions of one file. */
export function corpusOf(
  header: Header,
  source: string | undefined,
  prover: Manifest['prover'],
): CorpusEntry[] {
  const pieces = source === undefined || prover !== 'rocq' ? [] : [...sentencesOf(source)]
  const sections = sectionsOf(pieces)
  const textOf = (definition: Definition) => {
    const { sentence, span } = definition
    if (sentence) return source?.slice(sentence.start, sentence.end)
    return pieceAt(pieces, span.start)?.text
  }
  return (
    header.definitions
      .filter(({ kind }) => !notPremises.has(kind))
      .toSorted((a, b) => a.span.start - b.span.start)
      // A class of one method is an inductive and a definition by the same name.
      .filter(
        ({ name, span }, at, all) => name !== all[at - 1]?.name || span.start !== all[at - 1]?.span.start,
      )
      .map((definition) => {
        const { name, kind, span } = definition
        const text = textOf(definition)
        const section =
          kind === 'var'
            ? sections.findLast(({ start, end }) => start < span.start && span.start < end)
            : undefined
        return {
          name,
          kind,
          span,
          file: header.file,
          module: header.module,
          ...(text !== undefined && { text }),
          ...(section && { until: section.end }),
        }
      })
  )
}

function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  let [low, high] = [0, pieces.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pieces[middle] as Piece).end <= offset) low = middle + 1
    else high = middle
  }
  const piece = pieces[low]
  return piece && piece.start <= offset ? piece : undefined
}

/** Sections by where they begin, each up to its `End`. */
function sectionsOf(pieces: readonly Piece[]): { start: number; end: number }[] {
  const open: { name: string; start: number; section: boolean }[] = []
  const closed: { start: number; end: number }[] = []
  for (const { text, start } of pieces) {
    const [, word, name] =
      /^(Section|End|Module(?:\s+(?:Type|Import|Export))?)\s+([^\s.:(<]+)/.exec(text) ?? []
    if (word === undefined || name === undefined) continue
    if (word !== 'End') open.push({ name, start, section: word === 'Section' })
    // A module that is only named, not opened, has no end of its own.
    else
      for (let last = open.pop(); last; last = open.pop()) {
        if (last.name !== name) continue
        if (last.section) closed.push({ start: last.start, end: start })
        break
      }
  }
  return closed.sort((a, b) => a.start - b.start)
}
