import { UsageError } from '../../../core/errors.ts'
import type { Premise, Question } from '../prover.ts'
import type { Wanted } from './calls.ts'
import type { Document } from './document.ts'
import { cut } from './goals.ts'
import { unsendable } from './xml.ts'

const defaultMost = 20
const statementBound = 2000
const wordsMost = 8

/**
 * Premises that the context of the process's place knows, the shortest names first. Words are looked for in names, any
 * case; those that name something (`le`, `Nat.add`) may stand in the statement instead. Throws `UsageError`
 * (`bad-pattern`).
 */
export async function premises(document: Document, question: Question, seconds: number): Promise<Premise[]> {
  const text = question.text.trim()
  const problem = text === '' ? 'there is nothing to search for' : unsendable(text)
  if (problem) throw new UsageError('bad-pattern', problem)
  const found = new Map<string, string>()
  for (const wanted of wishes(question.by, text)) {
    const answer = await document.search(wanted, seconds)
    if (answer.ok) for (const { name, statement } of answer.found) found.set(name, statement)
    else if (question.by === 'type')
      throw new UsageError('bad-pattern', `the pattern "${cut(text, 200)}" is not right: ${answer.message}`)
  }
  return [...found]
    .sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
    .slice(0, question.most ?? defaultMost)
    .map(([name, statement]) => ({
      name,
      statement: cut(statement.replace(/\s+/g, ' ').trim(), statementBound),
    }))
}

function wishes(by: Question['by'], text: string): Wanted[][] {
  if (by === 'name') return [qualified(text)]
  if (by === 'type') return [[['subtype_pattern', text]]]
  const words = [...new Set(text.split(/\s+/))].slice(0, wordsMost)
  const named = words.map((word) => named_(word))
  const inStatement = words.filter((word) => /^[\p{L}_][\p{L}\p{N}_'.]*$/u.test(word))
  return [
    named,
    ...inStatement.map((word) => words.map((other) => (other === word ? statementHas(word) : named_(other)))),
    ...(inStatement.length === words.length && words.length > 1 ? [words.map(statementHas)] : []),
  ]
}

const statementHas = (word: string): Wanted => ['subtype_pattern', word]

/** `Nat.add_comm`: the last part is looked for in names; the parts before it cannot be. */
function qualified(text: string): Wanted[] {
  return [named_(text.split('.').at(-1) || text)]
}

/** A part of a name, in any case; a star stands for anything. Everything else that `Str` has a meaning for is taken as it is. */
function named_(text: string): Wanted {
  const pattern = text.replace(/[\\.[\]^$+?*]|\p{L}/gu, (character) => {
    if (character === '*') return '.*'
    const [low, high] = [character.toLowerCase(), character.toUpperCase()]
    if (low !== high && low.length === 1 && high.length === 1 && low < '\x7f') return `[${low}${high}]`
    return /\p{L}/u.test(character) ? character : `\\${character}`
  })
  return ['name_pattern', `.*${pattern}`]
}
