/** What a step of a place is: the beginning of everything, commands, a statement that is opened, or a tactic. */
export type PlaceKind = 'root' | 'command' | 'statement' | 'tactic'

/** One step behind another: a place in the tree of all that was ever said to a prover. The root has no parent. */
export interface Place {
  readonly parent?: Place
  readonly kind: PlaceKind
  readonly text: string
  /** What it may cost to do it again, in tactics. */
  readonly weight: number
  /** It may run programs of its own while it is read: others had better not share a process with it. */
  readonly doubtful?: boolean
}

export const root: Place = { kind: 'root', text: '', weight: 0 }

/** What lets a file run code in the prover, or is made to. */
const runs =
  /#eval|\b(?:run_\w+|by_elab|elab|elab_rules|initialize|builtin_\w+|extern|export|implemented_by|unsafe|IO|dbg_\w+|(?:command|tactic|term)_elab|macro|macro_rules)\b/

/** Loading a library takes seconds, most tactics some milliseconds. */
const weights = { header: 400, command: 10, statement: 2, tactic: 1 } as const

export function placeBehind(
  parent: Place,
  kind: Exclude<PlaceKind, 'root'>,
  text: string,
  options: { readonly header?: boolean } = {},
): Place {
  const weight = weights[options.header ? 'header' : kind]
  const doubtful = kind === 'command' && runs.test(text)
  return { parent, kind, text, weight, ...(doubtful && { doubtful }) }
}

/** Equal beginnings are the same places, so that a process that has read one has read the other. */
export class Places {
  readonly #behind = new WeakMap<Place, Map<string, Place>>()

  behind(parent: Place, text: string, options: { readonly header?: boolean } = {}): Place {
    if (text.trim() === '') return parent
    const known = this.#behind.get(parent) ?? new Map<string, Place>()
    this.#behind.set(parent, known)
    const place = known.get(text) ?? placeBehind(parent, 'command', text, options)
    known.set(text, place)
    return place
  }
}
