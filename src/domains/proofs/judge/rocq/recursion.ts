import {
  below,
  constantName,
  fields,
  isKind,
  kind,
  matchOf,
  NoTerm,
  type Reach,
  type Recursive,
  recursionOf,
  spine,
} from './terms.ts'
import { isBlock, type Value } from './values.ts'

/** How a value compares with the argument that is recursed on. A function of the recursion is its number, below zero. */
type Size = number
const unknown = 0
const equal = 1
const smaller = 2

/** Steps of one recursion: shared terms are walked each time. */
const mostSteps = 5_000_000

/** What is in the recursion that this reader does not follow. */
class Beyond extends Error {}

/** Library functions whose result is no larger than an argument, or comes from it: Rocq would look into them. */
const known: ReadonlyMap<string, { readonly from: number; readonly atLeast: number; readonly gives: Size }> =
  new Map([
    ['Coq.Init.Wf.Acc_inv', { from: 3, atLeast: 6, gives: smaller }],
    ['Coq.Init.Nat.pred', { from: 0, atLeast: 1, gives: equal }],
    ['Coq.Init.Nat.sub', { from: 0, atLeast: 2, gives: equal }],
  ])

/**
 * Why a `fix` is not plainly recursion on parts of its argument, in words; undefined where it is. A reader of its own
 * beside the guard check of Rocq's kernel, which 8.16 gets wrong in several ways and `coqchk` with it
 * (rocq-prover/rocq issues 20413, 20455, 20555, 21839): it takes the classical rule alone (E. Giménez, Codifying guarded
 * definitions with recursive schemes, 1994), unfolds nothing, and wants every recursive call to have its argument.
 * The kernel has checked types and which arguments of constructors count as parts.
 */
export function recursionProblem(fix: Recursive, reach: Reach): string | undefined {
  try {
    new Reader(fix, reach).read()
    return undefined
  } catch (thrown) {
    if (thrown instanceof Beyond) return thrown.message
    throw thrown
  }
}

class Reader {
  readonly #fix: Recursive
  readonly #reach: Reach
  /** What the variables in scope are, the innermost last. */
  readonly #scope: Size[]
  #steps = 0

  constructor(fix: Recursive, reach: Reach) {
    this.#fix = fix
    this.#reach = reach
    this.#scope = fix.bodies.map((_, index) => -1 - index)
  }

  read(): void {
    for (const [index, body] of this.#fix.bodies.entries()) {
      const position = this.#fix.arguments[index]!
      if (!hasPlainArgument(body, position))
        throw new Beyond('the type of the argument it recurses on is hidden')
      this.#check(body, [...Array<Size>(position).fill(unknown), equal])
    }
  }

  /** Walks a term that is given arguments of these sizes. */
  #check(term: Value, given: readonly Size[]): void {
    this.#step()
    // Nothing below can be one of the recursive functions.
    if (!isBlock(term) || this.#reach.of(term) <= this.#scope.length - this.#fix.bodies.length) return
    const [first, second, third, fourth] = term.fields
    switch (term.tag) {
      case kind.rel:
        this.#checkCall(this.#sizeOfVariable(first!), given)
        return
      case kind.application: {
        const values = fields(second)
        for (const value of values) this.#check(value, [])
        this.#check(first!, [...values.map((value) => this.#size(value, [])), ...given])
        return
      }
      case kind.cast:
        this.#check(third!, [])
        this.#check(first!, given)
        return
      case kind.lambda:
        this.#check(second!, [])
        this.#within([given[0] ?? unknown], () => this.#check(third!, given.slice(1)))
        return
      case kind.let:
        this.#check(second!, [])
        this.#check(third!, [])
        this.#within([this.#size(second!, [])], () => this.#check(fourth!, given))
        return
      case kind.match: {
        const { parameters, returned, value, branches } = matchOf(term)
        for (const each of [...parameters, value]) this.#check(each, [])
        this.#within(Array<Size>(returned.binders).fill(unknown), () => this.#check(returned.body, []))
        const part = this.#partOf(value)
        // What a branch is given is the same value, whatever its type is there: the kernel restricts that.
        for (const { binders, body } of branches)
          this.#within(Array<Size>(binders).fill(part), () => this.#check(body, given))
        return
      }
      case kind.fix: {
        const { arguments: positions, chosen, types, bodies } = recursionOf(term)
        for (const type of types) this.#check(type, [])
        this.#within(Array<Size>(bodies.length).fill(unknown), () => {
          for (const [index, body] of bodies.entries()) {
            const size = index === chosen ? given[positions[index]!] : undefined
            // Inner recursion begins at that argument and goes on with parts of it.
            const sizes = size === undefined ? [] : [...Array<Size>(positions[index]!).fill(unknown), size]
            this.#check(body, sizes)
          }
        })
        return
      }
      default:
        for (const { binders, body } of below(term))
          this.#within(Array<Size>(binders).fill(unknown), () => this.#check(body, []))
    }
  }

  #checkCall(callee: Size, given: readonly Size[]): void {
    if (callee >= 0) return
    const size = given[this.#fix.arguments[-1 - callee]!]
    if (size === undefined) throw new Beyond('it is used without the argument it recurses on')
    if (size !== smaller) throw new Beyond('it calls itself on what is not plainly a part of its argument')
  }

  /** The size of a term that is given arguments of these sizes. */
  #size(term: Value, given: readonly Size[]): Size {
    this.#step()
    if (!isBlock(term)) return unknown
    const [first, second, third, fourth] = term.fields
    switch (term.tag) {
      case kind.rel: {
        const size = this.#sizeOfVariable(first!)
        return size === smaller || (size === equal && given.length === 0) ? size : unknown
      }
      case kind.application:
        return (
          this.#sizeOfKnown(term) ??
          this.#size(first!, [...fields(second).map((value) => this.#size(value, [])), ...given])
        )
      case kind.cast:
        return this.#size(first!, given)
      case kind.lambda:
        return given.length === 0
          ? unknown
          : this.#within([given[0]!], () => this.#size(third!, given.slice(1)))
      case kind.let:
        return this.#within([this.#size(second!, [])], () => this.#size(fourth!, given))
      case kind.match: {
        const { value, branches } = matchOf(term)
        const part = this.#partOf(value)
        // A match without branches is never reached.
        return branches.reduce<Size>(
          (least, { binders, body }) =>
            this.#within(Array<Size>(binders).fill(part), () => Math.min(least, this.#size(body, given))),
          smaller,
        )
      }
      case kind.projection:
        return this.#partOf(second!)
      default:
        return unknown
    }
  }

  #sizeOfKnown(term: Value): Size | undefined {
    const { head, given } = spine(term)
    const name = isKind(head, kind.constant) ? constantName(head) : undefined
    const rule = name === undefined ? undefined : known.get(name)
    if (rule === undefined || given.length < rule.atLeast) return undefined
    const size = this.#size(given[rule.from]!, [])
    return size < equal ? unknown : Math.max(size, rule.gives)
  }

  /** What the parts of a value are. */
  #partOf(value: Value): Size {
    return this.#size(value, []) >= equal ? smaller : unknown
  }

  #sizeOfVariable(number: Value): Size {
    if (typeof number !== 'number') throw new NoTerm('a variable has no number')
    // Beyond the scope stands what surrounds the recursion.
    return this.#scope.at(-number) ?? unknown
  }

  #within<T>(sizes: readonly Size[], work: () => T): T {
    const before = this.#scope.length
    // A function of the recursion under another name is called like it.
    this.#scope.push(...sizes.map((size) => Math.max(size, unknown)))
    try {
      return work()
    } finally {
      this.#scope.length = before
    }
  }

  #step(): void {
    if (++this.#steps > mostSteps) throw new Beyond('it is too large')
  }
}

/** Whether the argument at a position has a type that begins with a name, as far as it is written. */
function hasPlainArgument(body: Value, position: number): boolean {
  let [term, left] = [body, position]
  while (isKind(term, kind.lambda)) {
    if (left-- === 0) return isKind(spine(term.fields[1]!).head, kind.inductive, kind.constant)
    term = term.fields[2]!
  }
  return false
}
