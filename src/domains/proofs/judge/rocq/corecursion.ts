import { below, fields, isKind, kind, matchOf, type Reach, type Recursive, spine } from './terms.ts'
import { isBlock, type Value } from './values.ts'

/**
 * Why a `cofix` does not plainly call itself below constructors alone, in words; undefined where it does. As for `fix`,
 * a reader beside the kernel's check, which 8.16 gets wrong where types are hidden behind local definitions or one
 * `cofix` stands in another (rocq-prover/rocq issues 22386, 22389).
 */
export function corecursionProblem(cofix: Recursive, reach: Reach): string | undefined {
  if (!cofix.types.every(endsInName)) return 'its type is hidden'
  return cofix.bodies.every((body) => guarded(body, 0, false, cofix, reach))
    ? undefined
    : 'it does not plainly call itself below constructors alone'
}

function endsInName(type: Value): boolean {
  let end = type
  while (isKind(end, kind.product)) end = end.fields[2]!
  return isKind(spine(end).head, kind.inductive)
}

/** `binders`: how many stand between the functions and the term; `within`: whether a constructor stands above it. */
function guarded(term: Value, binders: number, within: boolean, cofix: Recursive, reach: Reach): boolean {
  const free = (value: Value, more = 0) => !reaches(value, binders + more, cofix, reach)
  if (free(term)) return true
  const { head, given } = spine(term)
  if (!isBlock(head)) return false
  const inside = (value: Value, more: number) => guarded(value, binders + more, within, cofix, reach)
  if (head.tag === kind.constructor)
    return given.every((value) => guarded(value, binders, true, cofix, reach))
  if (head.tag === kind.rel) return within && given.every((value) => free(value))
  if (!given.every((value) => free(value))) return false
  if (head.tag === kind.lambda) return free(head.fields[1]!) && inside(head.fields[2]!, 1)
  if (head.tag === kind.let)
    return free(head.fields[1]!) && free(head.fields[2]!) && inside(head.fields[3]!, 1)
  if (head.tag !== kind.match) return false
  const { parameters, returned, value, branches } = matchOf(head)
  return (
    [...parameters, value].every((each) => free(each)) &&
    free(returned.body, returned.binders) &&
    branches.every(({ binders: more, body }) => inside(body, more))
  )
}

/** Whether one of the functions is among the free variables. */
function reaches(term: Value, binders: number, { bodies }: Recursive, reach: Reach): boolean {
  const todo: { readonly term: Value; readonly binders: number }[] = [{ term, binders }]
  const seen = new Map<Value, Set<number>>()
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { term: each, binders: depth } = next
    if (!isBlock(each) || reach.of(each) <= depth) continue
    const before = seen.get(each) ?? new Set<number>()
    if (before.has(depth)) continue
    seen.set(each, before.add(depth))
    if (each.tag === kind.rel && Number(fields(each, 1)[0]) <= depth + bodies.length) return true
    for (const part of below(each)) todo.push({ term: part.body, binders: depth + part.binders })
  }
  return false
}
