import { UsageError } from '../../../core/errors.ts'
import { type Attempt, attempt } from '../pool/attempt.ts'
import type { Pool } from '../pool/pool.ts'
import type { Premise, ProofSession, ProofState, Question, Step, StepOptions } from '../prover.ts'
import { readQuestion, readStep } from './allowed.ts'
import { closeWith } from './close.ts'
import { errorOf } from './errors.ts'
import type { Library } from './library.ts'
import { type Place, placeBehind, root } from './place.ts'
import { commandsOf, type Repl, type Said } from './repl.ts'
import { premises, searchSeconds } from './search.ts'
import { rootState, stateOf } from './states.ts'

export type LeanPool = Pool<Place, Library, Repl>

/** What a session is made from. */
export interface Opened {
  readonly pool: LeanPool
  readonly library: Library
  /** None for an `example`. */
  readonly name: string | undefined
  readonly place: Place
  readonly said: Extract<Said, { kind: 'state' }>
  /** Where all of Lean is known too, for programs that search: the same commands behind one more import. */
  readonly searchPlace: Place
  /** Whether that import was not the context's own. */
  readonly widened: boolean
}

const defaultSeconds = 10

/** One theorem in a pool of processes: all it keeps is which tactics lead where. */
export class Session implements ProofSession {
  readonly root: ProofState
  readonly #opened: Opened
  readonly #places = new Map<string, Place>()
  readonly #scripts = new WeakMap<Place, string>()
  readonly #states = new Map<string, ProofState>()

  constructor(opened: Opened) {
    this.#opened = opened
    this.root = this.#enter(opened.place, (id) => rootState(id, opened.said.reply))
  }

  state(id: string): ProofState | undefined {
    return this.#states.get(id)
  }

  script(id: string): readonly string[] {
    const tactics: string[] = []
    for (let at = this.#place(id); at !== this.#opened.place && at.parent; at = at.parent)
      tactics.push(this.#scripts.get(at) ?? at.text)
    return tactics.reverse()
  }

  async step(from: string, tactic: string, options: StepOptions = {}): Promise<Step> {
    const parent = this.#place(from)
    const read = readStep(tactic)
    if (!read.ok) return { kind: 'error', message: read.message, ...(read.at && { at: read.at }) }
    const before = this.#states.get(from) as ProofState
    if (before.goals.length === 0) return { kind: 'error', message: 'there are no goals left' }
    const place = placeBehind(parent, 'tactic', read.sent)
    const seconds = options.seconds ?? defaultSeconds
    const done = await this.#attempt(parent, options, (repl) =>
      repl.say(place, { seconds, signal: options.signal }),
    )
    if (done.kind === 'limit') return overLimit(done.limit, seconds)
    if (done.kind === 'crash') return { kind: 'error', message: done.message }
    const said = done.result
    if (said.kind === 'error') return errorOf(said.message, tactic, read)
    this.#scripts.set(place, read.text)
    const { reply } = said
    const state = this.#enter(place, (id) => stateOf(id, reply, before))
    const doubt = state.done && reply.proofStatus !== undefined && reply.proofStatus !== 'Completed'
    return { kind: 'state', state, messages: [...said.messages, ...(doubt ? [reply.proofStatus!] : [])] }
  }

  async close(id: string, options: StepOptions = {}) {
    const seconds = options.seconds ?? defaultSeconds
    const { name, place } = this.#opened
    const script = this.script(id)
    if (!this.#states.get(id)?.done)
      return { ok: false, message: 'the proof is not finished: goals are left or were given up' }
    const commands = commandsOf(place)
    const done = await this.#attempt(commands, options, (repl) =>
      closeWith(repl, commands, { name, statement: place.text, script }, { seconds, signal: options.signal }),
    )
    if (done.kind === 'limit') return { ok: false, message: overLimit(done.limit, seconds).message }
    if (done.kind === 'crash') return { ok: false, message: done.message }
    return done.result
  }

  async search(question: Question): Promise<readonly Premise[]> {
    const { searchPlace, widened } = this.#opened
    const { pool, library } = this.#opened
    // Nobody has been to where all of Lean is known: that it cannot be reached is no fault of the prover's.
    const done = await attempt(pool, { place: root, near: searchPlace, library }, (repl) =>
      premises(repl, searchPlace, question, widened),
    )
    if (done.kind === 'result') return done.result
    throw new UsageError(
      'search-too-wide',
      `the search for "${question.text.slice(0, 200)}" finds too much or takes longer than ${searchSeconds} s; ask for less`,
    )
  }

  /** Where the statement stands: the hypotheses of a state are not known to a command. */
  async ask(query: string, from: string = this.root.id, options: StepOptions = {}) {
    const place = commandsOf(this.#place(from))
    const read = readQuestion(query)
    if (!read.ok) return { ok: false, text: read.message }
    const seconds = options.seconds ?? defaultSeconds
    const done = await this.#attempt(place, options, (repl) =>
      repl.command(place, read.text, { seconds, signal: options.signal }),
    )
    if (done.kind === 'limit') return { ok: false, text: overLimit(done.limit, seconds).message }
    if (done.kind === 'crash') return { ok: false, text: done.message }
    const reply = done.result
    if (reply.kind === 'error') return { ok: false, text: reply.value.message }
    const messages = reply.value.messages ?? []
    const ok = messages.every(({ severity }) => severity !== 'error')
    return { ok, text: messages.map(({ data }) => data).join('\n') }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#places.clear()
    this.#states.clear()
  }

  #attempt<T>(place: Place, options: StepOptions, work: (repl: Repl) => Promise<T>): Promise<Attempt<T>> {
    const { pool, library } = this.#opened
    return attempt(pool, { place, library, signal: options.signal }, work)
  }

  #enter(place: Place, make: (id: string) => ProofState): ProofState {
    const state = make(`s${this.#states.size}`)
    this.#places.set(state.id, place)
    this.#states.set(state.id, state)
    return state
  }

  #place(id: string): Place {
    const place = this.#places.get(id)
    if (!place) throw new UsageError('no-state', `there is no state "${id.slice(0, 100)}" in this proof`)
    return place
  }
}

function overLimit(limit: 'seconds' | 'memory', seconds: number): Extract<Step, { kind: 'limit' }> {
  const message =
    limit === 'seconds' ? `it takes longer than ${seconds} s` : 'it takes more memory than the prover has'
  return { kind: 'limit', limit, message }
}
