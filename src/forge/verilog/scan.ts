import { type Token, tokenize } from '../../domains/hardware/tokens.ts'

/** A module as its file shows it, before any macro is expanded. */
export interface Found {
  readonly name: string
  /** Offsets from `module` to behind `endmodule`. */
  readonly start: number
  readonly end: number
  /** Indexes of the same tokens. */
  readonly first: number
  readonly last: number
}

export interface Scanned {
  readonly modules: readonly Found[]
  readonly tokens: readonly Token[]
  /** Why nothing after some line was read. */
  readonly problem?: string
}

/** All modules in a text, in one pass: hostile files have many. */
export function scan(text: string): Scanned {
  const { tokens, problem } = tokenize(text)
  const modules: Found[] = []
  let open: { name: string; start: number; first: number } | undefined
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!
    if (token.kind !== 'name') continue
    if (token.text === 'endmodule') {
      if (open !== undefined) modules.push({ ...open, end: token.end, last: index })
      open = undefined
    } else if (token.text === 'module' || token.text === 'macromodule') {
      let next = tokens[index + 1]
      if (next?.text === 'automatic' || next?.text === 'static') next = tokens[index + 2]
      if (next?.kind === 'name') open = { name: next.text, start: token.start, first: index }
    }
  }
  return {
    modules,
    tokens,
    ...(problem && { problem: `line ${problem.line}: ${problem.message}` }),
  }
}

/** Words that follow a signal in a list of sensitivity or an expression, and never an instance's module. */
const noInstance = new Set(['or', 'and', 'inside', 'iff', 'begin', 'if', 'throughout', 'within', 'intersect'])

/**
 * Whether a name stands where a module is instantiated: `adder u (`, `adder #(…) u (`, `adder u [3:0] (`. A signal may
 * have the name of a module.
 */
export function isInstance(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text ?? ''
  if (tokens[index]!.kind !== 'name' || before === '.' || /^(macro)?module$/.test(before)) return false
  const next = tokens[index + 1]
  if (next?.text === '#') return tokens[index + 2]?.text === '(' || tokens[index + 2]?.kind === 'number'
  if (next?.kind !== 'name' || noInstance.has(next.text)) return false
  return ['(', '['].includes(tokens[index + 2]?.text ?? '')
}
