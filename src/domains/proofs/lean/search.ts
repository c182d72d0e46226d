import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { UsageError } from '../../../core/errors.ts'
import type { Premise, Question } from '../prover.ts'
import { cut } from './goals.ts'
import type { Place } from './place.ts'
import type { Repl } from './repl.ts'
import { unsendable } from './requests.ts'

export const searchSeconds = 120
const defaultMost = 20
const wordsMost = 8
const statementBound = 2000
const program = new URL('Search.lean', import.meta.url)

const foundSchema = z.object({
  touchstone: z.array(z.object({ name: z.string(), statement: z.string() })),
})
const failedSchema = z.object({ touchstoneError: z.string() })

/**
 * Premises that the commands at a place know, the shortest names first, by a Lean program of our own over all constants:
 * core Lean has no search by pattern. `widened`: all of Lean was imported for the program's sake, and is left out of what
 * it finds. Throws `UsageError` (`bad-pattern`, `no-search`).
 */
export async function premises(
  repl: Repl,
  place: Place,
  question: Question,
  widened: boolean,
): Promise<Premise[]> {
  const text = question.text.trim()
  const problem = text === '' ? 'there is nothing to search for' : unsendable(text)
  if (problem) throw new UsageError('bad-pattern', problem)
  const options = { seconds: searchSeconds }
  const wrong = await repl.walk(place, options)
  if (wrong)
    throw new UsageError(
      'no-search',
      `the context does not go with the whole of Lean, which the search needs: ${wrong.message.slice(0, 1000)}`,
    )
  const reply = await repl.command(place, searchProgram(question, widened), options)
  const said = reply.kind === 'error' ? [] : (reply.value.messages ?? [])
  for (const { data } of said) {
    const json = jsonIn(data)
    const failed = failedSchema.safeParse(json)
    if (failed.success)
      throw new UsageError(
        'bad-pattern',
        `the pattern "${text.slice(0, 200)}" is not right: ${failed.data.touchstoneError.slice(0, 1000)}`,
      )
    const found = foundSchema.safeParse(json)
    if (found.success)
      return found.data.touchstone.map(({ name, statement }) => ({
        name,
        statement: cut(statement, statementBound),
      }))
  }
  const why = reply.kind === 'error' ? reply.value.message : said.map(({ data }) => data).join('\n')
  throw new UsageError(
    'no-search',
    `this Lean does not run the search: ${why.slice(0, 1000) || 'it says nothing'}`,
  )
}

/** The program with what is asked for: texts as Lean's strings. */
export function searchProgram(question: Question, widened: boolean): string {
  const words =
    question.by === 'words'
      ? [...new Set(question.text.trim().split(/\s+/))].slice(0, wordsMost)
      : [question.text.trim()]
  const most = question.most ?? defaultMost
  const values: Record<string, string> = {
    BY: leanString(question.by),
    WORDS: `[${words.map((word) => leanString(question.by === 'type' ? word : word.toLowerCase())).join(', ')}]`,
    MOST: String(most),
    WIDENED: String(widened),
  }
  return readFileSync(program, 'utf8').replace(
    /«(BY|WORDS|MOST|WIDENED)»/g,
    (_, name: string) => values[name]!,
  )
}

/** As Lean reads it. */
function leanString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[\n\t\r]/g, ' ')}"`
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
