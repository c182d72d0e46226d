import { toolSpecs } from './actions.ts'
import type { Agent, Insider, Means } from './agent.ts'
import { Budget } from './budget.ts'
import type { EarlierCandidate } from './candidate.ts'
import { closeAll, defaultGraceSeconds } from './closing.ts'
import type { Domain, EnvironmentSecrets, Lab } from './domain.ts'
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
import { judgeAlone, refused } from './judging.ts'
import type { Model } from './model.ts'
import {
  candidateEvent,
  collectFrom,
  Part,
  recordedConsultation,
  recordedEnvironment,
  recordedModel,
  secondsSince,
} from './recording.ts'
import { seedOf } from './seed.ts'
import { openingSeconds } from './service.ts'
import { emptySubmission, NotAdmitted, recordable, type Submission } from './submission.ts'
import type { Task } from './task.ts'
import type { Verdict } from './verdict.ts'
import { atMost, follow, milliseconds, within } from './within.ts'

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
  /** What earlier attempts had tried; see `Means.earlier`. */
  readonly earlier?: readonly EarlierCandidate[]
  /** The user's interruption. */
  readonly signal: AbortSignal
  /** Wall time for opening the environment, in seconds; longer makes the trial void. Default: 120, and what its services may take. */
  readonly openSeconds?: number
  /** Wall time for one judgement, in seconds; longer makes the trial void. Default: 600. */
  readonly judgeSeconds?: number
  /** How long an agent, a judge or a clean-up may take after it was told to stop, in seconds. Default: 10. */
  readonly graceSeconds?: number
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

/** What the agent's part leaves behind. */
interface HandedIn {
  readonly submission: Submission
  readonly stoppedBy: LimitName | null
  /** Why there is nothing to judge, where what the agent left cannot be taken. */
  readonly refusal?: string
}

/**
 * One trial from opening the environment to a durable verdict. Whatever goes wrong inside it is its end: the only
 * error thrown is `InfrastructureError` (`journal-failed`), since then there is nowhere to write an end.
 */
export async function runTrial(setup: TrialSetup): Promise<TrialEnd> {
  const { recorder, task, domain } = setup
  const budget = new Budget(task.brief.limits)
  const part = new Part(recorder)
  const seconds = { agent: 0, judge: 0 }
  const totals = (): Totals => ({
    turns: budget.turns,
    ...part.tally,
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
    const secrets = domain.secrets?.(task) ?? {}
    if (Object.keys(secrets).length > 0) recorder.write({ type: 'secrets', secrets })
    const startedAt = performance.now()
    const { submission, stoppedBy, refusal } = await agentPart(setup, secrets, budget, part).finally(() => {
      seconds.agent = secondsSince(startedAt)
    })
    // An agent that was interrupted may still hand something in; that is not what it would have handed in.
    setup.signal.throwIfAborted()
    const kept = encodeSubmission(recordable(submission, task.brief.answer))
    recorder.write({ type: 'submission', submission: kept, stoppedBy })
    const judgedAt = performance.now()
    const judging =
      refusal === undefined ? judgeAlone({ ...setup, secrets }, submission) : refused(domain, refusal)
    const verdict = await Promise.resolve(judging).finally(() => {
      seconds.judge = secondsSince(judgedAt)
    })
    recorder.write({ type: 'verdict', verdict: encodeVerdict(verdict), seconds: seconds.judge })
    const end = { end: 'judged', totals: totals() } as const
    recorder.write({ type: 'end', ...end })
    await recorder.sync()
    return { ...end, verdict, stoppedBy }
  } catch (thrown) {
    if (thrown instanceof TouchstoneError && thrown.code === 'journal-failed') throw thrown
    const end = { end: 'void', ...reasonOfVoid(thrown, setup.signal), totals: totals() } as const
    recorder.write({ type: 'end', ...end })
    await recorder.sync()
    return end
  }
}

/**
 * Opens the environment, drives the agent, and takes the submission out before the environment goes: what is judged
 * later shares nothing with it.
 */
async function agentPart(
  setup: TrialSetup,
  secrets: EnvironmentSecrets,
  budget: Budget,
  part: Part,
): Promise<HandedIn> {
  const { task, recorder, seed, graceSeconds = defaultGraceSeconds } = setup
  const lab = setup.openLab(seed, part.signal)
  const unlink = follow(setup.signal, part)
  let opened: Environment | undefined
  let wall: NodeJS.Timeout | undefined
  try {
    const startedAt = performance.now()
    opened = await openInTime(setup, secrets, lab, part)
    recorder.write({ type: 'opened', actions: toolSpecs(opened.actions), seconds: secondsSince(startedAt) })
    const { wallSeconds } = task.brief.limits
    const late = () => new LimitReached('wall', `${wallSeconds} s of wall time are used`)
    wall = setTimeout(() => part.stop(late()), milliseconds(wallSeconds))
    budget.startedAt = performance.now()
    return await drive(setup, secrets, opened, budget, part)
  } finally {
    clearTimeout(wall)
    unlink()
    await part.end()
    await closeAll([opened, lab], graceSeconds, recorder)
  }
}

/** A limit ends the agent's part, and what the agent then returns or has left in place is the submission. */
async function drive(
  setup: TrialSetup,
  secrets: EnvironmentSecrets,
  opened: Environment,
  budget: Budget,
  part: Part,
): Promise<HandedIn> {
  const { graceSeconds = defaultGraceSeconds, recorder, task, agent } = setup
  const environment = recordedEnvironment(opened, part)
  const means = meansOf(setup, secrets, opened, budget, part)
  const taken = async (): Promise<Submission> => {
    try {
      return await within(agent.attempt(environment, means), part.signal, graceSeconds)
    } catch (thrown) {
      if (thrown instanceof LimitReached) part.stop(thrown)
      // A model whose context is too small for the task is no failure of infrastructure.
      if (thrown instanceof TouchstoneError && thrown.code === 'context-length-exceeded') {
        part.stop(new LimitReached('tokens', "the conversation does not fit the model's context"))
      }
      if (!part.limit || thrown instanceof NotAdmitted) throw thrown
      const late = () =>
        new InfrastructureError('collect-timeout', `the answer of ${task.id} could not be collected in time`)
      return await atMost(collectFrom(opened), graceSeconds, late)
    }
  }
  const handedIn = await taken().then(
    (submission) => ({ submission }),
    (thrown) => {
      if (!(thrown instanceof NotAdmitted)) throw thrown
      return { submission: emptySubmission(task.brief.answer), refusal: thrown.message }
    },
  )
  if (part.limit) recorder.write({ type: 'note', text: `Stopped: ${part.limit.message}.` })
  return { ...handedIn, stoppedBy: part.limit?.limit ?? null }
}

/** An environment that does not open in time is infrastructure's failure, not the agent's. */
async function openInTime(
  setup: TrialSetup,
  secrets: EnvironmentSecrets,
  lab: Lab,
  part: Part,
): Promise<Environment> {
  const { domain, task, graceSeconds = defaultGraceSeconds } = setup
  const openSeconds = setup.openSeconds ?? openingSeconds(task.services)
  const message = `the environment of ${task.id} did not open within ${openSeconds} s`
  const late = setTimeout(
    () => part.stop(new InfrastructureError('open-timeout', message)),
    milliseconds(openSeconds),
  )
  // A function of its own: what is thrown before the first promise must clear the timer too.
  const { id, brief, services } = task
  const scene = { id, brief, ...(services && { services }) }
  const opening = (async () => domain.open(scene, secrets, lab))()
  try {
    const opened = await within(opening, part.signal, graceSeconds)
    part.signal.throwIfAborted()
    return opened
  } catch (thrown) {
    opening.then((opened) => closeAll([opened], graceSeconds)).catch(() => {})
    throw thrown
  } finally {
    clearTimeout(late)
  }
}

function meansOf(
  setup: TrialSetup,
  secrets: EnvironmentSecrets,
  environment: Environment,
  budget: Budget,
  part: Part,
): Means {
  const { seed, model, task, agent, domain } = setup
  const asked = { ...setup, secrets, signal: part.signal, recorder: part }
  const judge = (submission: Submission) => part.judgement(judgeAlone(asked, submission))
  const { earlier = [] } = setup
  return {
    budget,
    // Not the trial's own: the agent must not be able to guess what the judge draws.
    seed: seedOf(seed, 'agent'),
    signal: part.signal,
    say: (text) => part.write({ type: 'note', text }),
    tried: (candidate) => part.write(candidateEvent(candidate, task.brief, budget, earlier.at(-1)?.seconds)),
    ...(earlier.length > 0 && { earlier }),
    ...(model && { model: recordedModel(model, budget, part) }),
    ...(task.brief.feedback.consultations > 0 && {
      consult: recordedConsultation(environment, judge, part),
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
