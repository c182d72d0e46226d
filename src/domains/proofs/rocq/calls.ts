import { escaped } from './xml.ts'

/** Calls of the protocol of `coqidetop`, version 20220205 (Rocq 8.16): `ide/coqide/protocol/xmlprotocol.ml`. */

const bool = (value: boolean) => `<bool val="${value}"/>`
const pair = (left: string, right: string) => `<pair>${left}${right}</pair>`
const string = (text: string) => `<string>${escaped(text)}</string>`
const state = (id: number) => `<state_id val="${id}"/>`
const call = (name: string, argument: string) => `<call val="${name}">${argument}</call>`

export const init = () => call('Init', '<option val="none"/>')
export const about = () => call('About', '<unit/>')

/** One sentence behind the state `after`, which must be the last. It is read at once and done when goals are asked for. */
export const add = (sentence: string, after: number) =>
  call(
    'Add',
    pair(
      pair(pair(pair(string(sentence), '<int>-1</int>'), pair(state(after), bool(false))), '<int>0</int>'),
      pair('<int>0</int>', '<int>0</int>'),
    ),
  )

/** Back to a state; what came after it is forgotten. */
export const editAt = (id: number) => call('Edit_at', state(id))

/** Which goals are meant. */
export interface GoalKinds {
  readonly focused?: boolean
  readonly waiting?: boolean
  readonly shelved?: boolean
  readonly givenUp?: boolean
}

/** `short`: without hypotheses, which cost most. */
export const subgoals = (mode: 'full' | 'short', kinds: GoalKinds) =>
  call(
    'Subgoals',
    `<goal_flags>${string(mode)}${bool(kinds.focused ?? false)}${bool(kinds.waiting ?? false)}${bool(
      kinds.shelved ?? false,
    )}${bool(kinds.givenUp ?? false)}</goal_flags>`,
  )

/** Does all that was added; with `force` the kernel checks proofs that wait for it too. */
export const status = (force: boolean) => call('Status', bool(force))

export const query = (sentence: string, at: number) =>
  call('Query', pair('<route_id val="0"/>', pair(string(sentence), state(at))))

/** What a name or a statement is to be like. Patterns of names are those of OCaml's `Str`. */
export type Wanted = readonly ['name_pattern' | 'subtype_pattern', string]

export const search = (wanted: readonly Wanted[]) =>
  call(
    'Search',
    `<list>${wanted
      .map(([kind, text]) => pair(`<search_cst val="${kind}">${string(text)}</search_cst>`, bool(true)))
      .join('')}</list>`,
  )
