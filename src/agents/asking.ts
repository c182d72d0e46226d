import type { Message, ModelReply } from '../core/model.ts'
import type { AnswerSpec } from '../core/task.ts'
import { answerFormat, cutTo } from './briefing.ts'

/** Characters of findings that go back to the model. */
const findingsLength = 12_000

/** For agents that take the whole answer from a reply. */
export const answerPrompt =
  'You solve a task whose answer a program judges. Think as long as you need, then give the whole answer in the form that is asked for.'

/** Asks for the answer again, with what was found wrong with it. */
export function repairOf(words: string, answer: AnswerSpec): Message {
  const said = cutTo(words, findingsLength)
  return {
    role: 'user',
    text: `${said}\n\nFind out why, and give the whole answer again, repaired. ${answerFormat(answer)}`,
  }
}

/** Asks again after a reply without an answer. */
export function noAnswer({ finish }: Pick<ModelReply, 'finish'>, answer: AnswerSpec): Message {
  const why =
    finish === 'length' ? 'Your reply was cut off before the answer.' : 'Your reply had no answer in it.'
  return { role: 'user', text: `${why} ${answerFormat(answer)}` }
}
