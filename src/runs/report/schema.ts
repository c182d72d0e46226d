import { z } from 'zod'
import { feedbackPolicySchema } from '../../core/task.ts'
import { manifestSchema } from '../manifest.ts'
import { triedSchema } from '../results.ts'

export const estimateSchema = z.object({
  mean: z.number(),
  low: z.number(),
  high: z.number(),
  method: z.enum(['bootstrap', 'exact']),
  resamples: z.number(),
})

const countSchema = z.record(z.string(), z.number())

/** How a figure is spread over many trials. */
export const spreadSchema = z.object({
  min: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  p95: z.number(),
  max: z.number(),
})
export type Spread = z.infer<typeof spreadSchema>

/** See `Speedups`. */
export const speedupsSchema = z.object({
  fast: z.array(z.object({ p: z.number(), estimate: estimateSchema })),
  geometricMean: estimateSchema.nullable(),
  tasks: z.number(),
  tasksCorrect: z.number(),
})

/** What the trials of a group have tried on the way, where their agents tell: see `Account`. */
export const effortSchema = z.object({
  /** Trials that told of candidates. */
  trials: z.number(),
  candidates: z.number(),
  machineSeconds: z.number(),
})

/** One agent, with one model, on one suite. */
export const groupSchema = z.object({
  suite: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  domain: z.string(),
  suiteVersions: z.array(z.string()),
  protocol: z.string(),
  /** Corrections to published tasks that were applied, over all its trials. */
  errata: z.array(z.string()),
  /** Every policy under which its trials ran; more than one means that the scores do not compare. */
  feedback: z.array(feedbackPolicySchema),
  planned: z.number(),
  judged: z.number(),
  solved: z.number(),
  unsolved: z.number(),
  rejected: z.number(),
  void: z.number(),
  /** Planned and neither judged nor void: not begun, under way, or cut off. */
  open: z.number(),
  /** Mean score of the judged trials; null without any. */
  score: z.number().nullable(),
  /** `limit:turns` where a limit ended the agent's part, else the verdict's reason. */
  unsolvedBy: countSchema,
  rejectedBy: countSchema,
  voidBy: countSchema,
  /** Of those, the ones that another attempt cannot mend: a broken task, a missing program or image. */
  voidForGoodBy: countSchema,
  /** Solved although a limit had ended the agent's part, by limit. */
  solvedAtLimit: countSchema,
  tasks: z.number(),
  tasksSolved: z.number(),
  passAtK: z.array(
    z.object({
      k: z.number(),
      /** Tasks with at least k judged samples; the others say nothing about it. */
      tasks: z.number(),
      estimate: estimateSchema.nullable(),
    }),
  ),
  /** Of all attempts, those that were void or cut off too. */
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
  /** False where some reply had no price: the cost is then a lower bound. */
  costKnown: z.boolean(),
  /** Of judged trials; null without any. */
  agentSeconds: spreadSchema.nullable(),
  judgeSeconds: spreadSchema.nullable(),
  costPerTrial: spreadSchema.nullable(),
  /** Null where no judge of the suite has measured speed. */
  speedups: speedupsSchema.nullable(),
  /** Null where no trial told of candidates. */
  effort: effortSchema.nullable(),
})
export type Group = z.infer<typeof groupSchema>

/** One row of the list of trials. */
export const trialRowSchema = z.object({
  id: z.string(),
  /** Its journal, relative to the run directory. */
  journal: z.string(),
  suite: z.string(),
  task: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  sample: z.number(),
  outcome: z.enum(['solved', 'unsolved', 'rejected', 'void']),
  reason: z.string(),
  score: z.number().nullable(),
  turns: z.number(),
  tokens: z.number(),
  costUsd: z.number(),
  costKnown: z.boolean(),
  agentSeconds: z.number(),
  judgeSeconds: z.number(),
  /** What the agent tried on the way, where it tells. */
  tried: triedSchema.optional(),
})
export type TrialRow = z.infer<typeof trialRowSchema>

export const reportSchema = z.object({
  /** Grows when a field changes its meaning. */
  schema: z.literal(1),
  directory: z.string(),
  manifest: manifestSchema,
  planned: z.number(),
  judged: z.number(),
  void: z.number(),
  open: z.number(),
  groups: z.array(groupSchema),
  /** The first trials of the run; `trialsLeftOut` counts the others. */
  trials: z.array(trialRowSchema),
  trialsLeftOut: z.number(),
  /** Journals that cannot be read, in words. */
  problems: z.array(z.string()),
  /** How the intervals were made, in words. */
  intervals: z.string(),
})
export type Report = z.infer<typeof reportSchema>
