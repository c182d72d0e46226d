import type { Goal } from './prover.ts'

/** Tried on every goal, each alone: what closes it needs no search. */
export const closers: readonly string[] = [
  'reflexivity',
  'lia',
  'congruence',
  'auto',
  'simpl in *; lia',
  'simpl in *; congruence',
  'f_equal; auto',
  'eauto',
  'intuition (auto; lia)',
  'firstorder congruence',
]

/** Most hypotheses of one kind that are tried. */
const most = 6

const inductive = /^(?:[\p{L}_][\p{L}\p{N}_'.]*)(?:\s+[\p{L}\p{N}_'.()]+)*$/u
const kinds = /^(?:Type|Set|Prop)\b/

/** Ways to go on from a goal that nothing closes, the likeliest first. Induction only while `inductions` are left. */
export function movesFor(goal: Goal, inductions: number): string[] {
  const { conclusion } = goal
  const hypotheses = goal.hypotheses.flatMap(({ names, type }) => names.map((name) => ({ name, type })))
  const variables = hypotheses.filter(({ type }) => inductive.test(type) && !kinds.test(type))
  const equalities = hypotheses.filter(({ type }) => /[^<>:]=[^>]/.test(type)).toReversed()
  const rules = hypotheses.filter(({ type }) => /->|<->|^forall\b|^~/.test(type)).toReversed()
  const parts = hypotheses.filter(
    ({ type }) => /^exists\b|\/\\|\\\/|<->|^\{/.test(type) && !/^forall/.test(type),
  )
  const moves: string[] = []
  const bound = binders(conclusion)
  if (inductions > 0) for (const name of bound.slice(0, 3)) moves.push(`induction ${name}; simpl in *`)
  if (bound.length > 0 || /->|^~|<>/.test(conclusion)) moves.push('intros; simpl in *', 'intros')
  if (/\/\\|<->/.test(conclusion)) moves.push('split')
  for (const { name } of parts.slice(0, most)) moves.push(`destruct ${name}`)
  moves.push('simpl in *')
  for (const { name } of equalities.slice(0, most)) moves.push(`rewrite ${name}`, `rewrite <- ${name}`)
  if (/\\\//.test(conclusion)) moves.push('left', 'right')
  for (const { name } of rules.slice(0, most)) moves.push(`apply ${name}`)
  if (/=/.test(conclusion)) moves.push('f_equal')
  if (!/^forall/.test(conclusion)) moves.push('constructor')
  if (inductions > 0)
    for (const { name } of variables.slice(0, most)) moves.push(`induction ${name}; simpl in *`)
  for (const { name } of variables.slice(0, most)) moves.push(`destruct ${name}`)
  for (const scrutinee of conclusion.matchAll(/\b(?:if|match) ([^{}]{1,200}?) (?:then|with)\b/g))
    if (!/\b(?:if|match)\b/.test(scrutinee[1]!)) moves.push(`destruct (${scrutinee[1]}) eqn:?`)
  if (/~|<>|-> False/.test(conclusion)) moves.push('unfold not in *')
  return [...new Set(moves)]
}

/** `forall (n m : nat) (A : Type), …` has n, m and A; those of kinds (`Type`) are left out. */
function binders(conclusion: string): string[] {
  const head = /^forall ([^,]*),/.exec(conclusion)?.[1]
  if (head === undefined) return []
  const groups = head.includes('(')
    ? [...head.matchAll(/\(([^()]*(?:\([^()]*\))?[^()]*)\)/g)].map((m) => m[1]!)
    : [head]
  return groups.flatMap((group) => {
    const [names = '', type = ''] = group.split(/\s:\s/)
    return kinds.test(type) || /->/.test(type) ? [] : names.trim().split(/\s+/)
  })
}

/** Words of a conclusion that a search for lemmas may start from: names of functions, not of variables. */
export function wordsOf({ conclusion, hypotheses }: Goal): string[] {
  const local = new Set(hypotheses.flatMap(({ names }) => names))
  const words = conclusion.match(/[\p{L}_][\p{L}\p{N}_']{2,}/gu) ?? []
  const plain = new Set([
    'forall',
    'exists',
    'True',
    'False',
    'match',
    'with',
    'end',
    'then',
    'else',
    'fun',
    'nat',
    'list',
  ])
  return [...new Set(words)].filter((word) => !local.has(word) && !plain.has(word))
}
