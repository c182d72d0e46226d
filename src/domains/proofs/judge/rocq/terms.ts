import { type Block, isBlock, isText, type Value } from './values.ts'

/** Tags of the kernel's terms (`Constr.kind_of_term` of Coq 8.16) in a compiled library. */
export const kind = {
  rel: 0,
  cast: 5,
  product: 6,
  lambda: 7,
  let: 8,
  application: 9,
  constant: 10,
  inductive: 11,
  constructor: 12,
  match: 13,
  fix: 14,
  cofix: 15,
  projection: 16,
  array: 19,
} as const

/** `fix` or `cofix` with all its bodies. */
export interface Recursive {
  /** By function, the position of the argument that it recurses on; empty for `cofix`. */
  readonly arguments: readonly number[]
  readonly chosen: number
  readonly types: readonly Value[]
  readonly bodies: readonly Value[]
}

/** `match`: binders of the return type and of each branch by their number. */
export interface Match {
  readonly parameters: readonly Value[]
  readonly returned: Under
  /** True where the value is not looked at but made up from its type (`SProp`). */
  readonly inverted: boolean
  readonly value: Value
  readonly branches: readonly Under[]
}
export interface Under {
  readonly binders: number
  readonly body: Value
}

/** The data are not those of a term of this version. */
export class NoTerm extends Error {
  override readonly name = 'NoTerm'
}

export function fields(value: Value | undefined, size?: number): readonly Value[] {
  // An empty array is a number, or a block without fields.
  if (value === 0 && (size === undefined || size === 0)) return []
  if (!isBlock(value) || (size !== undefined && value.fields.length !== size))
    throw new NoTerm('it has terms of a form that is not known')
  return value.fields
}

const integer = (value: Value | undefined): number => {
  if (typeof value !== 'number') throw new NoTerm('a number is missing in a term')
  return value
}

export const isFix = (block: Block): boolean => isRecursion(block, kind.fix)
export const isCofix = (block: Block): boolean => isRecursion(block, kind.cofix)

/** No other data of the kernel have this tag and one field that is a pair. */
function isRecursion({ tag, fields: [only, ...more] }: Block, wanted: number): boolean {
  return tag === wanted && more.length === 0 && isBlock(only) && only.tag === 0 && only.fields.length === 2
}

export function recursionOf(block: Block): Recursive {
  const [head, declared] = fields(block.fields[0], 2)
  const [, types, bodies] = fields(declared, 3)
  const [positions, chosen] = block.tag === kind.fix ? fields(head, 2) : [0, head]
  const read = {
    arguments: fields(positions).map(integer),
    chosen: integer(chosen),
    types: fields(types),
    bodies: fields(bodies),
  }
  if (block.tag === kind.fix && read.arguments.length !== read.bodies.length)
    throw new NoTerm('a recursion has no argument to recurse on')
  return read
}

export function matchOf(term: Block): Match {
  const [, , parameters, returned, inversion, value, branches] = fields(term, 7)
  return {
    parameters: fields(parameters),
    returned: underOf(returned),
    inverted: isBlock(inversion),
    value: value!,
    branches: fields(branches).map(underOf),
  }
}

function underOf(value: Value | undefined): Under {
  const [binders, body] = fields(value, 2)
  return { binders: fields(binders).length, body: body! }
}

/** The head of an application, casts taken away, and its arguments. */
export function spine(term: Value): { readonly head: Value; readonly given: readonly Value[] } {
  let [head, given]: [Value, readonly Value[]] = [term, []]
  while (isBlock(head)) {
    if (head.tag === kind.application) given = [...fields(head.fields[1]), ...given]
    else if (head.tag !== kind.cast) break
    head = head.fields[0]!
  }
  return { head, given }
}

export const isKind = (term: Value | undefined, ...tags: readonly number[]): term is Block =>
  isBlock(term) && tags.includes(term.tag)

/** `Coq.Init.Wf.Acc_inv` of a constant of a file, undefined for what is in an inner module. */
export function constantName(term: Block): string | undefined {
  const [named] = fields(term.fields[0], 2)
  if (!isBlock(named)) return undefined
  const [path, label] = fields(named.fields.at(-1), 3)
  if (!isBlock(path) || path.tag !== 0 || !isText(label)) return undefined
  const parts = [textOf(label)]
  let rest = path.fields[0]
  while (isBlock(rest)) {
    const [part, next] = fields(rest, 2)
    if (!isText(part)) return undefined
    parts.unshift(textOf(part))
    rest = next
  }
  return parts.join('.')
}

function textOf({ raw }: { readonly raw: Buffer }): string {
  const head = raw[0]! === 0x0a ? 5 : raw[0]! === 0x09 ? 2 : 1
  return raw.subarray(head).toString()
}

/** Values right below a term that are terms, with how many binders stand before each. */
export function below(term: Block): readonly Under[] {
  const plain = (values: readonly Value[]) => values.map((body) => ({ binders: 0, body }))
  const [first, second, third, fourth] = term.fields
  switch (term.tag) {
    case kind.cast:
      return plain([first!, third!])
    case kind.product:
    case kind.lambda:
      return [...plain([second!]), { binders: 1, body: third! }]
    case kind.let:
      return [...plain([second!, third!]), { binders: 1, body: fourth! }]
    case kind.application:
      return plain([first!, ...fields(second)])
    case kind.match: {
      const { parameters, returned, value, branches } = matchOf(term)
      return [...plain([...parameters, value]), returned, ...branches]
    }
    case kind.fix:
    case kind.cofix: {
      const { types, bodies } = recursionOf(term)
      return [...plain(types), ...bodies.map((body) => ({ binders: bodies.length, body }))]
    }
    case kind.projection:
      return plain([second!])
    case kind.array:
      return plain([...fields(second), third!, fourth!])
    default:
      return []
  }
}

/** How far out the variables of terms reach: the largest number of a free one, 0 for a closed term. Each is looked at once. */
export class Reach {
  readonly #known = new Map<Block, number>()

  of(term: Value): number {
    if (!isBlock(term)) return 0
    const found = this.#known.get(term)
    if (found !== undefined) return found
    const todo: Block[] = [term]
    for (let last = todo.at(-1); last !== undefined; last = todo.at(-1)) {
      const parts = this.#known.has(last) ? [] : below(last)
      const missing = parts.filter(({ body }) => isBlock(body) && !this.#known.has(body))
      if (missing.length > 0) {
        todo.push(...missing.map(({ body }) => body as Block))
        if (todo.length > 50_000_000) throw new NoTerm('its terms are too large to be read')
        continue
      }
      todo.pop()
      if (this.#known.has(last)) continue
      const own = last.tag === kind.rel ? integer(last.fields[0]) : 0
      const reach = parts.reduce((most, { binders, body }) => {
        return Math.max(most, (isBlock(body) ? this.#known.get(body)! : 0) - binders)
      }, own)
      this.#known.set(last, reach)
    }
    return this.#known.get(term)!
  }
}
