import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import type { Goal } from '../prover.ts'
import { Document, type Place, placeBehind, root } from './document.ts'
import { type Counts, focusedGoals } from './goals.ts'
import { type Sentence, sentencesOf } from './sentences.ts'

export interface ReplayOptions {
  /** Wall time of one sentence. Default: 60. */
  readonly seconds?: number
  /** Memory of the process. Default: 2 GiB. */
  readonly memoryBytes?: number
  /** Further arguments: `-R . Some.Name`, `-noinit`. */
  readonly flags?: readonly string[]
  /** What stands in the process's work directory: compiled files that are required. */
  readonly files?: FileSet
  /** Whether goals are asked for after a sentence, besides how many there are. Default: after every one. */
  readonly wantsGoals?: (sentence: Sentence) => boolean
  readonly signal?: AbortSignal
}

/** What a sentence of a file did. The first that fails is the last that is replayed. */
export interface Replayed {
  readonly sentence: Sentence
  /** Undefined where no proof is open behind it. */
  readonly counts: Counts | undefined
  readonly goals: readonly Goal[]
  readonly messages: readonly string[]
  readonly error?: string
}

/**
 * Says a whole file to a process of its own, sentence by sentence, everything that a file may have in it. Throws `Gone`
 * where the process does not survive it, and `UsageError` (`open-sentence`) where the file ends within a sentence.
 */
export async function* replay(lab: Lab, text: string, options: ReplayOptions = {}): AsyncGenerator<Replayed> {
  const { seconds = 60, memoryBytes = 2 * 1024 ** 3, flags = [], files, wantsGoals, signal } = options
  await using document = await Document.start(lab, { memoryBytes, flags, ...(files && { files }) })
  let place: Place = root
  for (const sentence of sentencesOf(text)) {
    if (sentence.kind === 'open')
      throw new UsageError(
        'open-sentence',
        `the file ends within the sentence that begins at ${sentence.start}`,
      )
    place = placeBehind(place, sentence.text)
    const goals = wantsGoals && !wantsGoals(sentence) ? 'counts' : 'full'
    const said = await document.say([place], { seconds, signal, goals })
    const none = { sentence, counts: undefined, goals: [], messages: [] }
    if (said.kind === 'interrupted') {
      yield { ...none, error: `the sentence takes longer than ${seconds} s` }
      return
    }
    if (said.kind === 'error') {
      yield { ...none, error: said.message }
      return
    }
    const { counts, messages } = said
    yield {
      sentence,
      counts,
      messages,
      goals: counts && goals === 'full' ? focusedGoals(said.goals, said.mode) : [],
    }
  }
}
