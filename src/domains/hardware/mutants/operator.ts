import { type Change, type Finder, replaced } from './change.ts'
import { endsValue } from './words.ts'

/** What an operator with two sides is mistaken for. */
const binary: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['+'],
  '&': ['|', '^'],
  '|': ['&', '^'],
  '^': ['|', '~^'],
  '~^': ['^'],
  '^~': ['^'],
  '==': ['!='],
  '!=': ['=='],
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>'],
  '<=': ['<', '>='],
  '>': ['>=', '<'],
  '>=': ['>', '<='],
  '&&': ['||'],
  '||': ['&&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '<<<': ['>>'],
  '>>>': ['>>'],
}

/** The same for one that stands before its only value; an empty text drops it. */
const unary: Readonly<Record<string, readonly string[]>> = {
  '~': [''],
  '!': [''],
  '-': [''],
  '&': ['|', '^'],
  '|': ['&', '^'],
  '^': ['~^', '|'],
  '~&': ['&', '~|'],
  '~|': ['|', '~&'],
  '~^': ['^'],
}

/** One operator for another that is legal there. */
export const operator: Finder = (reading) => {
  const { words, fixed, assignments, first, last } = reading
  const found: Change[] = []
  for (let index = first; index < last; index++) {
    const { kind, text } = words[index]!
    if (kind !== 'mark' || fixed[index] || assignments.has(index)) continue
    const table = endsValue(words[index - 1]) ? binary : unary
    for (const other of table[text] ?? []) found.push(replaced(reading, index, other))
  }
  return found
}
