import type { Lab } from '../../../core/domain.ts'
import type { Seat } from '../pool/seat.ts'
import { type Place, root } from './place.ts'
import { type Answer, LeanProcess, type ProcessOptions } from './process.ts'
import type { Message, Reply, StateReply } from './replies.ts'
import type { LeanPlace } from './sandbox.ts'

/** What came of a step. Messages are warnings and what tactics say. */
export type Said =
  | { readonly kind: 'state'; readonly reply: StateReply; readonly messages: readonly string[] }
  | { readonly kind: 'error'; readonly message: string }

/** The REPL keeps every state that it ever made: a process that has so many is replaced. */
const mostStates = 5000
/** Wall time of a step that worked before. */
const againSeconds = 900
const messagesMost = 1000
/** Characters of all messages of a step that are kept. */
const messageBound = 64 * 1024

export interface SayOptions {
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

/** A process and what it knows: the number that it has for every place it has been to. */
export class Repl implements Seat<Place> {
  readonly #process: LeanProcess
  readonly #known = new WeakMap<Place, number | undefined>([[root, undefined]])
  /** The newest proof state that it has told of: numbers only grow. */
  #newest = -1
  #states = 0
  /** Whether all that it has done is on the way to one place. */
  #last: Place = root
  #strayed = false
  /** What it was told that it might not be the same behind. */
  readonly #doubtful = new Set<Place>()
  #spoilt = false

  static async start(lab: Lab, place: LeanPlace, options: ProcessOptions): Promise<Repl> {
    return new Repl(await LeanProcess.start(lab, place, options))
  }

  private constructor(process: LeanProcess) {
    this.#process = process
  }

  spoil(): void {
    this.#spoilt = true
  }

  get gone() {
    return this.#process.gone
  }

  get used(): boolean {
    return this.#strayed
  }

  fits(place: Place): boolean {
    if (this.#process.gone || this.#process.worn || this.#spoilt || this.#states >= mostStates) return false
    return [...this.#doubtful].every((each) => isBehind(place, each))
  }

  distance(place: Place): number {
    return this.#missing(place).reduce((sum, { weight }) => sum + weight, 0)
  }

  async goTo(place: Place, signal?: AbortSignal): Promise<boolean> {
    return (await this.walk(place, { seconds: againSeconds, signal })) === undefined
  }

  /** Goes to a place that nobody has been to yet: the first step that fails is what comes of it. */
  async walk(place: Place, options: SayOptions): Promise<Extract<Said, { kind: 'error' }> | undefined> {
    for (const next of this.#missing(place)) {
      const said = await this.say(next, options)
      if (said.kind === 'error') return said
    }
    return undefined
  }

  /** Takes the step to a place from the one before it, which is known here. */
  async say(place: Place, options: SayOptions): Promise<Said> {
    const { reply, printed } = await this.#step(place, options)
    if (reply.kind === 'error') return { kind: 'error', message: cutMessage(reply.value.message) }
    const { messages = [], sorries = [] } = reply.value
    const errors = messages.filter(({ severity }) => severity === 'error')
    const others = messagesOf(reply, printed)
    if (errors.length > 0) return { kind: 'error', message: cutMessage(errors.map(located).join('\n')) }
    if (place.kind !== 'statement') {
      if (reply.kind === 'state') {
        if (place.kind !== 'tactic') this.#refuse()
        if (reply.value.proofState <= this.#newest) this.#refuse()
        this.#enter(place, reply.value.proofState)
        this.#newest = reply.value.proofState
        return { kind: 'state', reply: reply.value, messages: others }
      }
      if (place.kind !== 'command') this.#refuse()
      this.#enter(place, reply.value.env)
      return { kind: 'state', reply: { proofState: 0, goals: [] }, messages: others }
    }
    const [hole, ...more] = sorries
    if (typeof hole?.proofState !== 'number' || more.length > 0)
      return {
        kind: 'error',
        message:
          'the statement is to be one theorem without holes of its own, like "theorem name : proposition"',
      }
    this.#enter(place, hole.proofState)
    this.#newest = Math.max(this.#newest, hole.proofState)
    const state = { proofState: hole.proofState, goals: [hole.goal] }
    return {
      kind: 'state',
      reply: state,
      messages: others.filter((text) => !/declaration uses [`']sorry[`']/.test(text)),
    }
  }

  /** Runs commands where a place's commands end, without going there. */
  async command(place: Place, cmd: string, options: SayOptions): Promise<Reply> {
    return (await this.#command(place, cmd, options)).reply
  }

  /** Runs commands behind others that were not kept as a place, by their number. */
  async commandIn(env: number, cmd: string, options: SayOptions): Promise<Reply> {
    this.#strayed = true
    return (await this.#process.call({ cmd, env }, options)).reply
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }

  async #step(place: Place, options: SayOptions): Promise<Answer> {
    if (place.parent !== this.#last) this.#strayed = true
    if (place.doubtful) this.#doubtful.add(place)
    this.#last = place
    this.#states++
    if (place.kind !== 'tactic')
      return await this.#command(
        place.parent!,
        place.kind === 'statement' ? `${place.text} := by sorry` : place.text,
        options,
      )
    const proofState = this.#known.get(place.parent!)
    if (proofState === undefined) throw new Error('the process was not brought to the state')
    return await this.#process.call({ tactic: place.text, proofState }, options)
  }

  async #command(place: Place, cmd: string, options: SayOptions): Promise<Answer> {
    const env = this.#known.get(commandsOf(place))
    this.#states++
    return await this.#process.call({ cmd, ...(env !== undefined && { env }) }, options)
  }

  #enter(place: Place, id: number): void {
    this.#known.set(place, id)
  }

  /** It says what cannot be: nobody is to believe it any more. */
  #refuse(): never {
    throw this.#process.confuse()
  }

  #missing(place: Place): Place[] {
    const missing: Place[] = []
    for (let at: Place | undefined = place; at && !this.#known.has(at); at = at.parent) missing.push(at)
    return missing.reverse()
  }
}

function isBehind(place: Place, other: Place): boolean {
  for (let at: Place | undefined = place; at; at = at.parent) if (at === other) return true
  return false
}

/** The place where the commands before a proof end. */
export function commandsOf(place: Place): Place {
  let at = place
  while (at.parent && (at.kind === 'tactic' || at.kind === 'statement')) at = at.parent
  return at
}

function messagesOf(
  { kind, value }: Exclude<Reply, { kind: 'error' }>,
  printed: readonly string[],
): string[] {
  const texts = [
    ...(value.messages ?? []).filter(({ severity }) => severity !== 'error').map(({ data }) => data),
    ...(kind === 'state' ? (value.traces ?? []) : []),
    ...printed.map((text) => `printed: ${text}`),
  ]
  const kept: string[] = []
  let left = messageBound
  for (const text of texts.slice(0, messagesMost)) {
    if (left <= 0) break
    kept.push(cutMessage(text, left))
    left -= text.length
  }
  if (kept.length < texts.length) kept.push(`… (${texts.length - kept.length} more messages)`)
  return kept
}

/** Messages of tactics have no place: line 0. */
function located({ pos, data }: Message): string {
  return pos.line === 0 ? data : `line ${pos.line}, column ${pos.column}: ${data}`
}

function cutMessage(text: string, bound: number = messageBound): string {
  return text.length <= bound
    ? text
    : `${text.slice(0, bound).toWellFormed()} … (${text.length - bound} more characters)`
}
