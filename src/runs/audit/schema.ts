import { z } from 'zod'

/** The version of an audit's files. A newer one is refused. */
export const auditVersion = 1

/** What one judgement came to. */
export const judgementSchema = z.object({
  outcome: z.enum(['solved', 'unsolved', 'rejected']),
  score: z.number(),
  reason: z.string(),
  /** The first finding, in words. */
  message: z.string().nullable(),
})
export type Judgement = z.infer<typeof judgementSchema>

/** A file beside the audit's own, by its path in the audit's directory. */
export const evidenceFileSchema = z.object({
  name: z.string(),
  mediaType: z.string(),
  path: z.string(),
  bytes: z.number(),
})
export type EvidenceFile = z.infer<typeof evidenceFileSchema>

export const mutantRecordSchema = z.object({
  name: z.string(),
  kind: z.string(),
  description: z.string(),
  ordinary: z.enum(['killed', 'survived', 'invalid']),
  proof: z.enum(['refuted', 'benign', 'unknown']),
  reason: z.string(),
  /** Of both checks together. */
  seconds: z.number(),
  /** How it differs from the oracle's answer, line by line; null for mutants that need no look. */
  change: z.string().nullable(),
  evidence: z.array(evidenceFileSchema),
})
export type MutantRecord = z.infer<typeof mutantRecordSchema>

/** A step that the infrastructure kept from its end: it says nothing about the judge and is in no count. */
export const voidStepSchema = z.object({
  /** `oracle`, `oracle again`, `nop`, `attack prints-pass`, `mutant operator-1`, `mutants`, `lint`. */
  step: z.string(),
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
})
export type VoidStep = z.infer<typeof voidStepSchema>

export const taskAuditSchema = z.object({
  suite: z.string(),
  task: z.string(),
  domain: z.string(),
  errata: z.array(z.string()),
  /** Null where nothing was judged. */
  judge: z.object({ name: z.string(), version: z.string() }).nullable(),
  /** False where the task has no solution: whether it can be solved is then not known. */
  hasOracle: z.boolean(),
  oracle: judgementSchema.nullable(),
  /** What two judgements of the oracle differ in; empty where they agree, null where there are not two. */
  differs: z.array(z.string()).nullable(),
  /** What the oracle's judgements measured of things that are known, and the range where that should lie. */
  controls: z
    .array(z.object({ name: z.string(), value: z.number(), low: z.number(), high: z.number() }))
    .default([]),
  nop: judgementSchema.nullable(),
  attacks: z.array(
    judgementSchema.extend({
      name: z.string(),
      expect: z.enum(['rejected', 'not-solved']),
      seconds: z.number(),
    }),
  ),
  /** How many mutants were made. */
  made: z.number(),
  mutants: z.array(mutantRecordSchema),
  /** What is odd about the task itself; it says nothing about its judge. */
  lints: z.array(z.object({ kind: z.string(), message: z.string() })).default([]),
  voids: z.array(voidStepSchema),
  /** Wall time, in seconds. */
  seconds: z.object({
    oracle: z.number(),
    nop: z.number(),
    attacks: z.number(),
    mutants: z.number(),
    lints: z.number().default(0),
  }),
})
export type TaskAudit = z.infer<typeof taskAuditSchema>
export type AttackRecord = TaskAudit['attacks'][number]

/** What an audit was asked to do, and with what. Two audits with other settings are not one. */
export const auditSettingsSchema = z.object({
  schema: z.number(),
  createdAt: z.string(),
  suites: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      source: z.string(),
      licence: z.string(),
      /** How it is read, in words: `errata applied`. */
      protocol: z.string(),
      tasks: z.number(),
    }),
  ),
  /** Versions of the judges, by name, and of the programs they call. */
  judges: z.record(z.string(), z.string()),
  tools: z.record(z.string(), z.string()),
  seed: z.string(),
  /** Mutants of each task, at most. */
  mutants: z.number(),
  /** Only these attacks; null for all. */
  attacks: z.array(z.string()).nullable(),
  task: z.string().nullable(),
  limit: z.number().nullable(),
})
export type AuditSettings = z.infer<typeof auditSettingsSchema>

const three = z.object({ refuted: z.number(), benign: z.number(), unknown: z.number() })
export type Proofs = z.infer<typeof three>

export const totalsSchema = z.object({
  oracle: z.object({ solved: z.number(), unsolved: z.number(), rejected: z.number(), none: z.number() }),
  agreement: z.object({ agree: z.number(), differ: z.number() }),
  controls: z.array(
    z.object({
      name: z.string(),
      low: z.number(),
      high: z.number(),
      within: z.number(),
      outside: z.number(),
      least: z.number(),
      most: z.number(),
    }),
  ),
  nop: z.object({ refused: z.number(), solved: z.number() }),
  attacks: z.array(
    z.object({
      name: z.string(),
      applied: z.number(),
      /** As it is expected of this attack. */
      refused: z.number(),
      /** Not solved, but not rejected either where that was expected. */
      otherwise: z.number(),
      solved: z.number(),
    }),
  ),
  mutants: z.array(
    z.object({ kind: z.string(), judged: z.number(), invalid: z.number(), killed: three, survived: three }),
  ),
  /** Survived the ordinary check and refuted by proof. */
  escapes: z.number(),
  /** A check and a proof that contradict each other. */
  killedAndBenign: z.number(),
  /** Steps that the infrastructure kept from their end. */
  void: z.number(),
})
export type Totals = z.infer<typeof totalsSchema>

/** Why a task's judge cannot be trusted. */
export const distrustSchema = z.object({
  suite: z.string(),
  task: z.string(),
  what: z.enum(['oracle', 'differs', 'nop', 'attack', 'contradiction']),
  message: z.string(),
})
export type Distrust = z.infer<typeof distrustSchema>

export const auditReportSchema = z.object({
  schema: z.literal(auditVersion),
  directory: z.string(),
  settings: auditSettingsSchema,
  planned: z.number(),
  done: z.number(),
  /** True where every task was done and no judge gave a reason for distrust. */
  trusted: z.boolean(),
  distrust: z.array(distrustSchema),
  totals: totalsSchema,
  tasks: z.array(taskAuditSchema),
})
export type AuditReport = z.infer<typeof auditReportSchema>
