import { z } from 'zod'
import { findingSchema, metricSchema } from './encoding.ts'
import { limitsSchema } from './limits.ts'
import { messageSchema, toolSpecSchema, usageSchema } from './model.ts'
import { answerSpecSchema, feedbackPolicySchema, settingsSchema } from './task.ts'

/** The journal's schema version. A reader refuses a newer one; docs/journal.md describes it. */
export const journalSchema = 1

/** Bytes in JSON: as text where they are valid UTF-8, else base64. */
export const contentSchema = z.union([z.object({ text: z.string() }), z.object({ base64: z.string() })])
export type Content = z.infer<typeof contentSchema>

export const submissionRecordSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('files'), files: z.record(z.string(), contentSchema) }),
  z.object({ kind: z.literal('text'), text: z.string() }),
])
export type SubmissionRecord = z.infer<typeof submissionRecordSchema>

/** Which trial this is. Unique in a run. */
export const trialIdentitySchema = z.object({
  suite: z.string(),
  task: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  /** From 1. */
  sample: z.number().int().positive(),
})
export type TrialIdentity = z.infer<typeof trialIdentitySchema>

export const totalsSchema = z.object({
  turns: z.number(),
  actions: z.number(),
  consultations: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
  /** False where some reply had no price: the cost is then a lower bound. */
  costKnown: z.boolean(),
  agentSeconds: z.number(),
  judgeSeconds: z.number(),
})
export type Totals = z.infer<typeof totalsSchema>

export const verdictRecordSchema = z.object({
  outcome: z.enum(['solved', 'unsolved', 'rejected']),
  score: z.number(),
  reason: z.string(),
  metrics: z.array(metricSchema),
  findings: z.array(findingSchema),
  evidence: z.array(z.object({ name: z.string(), mediaType: z.string(), content: contentSchema })),
  unchecked: z.array(z.string()),
  judge: z.object({ name: z.string(), version: z.string() }),
  tools: z.record(z.string(), z.string()),
})
export type VerdictRecord = z.infer<typeof verdictRecordSchema>

export const limitNameSchema = z.enum([
  'wall',
  'turns',
  'consultations',
  'tokens',
  'cost',
  'memory',
  'processes',
  'cpu',
  'disk',
  'output',
])

/** What an event says, by `type`. */
export const eventBodySchema = z.discriminatedUnion('type', [
  /** Opens an attempt at a trial; a trial that was void or cut off is attempted again in the same file. */
  z.object({
    type: z.literal('trial'),
    schema: z.number(),
    identity: trialIdentitySchema,
    attempt: z.number(),
    seed: z.string(),
    domain: z.string(),
    suiteVersion: z.string(),
    errata: z.array(z.string()),
    brief: z.object({
      instructions: z.string(),
      files: z.record(z.string(), contentSchema),
      answer: answerSpecSchema,
      limits: limitsSchema,
      feedback: feedbackPolicySchema,
      settings: settingsSchema.optional(),
    }),
  }),
  /** What was drawn for this attempt alone and planted in its environment. The judge knows it, the agent must find it. */
  z.object({ type: z.literal('secrets'), secrets: z.record(z.string(), z.string()) }),
  /** The environment is open; these are its actions. */
  z.object({ type: z.literal('opened'), actions: z.array(toolSpecSchema), seconds: z.number() }),
  /**
   * A model request. Only what is new is written: the first `carried` messages are those of the request before,
   * and `system` and `tools` stand only where they differ from it (null: none any more).
   */
  z.object({
    type: z.literal('request'),
    id: z.number(),
    model: z.string(),
    system: z.string().nullable().optional(),
    tools: z.array(toolSpecSchema).nullable().optional(),
    carried: z.number(),
    messages: z.array(messageSchema),
    temperature: z.number().optional(),
    maxOutputTokens: z.number().optional(),
    draw: z.string().optional(),
  }),
  z.object({
    type: z.literal('reply'),
    id: z.number(),
    message: messageSchema,
    finish: z.string(),
    usage: usageSchema,
    costUsd: z.number().nullable(),
    cached: z.boolean(),
    attempts: z.number(),
    seconds: z.number(),
  }),
  z.object({ type: z.literal('request-failed'), id: z.number(), code: z.string(), message: z.string() }),
  /** `input` is absent where JSON cannot hold it. */
  z.object({ type: z.literal('action'), id: z.number(), name: z.string(), input: z.unknown().optional() }),
  z.object({
    type: z.literal('observation'),
    id: z.number(),
    ok: z.boolean(),
    text: z.string(),
    data: z.unknown().optional(),
    seconds: z.number(),
  }),
  /** A remark of the agent. */
  z.object({ type: z.literal('note'), text: z.string() }),
  /** The judge was asked during the trial, as the feedback policy allows. */
  z.object({
    type: z.literal('consultation'),
    id: z.number(),
    submission: submissionRecordSchema,
    outcome: z.enum(['solved', 'unsolved', 'rejected']),
    score: z.number(),
    reason: z.string(),
    findings: z.array(findingSchema),
    seconds: z.number(),
  }),
  /** An answer that the agent tried on the way; see `Candidate`. */
  z.object({
    type: z.literal('candidate'),
    id: z.number().int().positive(),
    parent: z.number().int().positive().nullable(),
    submission: submissionRecordSchema,
    score: z.number().nullable(),
    by: z.enum(['judge', 'rating', 'nobody']),
    words: z.string(),
    cost: z.object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      costUsd: z.number().nullable(),
      machineSeconds: z.number(),
    }),
    /** Of the agent's part so far, with that of earlier attempts at the trial. */
    seconds: z.number(),
  }),
  /** What goes to the judge, and which limit ended the agent's part, if one did. */
  z.object({
    type: z.literal('submission'),
    submission: submissionRecordSchema,
    stoppedBy: limitNameSchema.nullable(),
  }),
  z.object({ type: z.literal('verdict'), verdict: verdictRecordSchema, seconds: z.number() }),
  z.object({
    type: z.literal('end'),
    end: z.enum(['judged', 'void']),
    /** For a void attempt: the error's code and message, and whether another attempt may help. */
    code: z.string().optional(),
    message: z.string().optional(),
    retryable: z.boolean().optional(),
    totals: totalsSchema,
  }),
])
export type EventBody = z.infer<typeof eventBodySchema>

/** One line of a journal: `seq` counts from 0 in a file, `at` is milliseconds since 1970. */
export const eventSchema = z.intersection(
  z.object({ seq: z.number(), at: z.number().min(0).max(8.64e15) }),
  eventBodySchema,
)
export type JournalEvent = z.infer<typeof eventSchema>

/** Where a trial writes its events. Events are written as they happen; `sync` makes all of them durable. */
export interface Recorder {
  /** Never throws: a write that fails shows in the next `sync`. */
  write(event: EventBody): void
  /** Resolves once everything written so far is on disk. Throws `InfrastructureError` (`journal-failed`) otherwise. */
  sync(): Promise<void>
}
