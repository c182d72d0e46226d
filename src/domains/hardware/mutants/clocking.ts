import { type Change, type Finder, replaced } from './change.ts'
import { clockedProcesses, isReset } from './clocks.ts'
import type { Reading } from './reading.ts'
import { type Span, statementEnd, statementsIn } from './statements.ts'

/** A process on the other edge of its clock. */
export const edge: Finder = (reading) =>
  clockedProcesses(reading).flatMap(({ edges }) =>
    edges.flatMap((index) => {
      const { text } = reading.words[index]!
      if (isReset(reading.words[index + 1]!.text)) return []
      return [replaced(reading, index, text === 'posedge' ? 'negedge' : 'posedge')]
    }),
  )

/**
 * A blocking assignment for a non-blocking one, or the other way round, where a statement that follows in the same
 * process reads the variable: elsewhere the two are the same circuit, and only a race in the simulator would tell
 * them apart.
 */
export const blocking: Finder = (reading) =>
  clockedProcesses(reading).flatMap(({ body, end }) => {
    const found: Change[] = []
    for (let index = body; index < end; index++) {
      const target = reading.words[index - 1]
      // As part of a vector it may be another part that is read.
      if (!reading.assignments.has(index) || target?.kind !== 'name') continue
      const read = followers(reading, body, index).some((span) => reads(reading, target.text, span))
      if (read) found.push(replaced(reading, index, reading.words[index]!.text === '=' ? '<=' : '='))
    }
    return found
  })

/** The statements that come after the one with an index, in every block around it. */
function followers({ words }: Reading, body: number, index: number): Span[] {
  const found: Span[] = []
  for (let begin = body; begin < index; begin++) {
    if (words[begin]!.text !== 'begin' || statementEnd(words, begin) <= index) continue
    found.push(...statementsIn(words, begin).filter(({ from }) => from > index))
  }
  return found
}

function reads({ words, assignments }: Reading, name: string, { from, to }: Span): boolean {
  for (let at = from; at < to; at++) if (words[at]!.text === name && !assignments.has(at + 1)) return true
  return false
}
