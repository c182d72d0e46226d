import type { Domain } from './domain.ts'
import { InfrastructureError } from './errors.ts'
import { refusalOf, type Submission } from './submission.ts'
import type { TrialSetup } from './trial.ts'
import type { Verdict } from './verdict.ts'
import { follow, within } from './within.ts'

/** How long a judge may take to end after it was told to stop, in seconds. */
const graceSeconds = 10

/** Judges in a lab of its own, within the judge's own time. Also what `touchstone judge` calls. */
export async function judgeAlone(
  setup: Pick<TrialSetup, 'task' | 'domain' | 'openLab' | 'signal' | 'seed' | 'judgeSeconds'>,
  submission: Submission,
): Promise<Verdict> {
  const { task, domain, judgeSeconds = 600 } = setup
  const refusal = refusalOf(submission, task.brief.answer)
  if (refusal !== undefined) return refused(domain, refusal)
  const stop = new AbortController()
  const unlink = follow(setup.signal, stop)
  const late = new InfrastructureError(
    'judge-timeout',
    `the judge of ${task.id} took more than ${judgeSeconds} s`,
  )
  const wall = setTimeout(() => stop.abort(late), judgeSeconds * 1000)
  const lab = setup.openLab(`${setup.seed}/judge`, stop.signal)
  try {
    return await within(domain.judge(task, submission, lab), stop.signal, graceSeconds)
  } finally {
    clearTimeout(wall)
    unlink()
    await lab[Symbol.asyncDispose]()
  }
}

function refused(domain: Domain, why: string): Verdict {
  return {
    outcome: 'rejected',
    score: 0,
    reason: 'not-admitted',
    metrics: [],
    findings: [
      { code: 'not-admitted', severity: 'error', message: `The submission was not admitted: ${why}.` },
    ],
    evidence: [],
    unchecked: ['everything else: the submission never reached the judge'],
    judge: { name: domain.name, version: 'admission' },
    tools: {},
  }
}
