import { createHash } from 'node:crypto'
import type { Replayed } from '../rocq/replay.ts'
import type { Sentence } from '../rocq/sentences.ts'
import type { Glob, Reference } from './glob.ts'
import type { Offsets } from './offsets.ts'
import { notPremises, type State, type TracedPremise, type TracedTheorem } from './schema.ts'

/** What is known of the file beside its replay. */
export interface FileFacts {
  readonly file: string
  readonly offsets: Offsets
  readonly glob: Glob
  /** Where a name that stands at an offset of a theorem's statement or proof is defined, by its fully qualified name. */
  placeOf(name: string, at: number, theorem: Sentence): TracedPremise['place'] | undefined
}

const theoremKinds: ReadonlySet<string> = new Set(['thm', 'prf', 'ax', 'prfax'])
const heads =
  /^(?:#\[[^\]]*\]\s*)*(?:(?:Local|Global|Program|Polymorphic|Monomorphic|Private|Cumulative)\s+)*(\p{L}+)/u

/** Makes theorems of what a replay says, sentence by sentence. */
export class Theorems {
  readonly finished: TracedTheorem[] = []
  readonly #facts: FileFacts
  #open: Proof | undefined

  constructor(facts: FileFacts) {
    this.#facts = facts
  }

  take(said: Replayed): void {
    if (!said.counts) {
      if (this.#open) this.finished.push(this.#open.end(said.sentence))
      this.#open = undefined
    } else if (this.#open) this.#open.step(said)
    else this.#open = new Proof(this.#facts, said)
  }
}

/** A proof that is open. */
class Proof {
  readonly #facts: FileFacts
  readonly #sentence: Sentence
  readonly #states: State[]
  readonly #steps: TracedTheorem['steps'] = []
  readonly #premises = new Map<string, { readonly index: number; readonly premise: TracedPremise }>()
  readonly #statementPremises: number[]
  readonly #digest: string
  #last: string

  constructor(facts: FileFacts, said: Replayed) {
    this.#facts = facts
    this.#sentence = said.sentence
    const state = stateOf(said)
    this.#states = [state]
    this.#last = JSON.stringify(state)
    this.#statementPremises = this.#premisesIn(said.sentence)
    const meant = within(facts.glob.references, said.sentence).filter(({ kind }) => kind !== 'var')
    this.#digest = digestOf(state, meant)
  }

  step(said: Replayed): void {
    const { sentence } = said
    if (/^Proof\b/.test(sentence.text)) return
    const state = stateOf(said)
    const text = JSON.stringify(state)
    const before = this.#states.length - 1
    if (text !== this.#last) this.#states.push(state)
    this.#last = text
    this.#steps.push({
      tactic: sentence.text,
      kind: sentence.kind === 'bullet' || sentence.kind === 'brace' ? sentence.kind : 'tactic',
      span: this.#facts.offsets.span(sentence.start, sentence.end),
      before,
      after: this.#states.length - 1,
      premises: this.#premisesIn(sentence),
    })
  }

  end(sentence: Sentence): TracedTheorem {
    const { file, offsets, glob } = this.#facts
    const { start, end, text } = this.#sentence
    const own = glob.definitions.find(({ span }) => span.start >= start && span.end <= end)
    const endingPremises = this.#premisesIn(sentence)
    const premises = [...this.#premises.values()].map(({ premise }) => premise)
    return {
      type: 'theorem',
      id: `${file}:${start}`,
      ...(own && { name: own.name }),
      file,
      module: glob.module,
      span: offsets.span(start, end),
      statement: text,
      head: heads.exec(text)?.[1] ?? '',
      digest: this.#digest,
      ending: sentence.text,
      endingSpan: offsets.span(sentence.start, sentence.end),
      proved: !/^(?:#\[[^\]]*\]\s*)*(?:Admitted|Abort)\b/.test(sentence.text),
      states: this.#states,
      steps: this.#steps,
      premises,
      statementPremises: this.#statementPremises,
      endingPremises,
      dependencies: premises.filter(({ kind }) => theoremKinds.has(kind)).map(({ name }) => name),
    }
  }

  #premisesIn(sentence: Sentence): number[] {
    const indices = new Set<number>()
    for (const { name, kind, module, span } of within(this.#facts.glob.references, sentence)) {
      // A variable that is bound on the spot has a number behind its name.
      if (notPremises.has(kind) || (kind === 'var' && name.includes(':'))) continue
      const known = this.#premises.get(name)
      if (known) {
        indices.add(known.index)
        continue
      }
      const place = this.#facts.placeOf(name, span.start, this.#sentence)
      const index = this.#premises.size
      this.#premises.set(name, { index, premise: { name, kind, module, ...(place && { place }) } })
      indices.add(index)
    }
    return [...indices]
  }
}

function stateOf({ counts, goals }: Replayed): State {
  const { waiting, shelved, givenUp } = counts ?? { waiting: 0, shelved: 0, givenUp: 0 }
  return {
    goals: goals.map(({ name, hypotheses, conclusion }) => ({
      ...(name !== undefined && { name }),
      hypotheses: hypotheses.map(({ names, type, body }) => ({
        names: [...names],
        type,
        ...(body !== undefined && { body }),
      })),
      conclusion,
    })),
    waiting,
    shelved,
    givenUp,
  }
}

/** Two statements may read the same and mean different things: `n <= m` of two number systems. */
function digestOf({ goals }: State, meant: readonly Reference[]): string {
  const shown = goals.map(({ hypotheses, conclusion }) => [
    hypotheses.map(({ names, type, body }) => [names, flat(type), body === undefined ? null : flat(body)]),
    flat(conclusion),
  ])
  const local = /:\d+$/
  const names = [...new Set(meant.map(({ name }) => name).filter((name) => !local.test(name)))].sort()
  return createHash('sha256')
    .update(JSON.stringify([shown, names]))
    .digest('hex')
}

const flat = (text: string) => text.replace(/\s+/g, ' ').trim()

/** References are in the order of where they stand. */
function within(references: readonly Reference[], { start, end }: Sentence): readonly Reference[] {
  let [low, high] = [0, references.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((references[middle] as Reference).span.start < start) low = middle + 1
    else high = middle
  }
  let last = low
  while (last < references.length && (references[last] as Reference).span.start < end) last++
  return references.slice(low, last).filter(({ span }) => span.end <= end)
}
