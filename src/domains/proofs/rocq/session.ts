import { UsageError } from '../../../core/errors.ts'
import { type Attempt, attempt } from '../pool/attempt.ts'
import type { Pool } from '../pool/pool.ts'
import type { Premise, ProofSession, ProofState, Question, Step, StepOptions } from '../prover.ts'
import { capitalTactic, readQuestion, readStep } from './allowed.ts'
import { type Document, type Place, placeBehind, type Said } from './document.ts'
import { focusedGoals } from './goals.ts'
import type { Library } from './library.ts'
import { premises } from './premises.ts'
import type { Sentence } from './sentences.ts'

/** What a session is made from. */
export interface Opened {
  readonly pool: Pool<Place, Library, Document>
  readonly library: Library
  readonly place: Place
  readonly said: Extract<Said, { kind: 'done' }>
}

const defaultSeconds = 10
const searchSeconds = 60

/** One theorem in a pool of processes: all it keeps is which sentences lead where. */
export class Session implements ProofSession {
  readonly root: ProofState
  readonly #opened: Opened
  readonly #places = new Map<string, Place>()
  readonly #states = new Map<string, ProofState>()

  constructor(opened: Opened) {
    this.#opened = opened
    this.root = this.#enter(opened.place, opened.said)
  }

  state(id: string): ProofState | undefined {
    return this.#states.get(id)
  }

  script(id: string): readonly string[] {
    const sentences: string[] = []
    for (let at = this.#place(id); at !== this.#opened.place && at.parent; at = at.parent)
      sentences.push(at.sentence)
    return sentences.reverse()
  }

  async step(from: string, tactic: string, options: StepOptions = {}): Promise<Step> {
    const place = this.#place(from)
    const read = readStep(tactic)
    if (!read.ok) return { kind: 'error', message: read.message, ...(read.at && { at: read.at }) }
    const places: Place[] = []
    for (const { text } of read.sentences) places.push(placeBehind(places.at(-1) ?? place, text))
    const seconds = options.seconds ?? defaultSeconds
    const done = await this.#attempt(place, options, async (document) => {
      const refused = await unknownTactic(document, read.sentences)
      if (refused) return refused
      const said = await document.say(places, { seconds, signal: options.signal })
      // A step that ends the proof is refused above; one that does it all the same must not go unnoticed.
      if (said.kind === 'done' && !said.counts) document.spoil()
      return said
    })
    if (done.kind === 'limit') return overLimit(done.limit, seconds)
    if (done.kind === 'crash') return { kind: 'error', message: done.message }
    return this.#stepOf(done.result, places, read.sentences, tactic, seconds)
  }

  async close(id: string, options: StepOptions = {}) {
    const seconds = options.seconds ?? defaultSeconds
    const done = await this.#attempt(this.#place(id), options, (document) =>
      document.close('Qed.', seconds, options.signal),
    )
    if (done.kind === 'limit') return { ok: false, message: overLimit(done.limit, seconds).message }
    if (done.kind === 'crash') return { ok: false, message: done.message }
    const said = done.result
    if (said.kind === 'interrupted') return { ok: false, message: overLimit('seconds', seconds).message }
    if (said.kind === 'error') return { ok: false, message: said.message }
    return { ok: true, message: said.messages.join('\n') }
  }

  async search(question: Question, from: string = this.root.id): Promise<readonly Premise[]> {
    const done = await this.#attempt(this.#place(from), {}, (document) =>
      premises(document, question, searchSeconds),
    )
    if (done.kind === 'result') return done.result
    throw new UsageError(
      'search-too-wide',
      `the search for "${question.text.slice(0, 200)}" finds too much or takes longer than ${searchSeconds} s; ask for less`,
    )
  }

  async ask(query: string, from: string = this.root.id, options: StepOptions = {}) {
    const place = this.#place(from)
    const read = readQuestion(query)
    if (!read.ok) return { ok: false, text: read.message }
    const seconds = options.seconds ?? defaultSeconds
    const done = await this.#attempt(place, options, (document) =>
      document.ask(read.sentences[0]?.text ?? '', seconds, options.signal),
    )
    if (done.kind === 'limit') return { ok: false, text: overLimit(done.limit, seconds).message }
    if (done.kind === 'crash') return { ok: false, text: done.message }
    const { ok, interrupted, text } = done.result
    return { ok, text: interrupted ? overLimit('seconds', seconds).message : text }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#places.clear()
    this.#states.clear()
  }

  #attempt<T>(
    place: Place,
    { signal }: StepOptions,
    work: (document: Document) => Promise<T>,
  ): Promise<Attempt<T>> {
    return attempt(this.#opened.pool, { place, library: this.#opened.library, signal }, work)
  }

  #stepOf(
    said: Said,
    places: readonly Place[],
    sentences: readonly Sentence[],
    tactic: string,
    seconds: number,
  ): Step {
    if (said.kind === 'interrupted') return overLimit('seconds', seconds)
    if (said.kind === 'error') {
      const sentence = sentences[said.sentence]
      const at = sentence && spanOf(said.at, sentence, tactic)
      return { kind: 'error', message: said.message, ...(at && { at }) }
    }
    if (!said.counts) return { kind: 'error', message: 'the step ends the proof: a step must keep it open' }
    return { kind: 'state', state: this.#enter(places.at(-1) as Place, said), messages: said.messages }
  }

  #enter(place: Place, { counts, goals, mode }: Opened['said']): ProofState {
    const id = `s${this.#states.size}`
    const { focused = 0, waiting = 0, shelved = 0, givenUp = 0 } = counts ?? {}
    const state: ProofState = {
      id,
      goals: focusedGoals(goals, mode),
      waiting,
      shelved,
      givenUp,
      done: focused + waiting + shelved + givenUp === 0,
    }
    this.#states.set(id, state)
    this.#places.set(id, place)
    return state
  }

  #place(id: string): Place {
    const place = this.#places.get(id)
    if (!place) throw new UsageError('no-state', `there is no state "${id.slice(0, 100)}" in this proof`)
    return place
  }
}

/** A sentence that begins with a capital letter is a command unless the prover knows a tactic of that name. */
async function unknownTactic(document: Document, sentences: readonly Sentence[]): Promise<Said | undefined> {
  for (const [index, sentence] of sentences.entries()) {
    const name = capitalTactic(sentence)
    if (name === undefined) continue
    const { ok } = await document.ask(`Print Ltac ${name}.`, defaultSeconds)
    if (!ok)
      return {
        kind: 'error',
        message: `"${name}" is not a tactic known here, and commands are not steps of a proof`,
        sentence: index,
      }
  }
  return undefined
}

/** Bytes of a sentence to characters of the step. */
function spanOf(
  bytes: readonly [number, number] | undefined,
  sentence: Sentence,
  tactic: string,
): readonly [number, number] {
  if (!bytes) return [sentence.start, sentence.end]
  const encoded = Buffer.from(tactic.slice(sentence.start, sentence.end))
  const [start, end] = bytes.map((offset) => sentence.start + encoded.subarray(0, offset).toString().length)
  return [start ?? sentence.start, end ?? sentence.end]
}

function overLimit(limit: 'seconds' | 'memory', seconds: number): Extract<Step, { kind: 'limit' }> {
  return {
    kind: 'limit',
    limit,
    message:
      limit === 'seconds'
        ? `the step takes longer than ${seconds} s`
        : 'the step takes more memory than there is',
  }
}
