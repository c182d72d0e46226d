import { type Change, charactersOf, type Finder, quoted, replaced } from './change.ts'
import { type Clocked, clockedProcesses, isReset } from './clocks.ts'
import { othersOf } from './constant.ts'
import type { Reading } from './reading.ts'
import { type Choice, choiceAt } from './statements.ts'

/** A reset of another value or polarity, one that is missing, or one of the other style. */
export const reset: Finder = (reading, random) =>
  clockedProcesses(reading).flatMap((process) => {
    const choice = resetChoice(reading, process)
    if (choice === undefined) return []
    return [
      polarity(reading, choice),
      ...missing(reading, choice),
      ...values(reading, choice, random),
      ...style(reading, process, choice),
    ]
  })

interface ResetChoice extends Choice {
  readonly name: string
  readonly activeLow: boolean
}

/** The first `if (reset)` or `if (!reset)` of a process. */
function resetChoice({ words }: Reading, { body, end }: Clocked): ResetChoice | undefined {
  for (let index = body; index < end; index++) {
    const choice = choiceAt(words, index)
    if (choice === undefined) continue
    const inner = words.slice(choice.condition.from, choice.condition.to).map(({ text }) => text)
    const activeLow = inner[0] === '!' || inner[0] === '~'
    const rest = activeLow ? inner.slice(1) : inner
    if (rest.length === 1 && isReset(rest[0]!)) return { ...choice, name: rest[0]!, activeLow }
  }
  return undefined
}

function polarity(reading: Reading, { condition, name, activeLow, at }: ResetChoice): Change {
  const text = activeLow ? name : `!${name}`
  return {
    edits: [{ ...charactersOf(reading, condition), text }],
    description: `line ${reading.words[at]!.line}: the reset's polarity: if (${quoted(reading, condition)}) became if (${text})`,
  }
}

function missing(reading: Reading, { at, then, otherwise }: ResetChoice): Change[] {
  const { line } = reading.words[at]!
  const whole = { from: at, to: otherwise?.from ?? then.to }
  return [
    {
      edits: [{ ...charactersOf(reading, whole), text: otherwise === undefined ? ';' : '' }],
      description: `line ${line}: the reset is missing: "${quoted(reading, whole)}" was dropped`,
    },
  ]
}

function values(reading: Reading, { then }: ResetChoice, random: () => number): Change[] {
  const { words, fixed, assignments } = reading
  const found: Change[] = []
  const says = (change: Change): Change => ({ ...change, description: `${change.description} in the reset` })
  for (let index = then.from; index < then.to; index++) {
    if (fixed[index]) continue
    if (words[index]!.kind === 'number')
      for (const other of othersOf(words[index]!.text, random))
        found.push(says(replaced(reading, index, other)))
    const alone = assignments.has(index - 1) && words[index + 1]?.text === ';'
    if (alone && words[index]!.kind === 'name')
      found.push(says(replaced(reading, index, `~${words[index]!.text}`)))
  }
  return found
}

/** Asynchronous for synchronous, or the other way round. */
function style({ words }: Reading, { edges }: Clocked, { name, activeLow }: ResetChoice): Change[] {
  const edge = edges.find((index) => words[index + 1]?.text === name)
  if (edge === undefined) {
    const [clock] = edges
    if (edges.length !== 1 || clock === undefined) return []
    const { end, line } = words[clock + 1]!
    const text = `, ${activeLow ? 'negedge' : 'posedge'} ${name}`
    return [
      { edits: [{ start: end, end, text }], description: `line ${line}: the reset became asynchronous` },
    ]
  }
  const before = words[edge - 1]!
  if (before.text !== ',' && before.text !== 'or') return []
  const { end, line } = words[edge + 1]!
  return [
    {
      edits: [{ start: before.start, end, text: '' }],
      description: `line ${line}: the reset became synchronous`,
    },
  ]
}
