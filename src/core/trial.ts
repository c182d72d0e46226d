import { toolSpecs } from './actions.ts'
import type { Agent, Insider, Means } from './agent.ts'
import { Budget } from './budget.ts'
import type { Domain, Lab } from './domain.ts'
import { encodeFiles, encodeSubmission, encodeVerdict } from './encoding.ts'
import type { Environment } from './environment.ts'
import {
  InfrastructureError,
  type LimitName,
  LimitReached,
  messageOf,
  TouchstoneError,
  UsageError,
} from './errors.ts'
import { journalSchema, type Recorder, type Totals, type TrialIdentity } from './events.ts'
import { judgeAlone } from './judging.ts'
import type { Model } from './model.ts'
import {
  recordedConsultation,
  recordedEnvironment,
  recordedModel,
  secondsSince,
  type Tally,
} from './recording.ts'
import type { Submission } from './submission.ts'
import type { Task } from './task.ts'
import type { Verdict } from './verdict.ts'
import { follow, within } from './within.ts'

/** One trial to be done: what is tried, with what, and where it is written. */
export interface TrialSetup {
  readonly identity: TrialIdentity
  /** From 1; greater where earlier attempts were void or cut off. */
  readonly attempt: number
  readonly seed: string
  readonly task: Task
  readonly domain: Domain
  readonly agent: Agent
  readonly model?: Model
  openLab(seed: string, signal: AbortSignal): Lab & AsyncDisposable
  readonly recorder: Recorder
  /** The user's interruption. */
  readonly signal: AbortSignal
  /** Wall time for opening the environment, in seconds; longer makes the trial void. Default: 120. */
  readonly openSeconds?: number
  /** Wall time for one judgement, in seconds; longer makes the trial void. Default: 600. */
  readonly judgeSeconds?: number
}

export type TrialEnd =
  | {
      readonly end: 'judged'
      readonly verdict: Verdict
      readonly stoppedBy: LimitName | null
      readonly totals: Totals
    }
  | {
      readonly end: 'void'
      readonly code: string
      readonly message: string
      readonly retryable: boolean
      readonly totals: Totals
    }

/** How long an agent or a clean-up may take after it was told to stop, in seconds. */
const graceSeconds = 10

/**
 * One trial from opening the environment to a durable verdict. Whatever goes wrong inside it is its end: the only
 * error thrown is `InfrastructureError` (`journal-failed`), since then there is nowhere to write an end.
 */
export async function runTrial(setup: TrialSetup): Promise<TrialEnd> {
  const { recorder, task, domain } = setup
  const budget = new Budget(task.brief.limits)
  const tally: Tally = { actions: 0, consultations: 0 }
  const seconds = { agent: 0, judge: 0 }
  const totals = (): Totals => ({
    turns: budget.turns,
    ...tally,
    inputTokens: budget.inputTokens,
    outputTokens: budget.outputTokens,
    costUsd: budget.costUsd,
    costKnown: budget.costKnown,
    agentSeconds: seconds.agent,
    judgeSeconds: seconds.judge,
  })

  recorder.write({
    type: 'trial',
    schema: journalSchema,
    identity: setup.identity,
    attempt: setup.attempt,
    seed: setup.seed,
    domain: domain.name,
    suiteVersion: task.origin.version,
    errata: [...task.errata],
    brief: { ...task.brief, files: encodeFiles(task.brief.files) },
  })
  try {
    setup.signal.throwIfAborted()
    const startedAt = performance.now()
    const { submission, stoppedBy } = await agentPart(setup, budget, tally).finally(() => {
      seconds.agent = secondsSince(startedAt)
    })
    recorder.write({ type: 'submission', submission: encodeSubmission(submission), stoppedBy })
    const judgedAt = performance.now()
    const verdict = await judgeAlone(setup, submission).finally(() => {
      seconds.judge = secondsSince(judgedAt)
    })
    recorder.write({ type: 'verdict', verdict: encodeVerdict(verdict), seconds: seconds.judge })
    recorder.write({ type: 'end', end: 'judged', totals: totals() })
    await recorder.sync()
    return { end: 'judged', verdict, stoppedBy, totals: totals() }
  } catch (thrown) {
    if (thrown instanceof TouchstoneError && thrown.code === 'journal-failed') throw thrown
    const why = { ...reasonOfVoid(thrown, setup.signal), totals: totals() }
    recorder.write({ type: 'end', end: 'void', ...why })
    await recorder.sync()
    return { end: 'void', ...why }
  }
}

/**
 * Opens the environment, drives the agent, and takes the submission out before the environment goes: what is judged
 * later shares nothing with it. A limit ends the agent's part, and what then stands where the answer belongs is the
 * submission.
 */
async function agentPart(
  setup: TrialSetup,
  budget: Budget,
  tally: Tally,
): Promise<{ submission: Submission; stoppedBy: LimitName | null }> {
  const { task, recorder, seed } = setup
  const stop = new AbortController()
  const unlink = follow(setup.signal, stop)
  const lab = setup.openLab(seed, stop.signal)
  let opened: Environment | undefined
  let wall: NodeJS.Timeout | undefined
  try {
    const startedAt = performance.now()
    opened = await openInTime(setup, lab, stop)
    recorder.write({ type: 'opened', actions: toolSpecs(opened.actions), seconds: secondsSince(startedAt) })
    const { wallSeconds } = task.brief.limits
    const late = new LimitReached('wall', `${wallSeconds} s of wall time are used`)
    wall = setTimeout(() => stop.abort(late), wallSeconds * 1000)
    budget.startedAt = performance.now()
    const means = meansOf(setup, opened, budget, tally, stop.signal)
    const environment = recordedEnvironment(opened, recorder, tally)
    try {
      const submission = await within(setup.agent.attempt(environment, means), stop.signal, graceSeconds)
      return { submission, stoppedBy: null }
    } catch (thrown) {
      const limit = thrown instanceof LimitReached ? thrown : stop.signal.reason
      if (!(limit instanceof LimitReached)) throw thrown
      recorder.write({ type: 'note', text: `Stopped: ${limit.message}.` })
      return { submission: await opened.collect(), stoppedBy: limit.limit }
    }
  } finally {
    clearTimeout(wall)
    unlink()
    await opened?.[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
  }
}

/** An environment that does not open in time is infrastructure's failure, not the agent's. */
async function openInTime(setup: TrialSetup, lab: Lab, stop: AbortController): Promise<Environment> {
  const { domain, task, seed, openSeconds = 120 } = setup
  const message = `the environment of ${task.id} did not open within ${openSeconds} s`
  const late = setTimeout(
    () => stop.abort(new InfrastructureError('open-timeout', message)),
    openSeconds * 1000,
  )
  try {
    const opening = domain.open(task.brief, domain.secrets?.(task, seed) ?? {}, lab)
    return await within(opening, stop.signal, graceSeconds)
  } finally {
    clearTimeout(late)
  }
}

function meansOf(
  setup: TrialSetup,
  environment: Environment,
  budget: Budget,
  tally: Tally,
  signal: AbortSignal,
): Means {
  const { recorder, seed, model, task, agent, domain } = setup
  const judge = (submission: Submission) => judgeAlone(setup, submission)
  return {
    budget,
    seed,
    signal,
    say: (text) => recorder.write({ type: 'note', text }),
    ...(model && { model: recordedModel(model, budget, recorder) }),
    ...(task.brief.feedback.consultations > 0 && {
      consult: recordedConsultation(environment, judge, recorder, tally),
    }),
    ...(agent.needs?.insider && { insider: insiderOf(domain, task) }),
  }
}

function insiderOf(domain: Domain, task: Task): Insider {
  return {
    solution: () => domain.oracle?.(task),
    attacks: domain.attacks.filter((attack) => attack.submission(task)).map((attack) => attack.name),
    attack(name) {
      const submission = domain.attacks.find((attack) => attack.name === name)?.submission(task)
      if (!submission)
        throw new UsageError('unknown-attack', `${domain.name} has no attack "${name}" on ${task.id}`)
      return submission
    },
  }
}

/** Only infrastructure is worth another attempt; a mistake in an agent or a domain stays one. */
function reasonOfVoid(thrown: unknown, interrupted: AbortSignal) {
  if (interrupted.aborted) return { code: 'interrupted', message: 'the run was interrupted', retryable: true }
  if (thrown instanceof InfrastructureError) {
    return { code: thrown.code, message: thrown.message, retryable: thrown.retryable }
  }
  if (thrown instanceof TouchstoneError)
    return { code: thrown.code, message: thrown.message, retryable: false }
  const where = thrown instanceof Error ? (thrown.stack ?? '').split('\n').slice(1, 4).join('; ') : ''
  return {
    code: 'crashed',
    message: `${messageOf(thrown)}${where && ` (${where.trim()})`}`,
    retryable: false,
  }
}
