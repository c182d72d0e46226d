import type { Goal, Hypothesis } from '../prover.ts'
import type { Element } from './xml.ts'

/** Goals as the prover counts them. */
export interface Counts {
  readonly focused: number
  readonly waiting: number
  readonly shelved: number
  readonly givenUp: number
}

/** Characters of one hypothesis or conclusion that are shown, of one goal, and of all goals of a state. */
export const textBounds = { item: 10_000, goal: 100_000, state: 400_000 } as const

/** A text cut to a bound, which then says how much is missing. */
export function cut(text: string, bound: number): string {
  if (text.length <= bound) return text
  return `${text.slice(0, bound)} … (${text.length - bound} more characters)`
}

/** The four lists of a `goals` element, or undefined where no proof is open. */
export function countsOf(value: Element): Counts | undefined {
  const goals = goalsElement(value)
  if (!goals) return undefined
  const [focused, waiting, shelved, givenUp] = goals.children
  return {
    focused: focused?.children.length ?? 0,
    waiting: (waiting?.children ?? [])
      .flatMap((pair) => pair.children)
      .reduce((sum, list) => sum + list.children.length, 0),
    shelved: shelved?.children.length ?? 0,
    givenUp: givenUp?.children.length ?? 0,
  }
}

/** The goals in focus. Without hypotheses where `short` was asked for: each then says so. */
export function focusedGoals(value: Element, mode: 'full' | 'short'): Goal[] {
  let left: number = textBounds.state
  return (goalsElement(value)?.children[0]?.children ?? []).map((goal) => {
    const read = goalOf(goal, mode, Math.min(left, textBounds.goal))
    left -= sizeOf(read)
    return read
  })
}

function goalsElement(value: Element): Element | undefined {
  return value.children[0]?.children[0]
}

function goalOf(goal: Element, mode: 'full' | 'short', bound: number): Goal {
  const [, hypotheses, conclusion, name] = goal.children
  const label = name?.children[0]?.text
  const shown = cut(conclusion?.text ?? '', Math.max(0, Math.min(textBounds.item, bound)))
  const all = (hypotheses?.children ?? []).map(({ text }) => hypothesisOf(text))
  return {
    ...(label && { name: label }),
    hypotheses: mode === 'short' ? [notShown] : bounded(all, bound - shown.length),
    conclusion: shown,
  }
}

/** Stands for hypotheses that are there and are not shown; its name cannot be one of Rocq's. */
const notShown: Hypothesis = { names: ['…'], type: '(hypotheses not shown: printing them takes too long)' }

/** The last hypotheses are the latest and mean most: what does not fit is missing at the beginning. */
function bounded(hypotheses: readonly Hypothesis[], bound: number): Hypothesis[] {
  let left = bound
  let first = hypotheses.length
  while (first > 0) {
    const size = hypothesisSize(hypotheses[first - 1] as Hypothesis)
    if (size > left) break
    left -= size
    first--
  }
  if (first === 0) return [...hypotheses]
  return [
    { names: ['…'], type: `(${first} earlier hypotheses not shown: the goal is too large)` },
    ...hypotheses.slice(first),
  ]
}

/** `a, b : nat` or `x := 2 : nat`, as `pr_compacted_decl` writes them; a body in parentheses has its own `:` and `:=`. */
function hypothesisOf(text: string): Hypothesis {
  const head = /^([^\s:,]+(?:,\s*[^\s:,]+)*)\s*(:=|:)\s*/u.exec(text)
  if (!head) return { names: [], type: cut(text, textBounds.item) }
  const names = (head[1] ?? '').split(/,\s*/)
  const rest = text.slice(head[0].length)
  if (head[2] === ':') return { names, type: cut(rest, textBounds.item) }
  const colon = typeColon(rest)
  return {
    names,
    body: cut(rest.slice(0, colon).trim(), textBounds.item),
    type: cut(rest.slice(colon + 1).trim(), textBounds.item),
  }
}

/** The first `:` outside parentheses and strings that no binder of the body (`fun n : nat => …`) has for itself. */
function typeColon(text: string): number {
  let depth = 0
  let binders = 0
  for (const { 0: token, index } of text.matchAll(bodyTokens)) {
    if (depth === 0 && token.trim() === ':' && binders === 0) return index + 1
    if (opening.has(token)) depth++
    else if (closing.has(token)) depth--
    else if (depth > 0) continue
    else if (/^\p{L}/u.test(token)) binders++
    else if (binders > 0 && /^(=>|,|:=)$/.test(token)) binders--
  }
  return text.length
}

const bodyTokens =
  /"[^"]*"|[()[\]{}]|\s:\s|=>|:=|,|(?<![\p{L}\p{N}_'])(?:fun|forall|exists2?|let|fix|cofix)(?![\p{L}\p{N}_'])/gu
const opening: ReadonlySet<string> = new Set('([{')
const closing: ReadonlySet<string> = new Set(')]}')

function sizeOf(goal: Goal): number {
  return goal.hypotheses.reduce((sum, one) => sum + hypothesisSize(one), goal.conclusion.length)
}

function hypothesisSize({ names, type, body }: Hypothesis): number {
  return names.reduce((sum, name) => sum + name.length + 2, type.length + (body?.length ?? 0))
}
