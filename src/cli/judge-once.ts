import type { Domain } from '../core/domain.ts'
import { decodeSubmission } from '../core/encoding.ts'
import { InfrastructureError, UsageError } from '../core/errors.ts'
import { judgeAlone } from '../core/judging.ts'
import { seedOf } from '../core/seed.ts'
import type { Submission } from '../core/submission.ts'
import type { Suite, Task } from '../core/task.ts'
import type { Verdict } from '../core/verdict.ts'
import { domainOf } from '../domains/registry.ts'
import { openSuite } from '../domains/suites.ts'
import { foldTrial, type TrialState } from '../runs/journal/fold.ts'
import { readJournal } from '../runs/journal/reader.ts'
import { openLab } from '../sandbox/index.ts'
import { openBackend } from './backend.ts'
import { interruption } from './interruption.ts'
import { readSubmission } from './read-submission.ts'
import { loadOptionsOf, type SuiteFlags } from './suite-options.ts'

export interface JudgeOnceFlags extends SuiteFlags {
  readonly submission?: string
  readonly trial?: string
}

/** Judges one submission, from disk or from a trial's journal. Throws `UsageError` (`unknown-task` and what suites and submissions throw). */
export async function judgeOnce(name: string, flags: JudgeOnceFlags): Promise<Verdict> {
  const slash = name.lastIndexOf('/')
  if (slash < 1)
    throw new UsageError('unknown-task', `"${name}" is not SUITE/TASK, such as hardware-basics/fifo`)
  const options = loadOptionsOf(flags)
  const suite = await openSuite(name.slice(0, slash), options)
  const id = name.slice(slash + 1)
  const entry = suite.tasks.find((task) => task.id === id)
  if (!entry) {
    const left = suite.unavailable?.find((task) => task.id === id)
    if (left)
      throw new UsageError(
        'unavailable',
        `${suite.name}/${id} cannot be tried here (${left.kind}): ${left.why}`,
      )
    const near = suite.tasks.filter((task) => task.id.includes(id)).map((task) => task.id)
    const hint = near.length > 0 ? `; near it: ${near.slice(0, 5).join(', ')}` : ''
    throw new UsageError(
      'unknown-task',
      `${suite.name} has no task "${id}"${hint} (touchstone suites ${suite.name})`,
    )
  }
  const task = await entry.load()
  const domain = await domainOf(task.domain)
  const trial = flags.trial === undefined ? undefined : await trialOf(flags.trial, suite, task)
  const submission = await submissionOf(flags, task, trial)
  if (!trial && isDrawn(domain, task)) {
    throw new UsageError(
      'needs-trial',
      `the flag of ${task.id} is made anew for each trial: name the journal of the one that this submission comes from with --trial`,
    )
  }
  await using backend = await openBackend(flags.backend)
  return await judgeAlone(
    {
      task,
      domain,
      ...(trial && { secrets: trial.secrets }),
      seed: seedOf(suite.name, task.id),
      signal: interruption().signal,
      openLab: (seed, signal) => openLab(backend, { seed, signal }),
    },
    submission,
  )
}

/** Whether the task has secrets that are others in each trial. */
function isDrawn(domain: Domain, task: Task): boolean {
  const [one, other] = [domain.secrets?.(task), domain.secrets?.(task)]
  return JSON.stringify(one) !== JSON.stringify(other)
}

/** Throws `UsageError` where the file is no journal (`not-a-journal`), or one of another task (`another-task`). */
async function trialOf(path: string, suite: Suite, task: Task): Promise<TrialState> {
  const state = await foldTrial(readJournal(path)).catch((thrown) => {
    if (!(thrown instanceof InfrastructureError)) throw thrown
    throw new UsageError('not-a-journal', `${path} is not a trial's journal: ${thrown.message}`, {
      cause: thrown,
    })
  })
  const { identity } = state ?? {}
  if (state && identity?.task === task.id && identity.suite === suite.name) return state
  const what = identity ? `a trial of ${identity.suite}/${identity.task}` : 'empty'
  throw new UsageError('another-task', `${path} is ${what}, not a trial of ${suite.name}/${task.id}`)
}

async function submissionOf(
  { submission }: JudgeOnceFlags,
  { brief }: Task,
  trial: TrialState | undefined,
): Promise<Submission> {
  if (submission !== undefined) return await readSubmission(submission, brief.answer)
  if (trial?.submission) return decodeSubmission(trial.submission)
  throw new UsageError(
    'no-submission',
    trial
      ? 'that trial handed nothing in; name a submission with --submission'
      : 'name a submission with --submission',
  )
}
