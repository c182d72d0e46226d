import type { Lab } from '../../../core/domain.ts'
import type { Submission } from '../../../core/submission.ts'
import type { Task } from '../../../core/task.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { answerPaths, type ProofsKey } from '../key.ts'
import { type ProverName, proverNames } from '../prover.ts'
import { type Course, type End, rejected, unsolved, verdictOf } from './course.ts'
import { judgeLean } from './lean/index.ts'
import { judgeRocq } from './rocq/index.ts'

/**
 * Judges a proof by the kernel of its prover. Solved is an answer whose theorem has exactly the task's statement, in the
 * task's own context, and rests on no axiom that the task does not allow. Nothing that the answer can print is read for
 * that. Throws `InfrastructureError` where the prover is missing, dies by itself or refuses the task's own files.
 */
export async function judge(task: Task<ProofsKey>, submission: Submission, lab: Lab): Promise<Verdict> {
  const chosen = chosenOf(task, submission)
  const course: Course = {
    prover: 'prover' in chosen ? chosen.prover : undefined,
    logs: new Map(),
    metrics: [],
    tools: {},
    unchecked: [],
  }
  return verdictOf(task, 'prover' in chosen ? await decide(task, chosen, lab, course) : chosen, course)
}

interface Chosen {
  readonly prover: ProverName
  readonly answer: Uint8Array
}

async function decide(
  task: Task<ProofsKey>,
  { prover, answer }: Chosen,
  lab: Lab,
  course: Course,
): Promise<End> {
  course.metrics.push({ name: 'answer', value: answer.byteLength, unit: 'bytes' })
  const { maxBytes } = task.brief.answer
  if (answer.byteLength > maxBytes)
    return unsolved('too-large', `it has ${answer.byteLength} bytes; ${maxBytes} are allowed`)
  return await (prover === 'rocq' ? judgeRocq : judgeLean)(task, answer, lab, course)
}

/** Exactly one prover's file. A stub that stands as the task gave it is no answer. */
function chosenOf({ key, brief }: Task<ProofsKey>, submission: Submission): Chosen | End {
  const asked = proverNames.filter((prover) => key.formal[prover] !== undefined)
  const names = asked.map((prover) => answerPaths[prover])
  if (submission.kind !== 'files') return unsolved('no-answer', `hand in the file ${names.join(' or ')}`)
  const given = asked.flatMap((prover): Chosen[] => {
    const path = answerPaths[prover]
    const answer = submission.files.get(path)
    if (answer === undefined || answer.byteLength === 0) return []
    const stub = brief.files.get(path)
    return stub !== undefined && Buffer.compare(stub, answer) === 0 ? [] : [{ prover, answer }]
  })
  if (given.length > 1)
    return rejected('two-answers', [
      `hand in one of ${names.join(' and ')}: two answers would be two attempts`,
    ])
  return given[0] ?? unsolved('no-answer', `hand in the proof in the file ${names.join(' or ')}`)
}
