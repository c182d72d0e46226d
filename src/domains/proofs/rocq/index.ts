import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import { attempt } from '../pool/attempt.ts'
import { Gone } from '../pool/gone.ts'
import { Pool } from '../pool/pool.ts'
import type { Opening, ProofSession, Prover } from '../prover.ts'
import { contextRisk, readSentences } from './allowed.ts'
import { Document, type Place, placeBehind, root, type Said } from './document.ts'
import { cut } from './goals.ts'
import { Libraries, type Library } from './library.ts'
import type { Sentence } from './sentences.ts'
import { Session } from './session.ts'

export interface RocqOptions {
  /** Prover processes that all sessions share. Default: 2. */
  readonly processes?: number
  /** Memory of one process. Default: 2 GiB. */
  readonly memoryBytes?: number
  /** Wall time for a context with its statement. Default: 300. */
  readonly openSeconds?: number
}

/** Rocq's prover, and what can be asked of its pool. */
export interface RocqProver extends Prover {
  readonly name: 'rocq'
  /** How many processes were ever started: those beyond the pool's size replaced others. */
  readonly started: number
}

const statementHeads =
  /^(?:#\[[^\]]*\]\s*)*(?:(?:Local|Global|Program|Polymorphic|Monomorphic|Private)\s+)*(?:Theorem|Lemma|Fact|Remark|Corollary|Proposition|Property|Definition|Example|Let|Goal|Instance|Fixpoint|CoFixpoint|Function|Add)\b/

/** Rocq by `coqidetop`, in sandboxes of the lab. Nothing is started before the first opening. */
export function rocq(lab: Lab, options: RocqOptions = {}): RocqProver {
  const { processes = 2, memoryBytes = 2 * 1024 ** 3, openSeconds = 300 } = options
  const pool = new Pool<Place, Library, Document>({
    processes,
    startCode: 'rocq-start',
    start: ({ files, flags }) => Document.start(lab, { memoryBytes, files, flags }),
  })
  const libraries = new Libraries(lab, memoryBytes)
  const contexts = new Contexts()
  return {
    name: 'rocq',
    get started() {
      return pool.started
    },
    async open(opening: Opening): Promise<ProofSession> {
      const library = await libraries.of(opening.files)
      const sentences = sentencesOfOpening(opening)
      const places = contexts.path(sentences)
      const place = places.at(-1) as Place
      const done = await attempt(
        pool,
        { place: root, library, signal: lab.signal, near: place },
        async (document) => {
          const known = place.depth - document.distance(place)
          const reached = await document.goTo(known === 0 ? root : (places[known - 1] as Place), lab.signal)
          if (!reached) throw new Gone('died', 'what worked before does not work any more')
          return {
            said: await document.say(places.slice(known), { seconds: openSeconds, signal: lab.signal }),
            known,
          }
        },
      )
      if (done.kind !== 'result')
        throw refused(done.kind === 'limit' ? `it meets the limit of ${done.limit}` : done.message)
      const { said, known } = done.result
      if (said.kind === 'interrupted') throw refused(`it takes longer than ${openSeconds} s`)
      if (said.kind === 'error') throw refused(whereWrong(said, sentences[known + said.sentence]))
      if (!said.counts)
        throw refused('the statement opens no proof; it is to be like "Theorem name : proposition."')
      return new Session({ pool, library, place, said })
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

function sentencesOfOpening({ context, statement }: Opening): Sentence[] {
  const before = readSentences(context)
  if (!before.ok) throw refused(`in the context, ${before.message}`)
  const last = readSentences(statement)
  if (!last.ok) throw refused(`in the statement, ${last.message}`)
  const [only, ...more] = last.sentences
  if (!only || more.length > 0 || !statementHeads.test(only.text))
    throw refused('the statement is to be one sentence, like "Theorem name : proposition."')
  const lost = before.sentences.find((sentence) => contextRisk(sentence) === 'refused')
  if (lost) throw refused(`"${cut(lost.text, 200)}" cannot be part of a context`)
  return [...before.sentences, only]
}

function refused(why: string): UsageError {
  return new UsageError('bad-statement', `Rocq refuses the context or the statement: ${why}`)
}

function whereWrong({ message }: Extract<Said, { kind: 'error' }>, sentence: Sentence | undefined): string {
  return sentence ? `${message}\nin "${cut(sentence.text, 500)}"` : message
}

/** Equal beginnings of contexts are the same places, so that a process that has read one has read the other. */
class Contexts {
  readonly #behind = new WeakMap<Place, Map<string, Place>>()

  path(sentences: readonly Sentence[]): Place[] {
    const places: Place[] = []
    for (const sentence of sentences) places.push(this.#step(places.at(-1) ?? root, sentence))
    return places
  }

  #step(parent: Place, sentence: Sentence): Place {
    const behind = this.#behind.get(parent) ?? new Map<string, Place>()
    this.#behind.set(parent, behind)
    const place =
      behind.get(sentence.text) ?? placeBehind(parent, sentence.text, contextRisk(sentence) === 'doubtful')
    behind.set(sentence.text, place)
    return place
  }
}
