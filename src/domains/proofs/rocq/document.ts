import type { Lab } from '../../../core/domain.ts'
import type { Seat } from '../pool/seat.ts'
import {
  add,
  editAt,
  query as queryCall,
  search as searchCall,
  status,
  subgoals,
  type Wanted,
} from './calls.ts'
import { type Counts, countsOf, cut } from './goals.ts'
import { type Answer, CoqProcess, type ProcessOptions } from './process.ts'
import type { Element } from './xml.ts'

/** One sentence behind another: a place in the tree of all that was ever said to a prover. The root has no parent. */
export interface Place {
  readonly parent?: Place
  readonly depth: number
  readonly sentence: string
  /** Set where the prover had better not be shared afterwards. */
  readonly doubtful?: boolean
}

export const root: Place = { depth: 0, sentence: '' }

export function placeBehind(parent: Place, sentence: string, doubtful = false): Place {
  return { parent, depth: parent.depth + 1, sentence, ...(doubtful && { doubtful }) }
}

/** What came of sentences that were said. `interrupted`: their time was over. */
export type Said =
  | {
      readonly kind: 'done'
      readonly counts: Counts | undefined
      readonly goals: Element
      readonly mode: 'full' | 'short'
      readonly messages: readonly string[]
    }
  | {
      readonly kind: 'error'
      readonly message: string
      /** Which sentence, and bytes in it. */
      readonly sentence: number
      readonly at?: readonly [number, number]
    }
  | { readonly kind: 'interrupted' }

export interface SayOptions {
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
  /** `none`: only whether it works; `counts`: conclusions and counts. Default: goals in focus in full. */
  readonly goals?: 'full' | 'counts' | 'none'
}

/** Characters of all messages of a step that are kept, and their number. */
const messageBound = 64 * 1024
const messagesMost = 1000
/** How long hypotheses of large goals may take to print, as a part of the step's time. */
const printingPart = 0.5
const all = { focused: true, waiting: true, shelved: true, givenUp: true }
/** Time for what is cheap by nature. */
const houseSeconds = 60

/** A process and where it stands. */
export class Document implements Seat<Place> {
  readonly #process: CoqProcess
  /** From the root to where it stands: places and the process's own numbers for them. */
  readonly #path: { readonly place: Place; readonly id: number }[] = [{ place: root, id: 1 }]
  /** False where the process stands somewhere else than at the end of the path: behind a sentence that failed. */
  #clean = true
  #steps = 0
  #doubtful = false
  /** Something happened that may have left it in disorder: it is replaced rather than asked again. */
  #spoilt = false

  static async start(lab: Lab, options: ProcessOptions): Promise<Document> {
    return new Document(await CoqProcess.start(lab, options))
  }

  private constructor(process: CoqProcess) {
    this.#process = process
  }

  /** Nobody is to get it any more. */
  spoil(): void {
    this.#spoilt = true
  }

  get gone() {
    return this.#process.gone
  }

  /** Whether it has done something before that is not on the way to its place: what it has used up may be others' fault. */
  get used(): boolean {
    return this.#steps >= this.#path.length
  }

  /** Whether it may be given to somebody whose place is this one. */
  fits(place: Place): boolean {
    if (this.#process.gone || this.#process.worn || this.#spoilt) return false
    if (!this.#doubtful) return true
    // What did the doubtful thing is on their way too.
    return this.#path.slice(this.#common(place) + 1).every((step) => !step.place.doubtful)
  }

  /** How many sentences would have to be said to get there. */
  distance(place: Place): number {
    return place.depth - this.#common(place)
  }

  /** Goes to a place, saying again what is missing. Throws `Gone`; false where something fails that did not before. */
  async goTo(place: Place, signal?: AbortSignal): Promise<boolean> {
    const common = this.#common(place)
    const missing: Place[] = []
    for (let at = place; at.depth > common && at.parent; at = at.parent) missing.push(at)
    if (!this.#clean || this.#path.length - 1 > common) await this.#back(common)
    if (missing.length === 0) return true
    for (const next of missing.reverse()) {
      const { value } = await this.#add(next, houseSeconds * 10, signal)
      if (value.attributes.val !== 'good') return false
      this.#enter(next, value)
    }
    const { value } = await this.#call(status(false), houseSeconds * 10, signal)
    this.#clean = value.attributes.val === 'good'
    return this.#clean
  }

  /** Says what stands behind the place where the process stands; afterwards it stands behind the last one, if all are done. */
  async say(places: readonly Place[], options: SayOptions): Promise<Said> {
    const until = performance.now() + options.seconds * 1000
    const left = () => Math.max(0.01, (until - performance.now()) / 1000)
    const start = this.#path.length
    const failed = (answer: Answer, sentence: number): Said => {
      this.#path.length = start
      this.#clean = false
      const message = richText(answer.value)
      if (answer.interrupted || /^User interrupt\b/.test(message)) return { kind: 'interrupted' }
      const at = located(answer.value)
      return { kind: 'error', message: cut(message, messageBound), sentence, ...(at && { at }) }
    }
    const ids: number[] = []
    const answers: Answer[] = []
    // Asking for goals does what was added; without hypotheses that costs little more.
    const look = options.goals === 'none' ? status(false) : subgoals('short', all)
    let done: Answer | undefined
    for (const [index, place] of places.entries()) {
      const texts = [add(place.sentence, this.#tip()), ...(index === places.length - 1 ? [look] : [])]
      const [added, looked] = await this.#process.calls(texts, { seconds: left(), signal: options.signal })
      const answer = added as Answer
      done = looked
      answers.push(answer)
      if (answer.value.attributes.val !== 'good') {
        if (answer.interrupted) this.#spoilt = true
        // It may be that what stands before it is wrong, and this could only not be read because of that.
        const before =
          index === 0 ? answer : (looked ?? (await this.#call(status(false), left(), options.signal)))
        const bad = before.value.attributes.val === 'good' ? answer : before
        return failed(bad, bad === answer ? index : culprit(bad, ids))
      }
      this.#enter(place, answer.value)
      ids.push(this.#tip())
    }
    if (!done) {
      done = await this.#call(look, left(), options.signal)
      answers.push(done)
    }
    if (done.value.attributes.val !== 'good') return failed(done, culprit(done, ids))
    const counts = options.goals === 'none' ? undefined : countsOf(done.value)
    const short = {
      kind: 'done',
      messages: messagesOf(answers),
      counts,
      goals: done.value,
      mode: 'short',
    } as const
    if (!counts || counts.focused === 0 || options.goals === 'counts') return short
    const full = await this.#call(subgoals('full', { focused: true }), left() * printingPart, options.signal)
    return full.value.attributes.val === 'good' ? { ...short, goals: full.value, mode: 'full' } : short
  }

  /** Whether the kernel takes the proof; the process then stands where it stood. */
  async close(sentence: string, seconds: number, signal?: AbortSignal) {
    const said = await this.say([placeBehind(this.#path.at(-1)?.place ?? root, sentence)], {
      seconds,
      signal,
      goals: 'none',
    })
    if (said.kind !== 'done') return said
    const joined = await this.#call(status(true), seconds, signal)
    await this.#back(this.#path.length - 2)
    if (joined.value.attributes.val === 'good') return said
    if (joined.interrupted) return { kind: 'interrupted' } as const
    return { kind: 'error', message: richText(joined.value), sentence: 0 } as const
  }

  /** What a question prints, here. */
  async ask(sentence: string, seconds: number, signal?: AbortSignal) {
    const answer = await this.#call(queryCall(sentence, this.#tip()), seconds, signal)
    const ok = answer.value.attributes.val === 'good'
    const message = richText(answer.value)
    const interrupted = !ok && (answer.interrupted || /^User interrupt\b/.test(message))
    return { ok, interrupted, text: ok ? messagesOf([answer]).join('\n') : cut(message, messageBound) }
  }

  /** What is known here that answers all the wishes, with fully qualified names; undefined where a pattern is not right. */
  async search(wanted: readonly Wanted[], seconds: number, signal?: AbortSignal) {
    const { value } = await this.#call(searchCall(wanted), seconds, signal)
    if (value.attributes.val !== 'good') return { ok: false, message: richText(value) } as const
    const found = (value.children[0]?.children ?? []).map(({ children: [prefix, qualified, statement] }) => ({
      name: [...(prefix?.children ?? []), ...(qualified?.children ?? [])].map(({ text }) => text).join('.'),
      statement: statement?.text ?? '',
    }))
    return { ok: true, found } as const
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }

  #call(text: string, seconds: number, signal?: AbortSignal): Promise<Answer> {
    return this.#process.call(text, { seconds, signal })
  }

  /** An interrupt while the prover changes its own history may leave half a change. */
  async #add(place: Place, seconds: number, signal?: AbortSignal): Promise<Answer> {
    const answer = await this.#call(add(place.sentence, this.#tip()), seconds, signal)
    if (answer.interrupted) this.#spoilt = true
    return answer
  }

  #tip(): number {
    return this.#path.at(-1)?.id ?? 1
  }

  #enter(place: Place, value: Element): void {
    this.#steps++
    if (place.doubtful) this.#doubtful = true
    this.#path.push({ place, id: Number(value.children[0]?.children[0]?.attributes.val) })
  }

  async #back(depth: number): Promise<void> {
    this.#path.length = depth + 1
    const { value } = await this.#call(editAt(this.#tip()), houseSeconds)
    this.#clean = value.attributes.val === 'good'
    if (!this.#clean) {
      await this.#process[Symbol.asyncDispose]()
      throw this.#process.gone
    }
  }

  /** The depth of the last place that both ways have. */
  #common(place: Place): number {
    let at: Place | undefined = place
    while (at && at.depth >= this.#path.length) at = at.parent
    while (at && this.#path[at.depth]?.place !== at) at = at.parent
    return at?.depth ?? 0
  }
}

/** Which sentence failed: the one behind the last state that is said to be good. */
function culprit({ value }: Answer, ids: readonly number[]): number {
  const good = Number(value.children[0]?.attributes.val)
  return Math.min(ids.length - 1, ids.indexOf(good) + 1)
}

function richText(value: Element): string {
  return (value.children.find(({ tag }) => tag === 'richpp')?.text ?? '').trim()
}

function located({ attributes }: Element): readonly [number, number] | undefined {
  if (attributes.loc_s === undefined || attributes.loc_e === undefined) return undefined
  return [Number(attributes.loc_s), Number(attributes.loc_e)]
}

function messagesOf(answers: readonly Answer[]): string[] {
  const texts = answers
    .flatMap(({ feedback }) => feedback)
    .flatMap((message) => {
      const content = message.children.find(({ tag }) => tag === 'feedback_content')?.children[0]
      const level = content?.children.find(({ tag }) => tag === 'message_level')?.attributes.val
      return content && level !== 'error' && level !== 'debug' ? [richText(content)] : []
    })
  const kept: string[] = []
  let left = messageBound
  for (const text of texts.slice(0, messagesMost)) {
    if (left <= 0) break
    kept.push(cut(text, left))
    left -= text.length
  }
  if (kept.length < texts.length) kept.push(`… (${texts.length - kept.length} more messages)`)
  return kept
}
