import { createHash } from 'node:crypto'
import type { PlaceOf } from '../library.ts'
import type { Offsets } from '../offsets.ts'
import type { Definition, Span, State, TracedPremise, TracedTheorem } from '../schema.ts'
import type { Found } from './found.ts'
import { type Placed, Places } from './places.ts'

interface Facts {
  readonly file: string
  readonly module: string
  readonly text: string
  readonly offsets: Offsets
  readonly placeOf: PlaceOf
}

/** The definitions and theorems of a file. Throws `BadPlace`. */
export function theoremsOf(
  facts: Facts,
  found: Found,
): { readonly definitions: Definition[]; readonly theorems: TracedTheorem[] } {
  const places = new Places(facts.offsets)
  const declarations = places.apart(
    found.declarations.map((one) => ({
      ...places.of(one),
      name: one.name && places.of(one.name),
      value: places.of(one.value),
    })),
  )
  const commands = places.apart(found.commands.map((one) => places.of(one)))
  const named = found.definitions.map((one) => places.of(one))
  const definitions = named.map(({ name, kind, span }): Definition => {
    const sentence = (places.around(declarations, span) ?? places.around(commands, span))?.span
    return { name, kind, span, ...(sentence && { sentence }) }
  })
  const constants = new Map(named.map((one) => [one.span.start, one]))
  const own = new Map(definitions.map(({ name, span }) => [name, { file: facts.file, span }]))
  const placeOf = (name: string) => own.get(name) ?? facts.placeOf(name)
  const steps = places.ordered(found.steps.map((one) => places.of(one)))
  const uses = places.ordered(found.uses.map((one) => places.of(one)))
  const wrong = new Set(found.errors.map(({ line }) => line))
  const theorems = declarations.flatMap(({ span, value, name, incomplete }): TracedTheorem[] => {
    const within = places.within(steps, value.span)
    const constant = name && constants.get(name.span.start)
    if (within.length === 0 && constant?.kind !== 'theorem') return []
    for (let line = span.line; line <= facts.offsets.lineOf(span.end); line++) if (wrong.has(line)) return []
    const statement = facts.text.slice(span.start, value.span.start).trimEnd()
    const premises = new Premises(
      places,
      facts.module,
      placeOf,
      places.within(uses, span).filter((use) => use.name !== constant?.name),
    )
    const states = new States()
    const shown = within.map((step) => ({
      tactic: facts.offsets.text(step.span),
      kind: 'tactic' as const,
      span: step.span,
      before: states.indexOf(step.before),
      after: states.indexOf(step.after),
      premises: premises.in(step.span),
    }))
    return [
      {
        type: 'theorem',
        id: `${facts.file}:${span.start}`,
        ...(constant && { name: constant.name }),
        file: facts.file,
        module: facts.module,
        span: { ...span, end: span.start + statement.length },
        statement,
        head: /^[^\s({[:]+/.exec(statement)?.[0] ?? '',
        digest: digestOf(constant ? [flat(constant.type), constant.constants.toSorted()] : [flat(statement)]),
        ending: facts.offsets.text(value.span),
        endingSpan: value.span,
        proved: !incomplete,
        states: states.all,
        steps: shown,
        statementPremises: premises.in({ ...span, end: value.span.start }),
        endingPremises: premises.outside(value.span, within),
        premises: premises.all,
        dependencies: premises.all
          .filter(({ kind }) => kind === 'theorem' || kind === 'axiom')
          .map((premise) => premise.name),
      },
    ]
  })
  return { definitions, theorems }
}

/** What a declaration uses. */
class Premises {
  readonly all: TracedPremise[] = []
  readonly #places: Places
  readonly #uses: readonly Placed<{ readonly index: number }>[]

  constructor(
    places: Places,
    module: string,
    placeOf: PlaceOf,
    uses: readonly Placed<Found['uses'][number]>[],
  ) {
    this.#places = places
    const indices = new Map<string, number>()
    this.#uses = uses.map(({ name, kind, module: library, span }) => {
      const index = indices.get(name) ?? this.all.length
      if (index === this.all.length) {
        const place = placeOf(name)
        this.all.push({ name, kind, module: library || module, ...(place && { place }) })
        indices.set(name, index)
      }
      return { span, index }
    })
  }

  in(span: Span): number[] {
    return [...new Set(this.#places.within(this.#uses, span).map(({ index }) => index))]
  }

  /** Those in a span that are in none of some ordered steps. */
  outside(span: Span, steps: readonly Placed[]): number[] {
    const found = new Set<number>()
    let [next, covered] = [0, 0]
    for (const use of this.#places.within(this.#uses, span)) {
      for (; next < steps.length && (steps[next] as Placed).span.start <= use.span.start; next++)
        covered = Math.max(covered, (steps[next] as Placed).span.end)
      if (use.span.end > covered) found.add(use.index)
    }
    return [...found]
  }
}

/** Each state once. */
class States {
  readonly all: State[] = []
  readonly #known = new Map<string, number>()

  indexOf(shown: Found['steps'][number]['before']): number {
    const goals = shown.filter((goal) => goal !== null)
    const state: State = { goals, waiting: 0, shelved: 0, givenUp: 0 }
    const text = JSON.stringify(state)
    const known = this.#known.get(text)
    if (known !== undefined) return known
    this.#known.set(text, this.all.length)
    this.all.push(state)
    return this.all.length - 1
  }
}

const flat = (text: string) => text.replace(/\s+/g, ' ').trim()

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
