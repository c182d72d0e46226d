import { truncate } from 'node:fs/promises'
import { z } from 'zod'
import { limitNameSchema, totalsSchema, trialIdentitySchema } from '../core/events.ts'
import { feedbackPolicySchema, type Task } from '../core/task.ts'
import type { TrialEnd } from '../core/trial.ts'
import type { Metric, Verdict } from '../core/verdict.ts'
import type { Account } from './journal/account.ts'
import { AppendFile, journalFailed } from './journal/append.ts'
import { chunksOf } from './journal/chunks.ts'
import type { TrialState } from './journal/fold.ts'
import { type Line, linesOf } from './journal/lines.ts'
import { filesOf, trialId } from './layout.ts'

const spentSchema = totalsSchema.pick({
  inputTokens: true,
  outputTokens: true,
  costUsd: true,
  costKnown: true,
})

/** What an agent tried on the way; see `Account`. */
export const triedSchema = z.object({
  candidates: z.number(),
  machineSeconds: z.number(),
  curve: z.array(
    spentSchema.extend({
      candidate: z.number(),
      score: z.number(),
      by: z.enum(['judge', 'rating', 'nobody']),
      machineSeconds: z.number(),
      seconds: z.number(),
    }),
  ),
})
export type TriedRecord = z.infer<typeof triedSchema>

/** How one attempt at a trial ended: a line of `results.jsonl`. */
export const trialResultSchema = z.object({
  id: z.string(),
  identity: trialIdentitySchema,
  attempt: z.number(),
  end: z.enum(['judged', 'void']),
  /** Of a judged trial; null for a void one. */
  outcome: z.enum(['solved', 'unsolved', 'rejected']).nullable(),
  score: z.number().nullable(),
  /** The verdict's reason, or the code that made the trial void. */
  reason: z.string(),
  stoppedBy: limitNameSchema.nullable(),
  /** Of a void trial: what happened. */
  message: z.string().optional(),
  retryable: z.boolean().optional(),
  /** Of this attempt. */
  totals: totalsSchema,
  /** Of this attempt and all before it. */
  spent: spentSchema,
  /** Of a judged trial: the verdict's metrics by name. */
  metrics: z.record(z.string(), z.number()).optional(),
  /** Where the agent told of candidates; of this attempt and all before it. */
  tried: triedSchema.optional(),
  domain: z.string(),
  suiteVersion: z.string(),
  errata: z.array(z.string()),
  feedback: feedbackPolicySchema,
  /** Milliseconds since 1970. */
  endedAt: z.number(),
  /** Size of the journal when the attempt ended: a line whose journal has grown since says nothing. */
  bytes: z.number(),
})
export type TrialResult = z.infer<typeof trialResultSchema>

type About = Pick<
  TrialResult,
  'identity' | 'attempt' | 'domain' | 'suiteVersion' | 'errata' | 'feedback' | 'bytes' | 'endedAt'
>

/** The result of an attempt that just ended. */
export function resultOfEnd(
  about: Pick<About, 'identity' | 'attempt' | 'bytes'>,
  task: Task,
  end: TrialEnd,
  account: Account,
): TrialResult {
  const { domain, errata, brief } = task
  return {
    ...common({
      ...about,
      domain,
      suiteVersion: task.origin.version,
      errata: [...errata],
      feedback: brief.feedback,
      endedAt: Date.now(),
    }),
    ...(end.end === 'judged' ? judged(end.verdict, end.stoppedBy) : voided(end)),
    totals: end.totals,
    spent: account.spent,
    ...triedOf(account),
  }
}

/** The result that a journal tells; undefined where its last attempt has no end. */
export function resultOfState(state: TrialState, bytes: number): TrialResult | undefined {
  const { identity, attempt, domain, suiteVersion, brief, totals, spent, verdict } = state
  const about = common({
    identity,
    attempt,
    bytes,
    domain,
    suiteVersion,
    errata: [...state.errata],
    feedback: brief.feedback,
    endedAt: state.lastAt,
  })
  if (!totals) return undefined
  if (state.end === 'judged' && verdict)
    return { ...about, ...judged(verdict, state.stoppedBy), totals, spent, ...triedOf(state) }
  if (state.end === 'void' && state.voided)
    return { ...about, ...voided(state.voided), totals, spent, ...triedOf(state) }
  return undefined
}

const common = (about: About) => ({ id: trialId(about.identity), ...about })

function judged(
  verdict: Pick<Verdict, 'score' | 'reason'> & {
    outcome: TrialResult['outcome']
    metrics: readonly Pick<Metric, 'name' | 'value'>[]
  },
  stoppedBy: TrialResult['stoppedBy'],
) {
  const { outcome, score, reason } = verdict
  const metrics = Object.fromEntries(verdict.metrics.map(({ name, value }) => [name, value]))
  const any = verdict.metrics.length > 0
  return { end: 'judged' as const, outcome, score, reason, stoppedBy, ...(any && { metrics }) }
}

function triedOf({ candidates, machineSeconds, curve }: Account): { tried?: TriedRecord } {
  return candidates === 0 ? {} : { tried: { candidates, machineSeconds, curve: [...curve] } }
}

function voided({ code, message, retryable }: { code: string; message: string; retryable: boolean }) {
  return {
    end: 'void' as const,
    outcome: null,
    score: null,
    reason: code,
    stoppedBy: null,
    message,
    retryable,
  }
}

/** Whether an attempt was cut short by the end of its sitting: its trial is not done, and nothing failed. */
export function wasInterrupted({ end, reason }: Pick<TrialResult, 'end' | 'reason'>): boolean {
  return end === 'void' && reason === 'interrupted'
}

/** A line of the index with its number. */
export interface IndexLine {
  readonly line: number
  readonly value: unknown
}

/** The lines of `results.jsonl` that are JSON; the index is rebuildable, so others are passed over. */
export async function* indexLines(directory: string): AsyncGenerator<IndexLine> {
  const bytes = chunksOf(filesOf(directory).results)
  try {
    for await (const { number, text, complete } of linesOf(bytes)) {
      if (!complete) continue
      try {
        yield { line: number, value: JSON.parse(text) }
      } catch {}
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
  }
}

/** Opens `results.jsonl` for appending, cutting off a torn last line. Throws `InfrastructureError` (`journal-failed`). */
export async function openIndex(directory: string): Promise<AppendFile> {
  const path = filesOf(directory).results
  try {
    let last: Line | undefined
    try {
      for await (const line of linesOf(chunksOf(path))) last = line
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return await AppendFile.open(path, 'new')
      throw thrown
    }
    if (last && !last.complete) await truncate(path, last.offset)
    return await AppendFile.open(path, { size: 0 })
  } catch (thrown) {
    throw journalFailed(path, thrown)
  }
}
