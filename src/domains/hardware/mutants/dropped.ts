import { type Change, charactersOf, type Finder, quoted } from './change.ts'
import type { Reading } from './reading.ts'
import { armsIn, choiceAt, isCase, type Span, statementsIn } from './statements.ts'

const declarations = /^(?:int|integer|logic|reg|bit|byte|wire|automatic|static|genvar|localparam|parameter)$/

/** Something that is not done any more: an arm of a case, an else, a statement. */
export const dropped: Finder = (reading) => {
  const { words, first, last } = reading
  const found: Change[] = []
  for (let index = first; index < last; index++) {
    const word = words[index]!
    if (word.kind !== 'name') continue
    const otherwise = choiceAt(words, index)?.otherwise
    if (otherwise !== undefined)
      found.push(without(reading, { from: otherwise.from - 1, to: otherwise.to }, 'the branch'))
    if (isCase(word) && words[index + 1]?.text === '(') {
      const arms = armsIn(words, index)
      // A case without any arm is no legal statement.
      if (arms.length > 1)
        for (const { label, body } of arms)
          found.push(without(reading, { from: label.from, to: body.to }, 'the arm'))
    }
    if (word.text === 'begin' && words[index - 1]?.text !== 'generate')
      for (const span of statementsIn(words, index))
        if (!declarations.test(words[span.from]!.text)) found.push(without(reading, span, 'the statement'))
  }
  return found
}

function without(reading: Reading, span: Span, what: string): Change {
  const { start, end } = charactersOf(reading, span)
  const { line } = reading.words[span.from]!
  return {
    edits: [{ start, end, text: '' }],
    description: `line ${line}: ${what} "${quoted(reading, span)}" was dropped`,
  }
}
