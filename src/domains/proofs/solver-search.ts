import { z } from 'zod'
import type { Environment } from '../../core/environment.ts'
import type { Goal } from './prover.ts'
import { closers, movesFor, wordsOf } from './solver-moves.ts'

const stateSchema = z.object({
  state: z.string(),
  done: z.boolean(),
  goals: z.array(
    z.object({
      hypotheses: z.array(z.object({ names: z.array(z.string()), type: z.string() })),
      conclusion: z.string(),
    }),
  ),
})
type State = z.infer<typeof stateSchema>

const hintSchema = z.array(z.object({ outcome: z.string(), after: stateSchema.optional() }))
const premisesSchema = z.array(z.object({ name: z.string(), statement: z.string() }))

const stepSeconds = 2
const deepest = 6
const mostInductions = 2
/** Lemmas found by search that are rewritten with at one goal. */
const mostRewrites = 8

/** What one goal may still cost. */
interface Allowance {
  readonly depth: number
  readonly inductions: number
  readonly rewrites: boolean
}

/**
 * Looks for a proof by depth, deeper each time. A goal is closed on its own: what closes it is never taken back, which
 * misses proofs where one goal's choice is another's, and keeps the search small.
 */
export class Search {
  readonly #environment: Environment
  readonly #signal: AbortSignal
  readonly #until: number
  /** Goals that could not be closed, with the allowance they had; for one depth. */
  #hopeless = new Set<string>()
  readonly #found = new Map<string, readonly string[]>()
  steps = 0

  constructor(environment: Environment, signal: AbortSignal, seconds: number) {
    this.#environment = environment
    this.#signal = signal
    this.#until = performance.now() + seconds * 1000
  }

  /** The id of a state without goals, or undefined where none was found in the time there is. */
  async prove(data: unknown): Promise<string | undefined> {
    const root = stateSchema.parse(data)
    for (let depth = 1; depth <= deepest && !this.#late; depth++) {
      this.#hopeless = new Set()
      let at: State | undefined = root
      while (at && !at.done && at.goals.length > 0)
        at = await this.#close(at, { depth, inductions: mostInductions, rewrites: true })
      if (at?.done) return at.state
    }
    return undefined
  }

  get #late(): boolean {
    return performance.now() > this.#until
  }

  /** Closes the first goal of a state: a state with one goal less. */
  async #close(state: State, allowance: Allowance): Promise<State | undefined> {
    const goal = state.goals[0]
    if (!goal || this.#late) return undefined
    const key = JSON.stringify([goal, allowance])
    if (this.#hopeless.has(key)) return undefined
    const closed = (await this.#automatic(state)) ?? (await this.#byMoves(state, goal, allowance))
    if (!closed) this.#hopeless.add(key)
    return closed
  }

  async #byMoves(
    state: State,
    goal: Goal,
    { depth, inductions, rewrites }: Allowance,
  ): Promise<State | undefined> {
    if (depth === 0) return undefined
    for (const move of movesFor(goal, inductions)) {
      const left = inductions - (move.startsWith('induction') ? 1 : 0)
      const closed = await this.#by(state, move, { depth: depth - 1, inductions: left, rewrites })
      if (closed || this.#late) return closed
    }
    if (!rewrites) return undefined
    for (const name of await this.#lemmasFor(state, goal)) {
      const closed = await this.#by(state, `rewrite ${name}`, { depth: 0, inductions: 0, rewrites: false })
      if (closed || this.#late) return closed
    }
    return undefined
  }

  /** Takes a move, then closes all goals that it made. */
  async #by(state: State, move: string, allowance: Allowance): Promise<State | undefined> {
    let at = await this.#step(state, `progress (${move}).`)
    while (at && at.goals.length >= state.goals.length) at = await this.#close(at, allowance)
    return at
  }

  async #automatic({ state }: State): Promise<State | undefined> {
    const input = { state, tactics: [...closers], seconds: stepSeconds, first: true }
    const said = await this.#act('hint', input)
    return hintSchema.safeParse(said.data).data?.find(({ outcome }) => outcome === 'closes')?.after
  }

  async #step({ state }: State, tactic: string): Promise<State | undefined> {
    this.steps++
    const { ok, data } = await this.#act('tactic', { state, tactic, seconds: stepSeconds })
    return ok ? stateSchema.parse(data) : undefined
  }

  /** Searched for once: what the context knows does not change. */
  async #lemmasFor({ state }: State, goal: Goal): Promise<readonly string[]> {
    const words = wordsOf(goal).slice(0, 2)
    if (words.length === 0) return []
    const text = words.join(' ')
    const known = this.#found.get(text)
    if (known) return known
    const { data } = await this.#act('search', { by: 'words', text, state, most: 30 })
    const names = (premisesSchema.safeParse(data).data ?? [])
      .filter(({ statement }) => / = /.test(statement))
      .slice(0, mostRewrites)
      .map(({ name }) => name)
    this.#found.set(text, names)
    return names
  }

  async #act(name: string, input: unknown) {
    return await this.#environment.act(name, input, this.#signal)
  }
}
