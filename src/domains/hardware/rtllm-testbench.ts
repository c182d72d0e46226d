import { declaredUnits, moduleRange } from './modules.ts'
import { isConnection } from './scopes.ts'
import type { Token } from './tokens.ts'

/** An instance of a module, by token indexes. */
export interface Instance {
  readonly module: string
  /** The index of the module's name. */
  readonly first: number
  /** The index of the semicolon behind the connections. */
  readonly last: number
  /** The range of the connections, without their parentheses; end exclusive. */
  readonly connections: readonly [start: number, end: number]
  /** True with `#(…)`. */
  readonly hasParameters: boolean
}

/** Words that stand where a module's name could and are none. */
const noModules = new Set(
  'module macromodule task function initial always always_comb always_ff always_latch final forever return void else assign assert assume cover and or nand nor xor xnor buf not bufif0 bufif1 notif0 notif1'.split(
    ' ',
  ),
)
/** What an item of a module may follow. */
const itemStarts = new Set([';', ')', 'begin', 'end', 'join', 'endtask', 'endfunction', 'endgenerate'])

/** The instances in a source: `name i (…);` and `name #(…) i (…);`. */
export function allInstances(tokens: readonly Token[]): Instance[] {
  const found: Instance[] = []
  tokens.forEach((token, first) => {
    if (token.kind !== 'name' || noModules.has(token.text) || !startsItem(tokens, first)) return
    const hasParameters = tokens[first + 1]?.text === '#'
    if (hasParameters && tokens[first + 2]?.text !== '(') return
    const name = hasParameters ? closing(tokens, first + 2) + 1 : first + 1
    if (tokens[name]?.kind !== 'name' || tokens[name + 1]?.text !== '(') return
    const end = closing(tokens, name + 1)
    if (tokens[end + 1]?.text !== ';') return
    found.push({
      module: token.text,
      first,
      last: end + 1,
      connections: [name + 2, end],
      hasParameters,
    })
  })
  return found
}

function startsItem(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  return before?.kind === 'directive' || itemStarts.has(before?.text ?? '') || tokens[index - 2]?.text === ':'
}

/** The index of the bracket that closes the one at an index; the number of tokens where none does. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    const { text } = tokens[index]!
    if (text === '(' || text === '[' || text === '{') depth++
    else if (text === ')' || text === ']' || text === '}') depth--
    if (depth === 0) return index
  }
  return tokens.length
}

/** The modules of a source that no other module of it uses. */
export function rootModules(tokens: readonly Token[]): string[] {
  const used = new Set(allInstances(tokens).map(({ module }) => module))
  return declaredUnits(tokens).flatMap(({ text }) =>
    !used.has(text) && moduleRange(tokens, text) !== undefined ? [text] : [],
  )
}

/** What an instance's ports are connected to, as tokens, by port name; `ports` are the module's own, in order. */
export function connectionsOf(
  tokens: readonly Token[],
  { connections: [start, end] }: Instance,
  ports: readonly string[],
): Map<string, readonly Token[]> {
  const found = new Map<string, readonly Token[]>()
  parts(tokens, start, end).forEach(([from, to], position) => {
    if (tokens[from]?.text !== '.') {
      if (ports[position] !== undefined) found.set(ports[position], tokens.slice(from, to))
    } else if (tokens[from + 1]?.text === '*') {
      for (const port of ports) if (!found.has(port)) found.set(port, [nameToken(port, tokens[from]!)])
    } else if (tokens[from + 2]?.text === '(')
      found.set(tokens[from + 1]!.text, tokens.slice(from + 3, to - 1))
    else found.set(tokens[from + 1]!.text, [tokens[from + 1]!])
  })
  return found
}

function nameToken(text: string, at: Token): Token {
  return { ...at, kind: 'name', text }
}

/** The ranges between the commas of a list. */
function parts(tokens: readonly Token[], start: number, end: number): [number, number][] {
  const found: [number, number][] = []
  let from = start
  for (let index = start; index <= end; index++) {
    const { text } = tokens[index]!
    if (index === end || text === ',') {
      if (index > from) found.push([from, index])
      from = index + 1
    } else if (text === '(' || text === '[' || text === '{') index = closing(tokens, index)
  }
  return found
}

/** A statement that prints one of the testbench's verdicts. */
export interface Printed {
  readonly says: 'pass' | 'fail'
  /** The index of `$display`. */
  readonly first: number
  /** The index of its semicolon. */
  readonly last: number
}

/**
 * The statements that print that the design passes or fails. RTLLM's own scorer looks for "Pass" or "pass" in all
 * that is printed; a line that says both ("0 passed, 3 failed"), or counts in a case's line, is not taken for a pass.
 */
export function printedVerdicts(tokens: readonly Token[]): Printed[] {
  return tokens.flatMap((token, first): Printed[] => {
    if (
      !/^\$(?:f?display|write|strobe|info|error|fatal|warning)$/.test(token.text) ||
      token.kind !== 'system'
    )
      return []
    if (tokens[first + 1]?.text !== '(') return []
    const end = closing(tokens, first + 1)
    const text = tokens.slice(first, end).find(({ kind }) => kind === 'string')?.text ?? ''
    if (tokens[end + 1]?.text !== ';') return []
    const fails = /fail|error|incorrect|wrong|mismatch/i.test(text) || /^\$(?:error|fatal)$/.test(token.text)
    if (!fails && !/pass/i.test(text)) return []
    return [{ says: fails ? 'fail' : 'pass', first, last: end + 1 }]
  })
}

/**
 * Whether what the testbench does next depends on what the design answers: it waits for an output, loops on one, or
 * has one in a condition over something that takes time or sets an input. A right design that takes longer then sees
 * other stimuli than the reference.
 */
export function reacts(
  tokens: readonly Token[],
  inputs: ReadonlySet<string>,
  outputs: ReadonlySet<string>,
): boolean {
  return tokens.some(({ kind, text }, index) => {
    if (kind === 'directive' || isConnection(tokens, index)) return false
    const opens = tokens[index + 1]?.text === '('
    if (text === '@' && !opens) return outputs.has(tokens[index + 1]?.text ?? '')
    if (kind === 'name' && inputs.has(text) && isAssigned(tokens, index))
      return tokens
        .slice(index, statementEnd(tokens, index))
        .some((token) => token.kind === 'name' && outputs.has(token.text))
    if (!opens || !/^(?:@|wait|while|repeat|if|case[xz]?|for)$/.test(text)) return false
    const end = closing(tokens, index + 1)
    if (!tokens.slice(index, end).some((token) => token.kind === 'name' && outputs.has(token.text)))
      return false
    if (!/^(?:if|case[xz]?)$/.test(text)) return true
    const body = tokens.slice(end + 1, statementEnd(tokens, end + 1))
    return body.some(
      (token, at) =>
        /^(?:#|@|wait|break|disable)$/.test(token.text) ||
        (token.kind === 'name' && inputs.has(token.text) && isAssigned(body, at)),
    )
  })
}

/** `x = …` or `x <= …`; the second may be a comparison too. */
function isAssigned(tokens: readonly Token[], index: number): boolean {
  const [next, second] = [tokens[index + 1]?.text, tokens[index + 2]?.text]
  return next === '=' ? second !== '=' : next === '<' && second === '='
}

/** The index behind the statement that begins at an index; an `else` belongs to it. */
function statementEnd(tokens: readonly Token[], start: number): number {
  let end = start
  const first = tokens[start]?.text
  if (first === 'begin') {
    let depth = 0
    do {
      const text = tokens[end]?.text
      if (text === 'begin' || text === 'fork' || /^case[xz]?$/.test(text ?? '')) depth++
      else if (text === 'end' || text === 'join' || text === 'endcase') depth--
      end++
    } while (depth > 0 && end < tokens.length)
  } else {
    while (end < tokens.length && tokens[end]!.text !== ';') end++
    end++
  }
  return tokens[end]?.text === 'else' ? statementEnd(tokens, end + 1) : end
}
