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

/** Asks for a better answer than this one, of which may be said that it is wrong, or what it costs. */
export function improvementOf(words: string, answer: AnswerSpec): Message {
  const said = cutTo(words, findingsLength)
  return {
    role: 'user',
    text: `${said}\n\nWhere it is wrong, find out why and mend it. Where it is right, find out what keeps it from being better by what the task asks for, and try something that may be much better rather than a little. ${answerFormat(answer)}`,
  }
}

/** Asks again after a reply without an answer. */
export function noAnswer({ finish }: Pick<ModelReply, 'finish'>, answer: AnswerSpec): Message {
  const why =
    finish === 'length' ? 'Your reply was cut off before the answer.' : 'Your reply had no answer in it.'
  return { role: 'user', text: `${why} ${answerFormat(answer)}` }
}
