import { referenceModule, testbenchModule, topModule } from '../../domains/hardware/key.ts'
import { replaceTokens, type Token, tokenize } from '../../domains/hardware/tokens.ts'
import { Fallen } from '../source.ts'
import type { Part } from './closure.ts'
import { isInstance } from './scan.ts'

/** What names of the testbench's own begin with. */
export const ownPrefix = 'touchstone_'
const reserved = new RegExp(
  `^(?:${testbenchModule}|stats1|good1|top_module1|${referenceModule}.*|${topModule}.*|${ownPrefix}.*)$`,
)
/** Longest reference, in characters: what a person could be asked to write. */
const maxLength = 200_000

/**
 * The text of a module and those it is made of, the last part called `top` and the others `top_NAME`. Only names of
 * modules change: a port or a signal may have the name of one. Throws `Fallen` where the key's names are used for
 * something else.
 */
export function underName(parts: readonly Part[], top: string): string {
  const main = parts.at(-1)!
  const names = new Map(parts.map(({ name }) => [name, name === main.name ? top : `${top}_${name}`]))
  const text = [main, ...parts.slice(0, -1)].map((part) => textOf(part, names)).join('\n')
  if (text.length > maxLength)
    throw new Fallen('too-large', `it has ${text.length} characters; ${maxLength} are taken`)
  return text
}

function textOf({ in: { text, tokens }, found }: Part, names: ReadonlyMap<string, string>): string {
  const cut = text.slice(found.start, found.end)
  const own = tokens.slice(found.first, found.last + 1)
  const shifted = own.map((token) => ({
    ...token,
    start: token.start - found.start,
    end: token.end - found.start,
  }))
  const delays = delaysIn(shifted)
  const renamed = replaceTokens(cut, shifted, (token, index) => {
    if (delays.has(index)) return ''
    if (isModuleName(shifted, index)) return names.get(token.text)
    if (token.kind === 'name' && reserved.test(token.text) && shifted[index - 1]?.text !== '.')
      throw new Fallen('reserved-name', `it calls something ${token.text}, which is a name of the testbench`)
    return undefined
  })
  const plain = tokenize(renamed).text
  return `${plain
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')}\n`
}

function isModuleName(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text ?? ''
  if (tokens[index]!.kind !== 'name') return false
  if (/^(?:macro)?module$/.test(before)) return true
  if (/^(?:automatic|static)$/.test(before) && /^(?:macro)?module$/.test(tokens[index - 2]?.text ?? ''))
    return true
  return isInstance(tokens, index)
}

/**
 * Tokens of delays in assignments: `q <= #1 d`, `assign #(D) y = x`. Synthesis has none, and their length would depend
 * on a unit of time that a module alone does not say. Statements that wait are another matter.
 */
function delaysIn(tokens: readonly Token[]): Set<number> {
  const found = new Set<number>()
  tokens.forEach(({ text }, index) => {
    const before = tokens[index - 1]?.text
    if (text !== '#' || (before !== '=' && before !== 'assign')) return
    let last = index + 1
    if (tokens[last]?.text === '(')
      for (let depth = 0; last < tokens.length; last++) {
        depth += tokens[last]!.text === '(' ? 1 : tokens[last]!.text === ')' ? -1 : 0
        if (depth === 0) break
      }
    for (let at = index; at <= last; at++) found.add(at)
  })
  return found
}
