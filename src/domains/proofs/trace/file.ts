import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import { Gone } from '../pool/gone.ts'
import { replay } from '../rocq/replay.ts'
import { type CompileLimits, compile } from './compile.ts'
import { BadGlob, type Glob, readGlob } from './glob.ts'
import { headerOf } from './header.ts'
import type { FileTrace, Item } from './library.ts'
import { Offsets } from './offsets.ts'
import type { Failure, TracedPremise } from './schema.ts'
import { loadPath, type Source } from './source.ts'
import { Theorems } from './theorems.ts'

export interface FileLimits extends CompileLimits {
  /** Wall time of one sentence, with its goals. */
  readonly sentenceSeconds: number
}

/**
 * Compiles a file for the names in it, then says it to a prover for the states. What the file does wrong is in the
 * header; throws what is not the file's doing.
 */
export async function traceFile(
  lab: Lab,
  source: Source,
  item: Item,
  limits: FileLimits,
  placeOf: (name: string) => TracedPremise['place'] | undefined,
): Promise<FileTrace> {
  const begun = performance.now()
  const offsets = new Offsets(item.text)
  const compiled = await compile(lab, source, item, limits)
  const seconds = { compile: secondsSince(begun), replay: 0 }
  if (!compiled.ok) return { header: headerOf(item, { seconds, failure: compiled.failure }), theorems: [] }
  let glob: Glob
  try {
    glob = readGlob(compiled.glob, offsets)
  } catch (error) {
    if (!(error instanceof BadGlob)) throw error
    const failure = { reason: 'glob', message: error.message } as const
    return { header: headerOf(item, { seconds, failure }), theorems: [], object: compiled.object }
  }
  const own = Map.groupBy(glob.definitions, ({ name }) => name)
  const theorems = new Theorems({
    file: item.path,
    offsets,
    glob,
    placeOf(name, at, theorem) {
      // Sections define the same name again and again: the last one before is meant. A proof by tactics that seems to use
      // its own theorem uses one of that name in an inner module, whose name Rocq leaves out.
      const span = own.get(name)?.findLast((definition) => definition.span.start <= at)?.span
      const isItself = span && span.start >= theorem.start && span.end <= theorem.end
      if (isItself && !/\b(?:Co)?Fixpoint\b/.test(theorem.text)) return undefined
      return span ? { file: item.path, span } : own.has(name) ? undefined : placeOf(name)
    },
  })
  const replayBegun = performance.now()
  const { sentences, failure } = await replayed(lab, source, item, limits, offsets, theorems)
  seconds.replay = secondsSince(replayBegun)
  const header = headerOf(item, {
    seconds,
    sentences,
    ...(failure && { failure }),
    theorems: theorems.finished,
    definitions: glob.definitions,
  })
  return { header, theorems: theorems.finished, object: compiled.object }
}

async function replayed(
  lab: Lab,
  source: Source,
  item: Item,
  limits: FileLimits,
  offsets: Offsets,
  theorems: Theorems,
): Promise<{ sentences: number; failure?: Failure }> {
  let sentences = 0
  const flags = [...source.flagsOf(item.path), ...loadPath(source.mappings), '-top', item.module]
  const { memoryBytes, sentenceSeconds } = limits
  try {
    const options = { seconds: sentenceSeconds, memoryBytes, flags, files: item.compiled, signal: lab.signal }
    for await (const said of replay(lab, item.text, options)) {
      if (said.error !== undefined) {
        const late = said.error.startsWith('the sentence takes longer')
        const at = offsets.span(said.sentence.start, said.sentence.end)
        const message = said.error.slice(0, 2000)
        return { sentences, failure: { reason: late ? 'time' : 'replay', message, at } }
      }
      sentences++
      theorems.take(said)
    }
    return { sentences }
  } catch (error) {
    lab.signal.throwIfAborted()
    if (error instanceof UsageError)
      return { sentences, failure: { reason: 'replay', message: error.message } }
    if (!(error instanceof Gone) || error.reason === 'aborted') throw error
    const reasons = {
      memory: 'memory',
      output: 'output',
      stuck: 'time',
      died: 'died',
      confused: 'died',
    } as const
    return { sentences, failure: { reason: reasons[error.reason], message: error.message } }
  }
}

function secondsSince(begun: number): number {
  return Math.round(performance.now() - begun) / 1000
}
