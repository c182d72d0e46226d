import { type Change, type Finder, replaced } from './change.ts'
import { clockedProcesses, isReset } from './clocks.ts'
import type { Reading } from './reading.ts'

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
 * A blocking assignment for a non-blocking one, or the other way round, where the same process reads the variable
 * afterwards: elsewhere the two are the same circuit, and only a race in the simulator would tell them apart.
 */
export const blocking: Finder = (reading) =>
  clockedProcesses(reading).flatMap(({ body, end }) => {
    const found: Change[] = []
    for (let index = body; index < end; index++) {
      if (!reading.assignments.has(index)) continue
      const target = targetOf(reading, index)
      const behind = reading.words.findIndex(({ text }, at) => at > index && text === ';')
      if (target === undefined || !readBetween(reading, target, behind, end)) continue
      found.push(replaced(reading, index, reading.words[index]!.text === '=' ? '<=' : '='))
    }
    return found
  })

/** The variable before an assignment, where it stands alone; as part of a vector it may be another part that is read. */
function targetOf({ words }: Reading, index: number): string | undefined {
  const word = words[index - 1]
  return word?.kind === 'name' ? word.text : undefined
}

function readBetween({ words, assignments }: Reading, name: string, from: number, to: number): boolean {
  return words.some(({ text }, at) => at > from && at < to && text === name && !assignments.has(at + 1))
}
