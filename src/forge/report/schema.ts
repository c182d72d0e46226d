import { z } from 'zod'
import { recordSchema, repairSchema } from '../engine/record.ts'
import { settingsSchema } from '../engine/settings.ts'
import { stages } from '../source.ts'

/** The version of a forge's report. */
export const reportVersion = 1

const stageSchema = z.enum(stages)

const countSchema = z.object({
  /** With a service. */
  live: z.number(),
  /** Without one. */
  static: z.number(),
  /** Fallen before that was known. */
  unknown: z.number(),
})

/** A decision, where a source's plan has some. `confidence` in [0, 1]. */
export const decisionSchema = z.object({
  what: z.string(),
  choice: z.string(),
  why: z.string(),
  confidence: z.number(),
})
export type ShownDecision = z.infer<typeof decisionSchema>

export const itemSchema = recordSchema
  .pick({
    id: true,
    path: true,
    category: true,
    reached: true,
    live: true,
    fallen: true,
    void: true,
    proof: true,
    audit: true,
    files: true,
    bytes: true,
    seconds: true,
  })
  .extend({
    /** `open`: not done yet. */
    outcome: z.enum(['proved', 'written', 'fallen', 'void', 'open']),
    /** Of the plan that was proved, or that failed last. */
    decisions: z.array(decisionSchema),
    repairs: z.array(repairSchema),
  })
export type ReportItem = z.infer<typeof itemSchema>

export const categorySchema = z.object({
  category: z.string(),
  found: z.number(),
  /** By the stage that was reached, those that went further included. */
  reached: z.record(stageSchema, countSchema),
  proved: z.number(),
  fallen: z.number(),
  void: z.number(),
  open: z.number(),
})
export type CategoryRow = z.infer<typeof categorySchema>

export const reasonSchema = z.object({
  /** `fallen` or `void`. */
  outcome: z.enum(['fallen', 'void']),
  /** The stage that was not reached. */
  stage: stageSchema,
  /** The kind of a fall, the code of an infrastructure failure. */
  kind: z.string(),
  count: z.number(),
  live: z.number(),
  /** Of different messages first. */
  examples: z.array(z.object({ id: z.string(), message: z.string() })),
})
export type ReasonRow = z.infer<typeof reasonSchema>

/** What `touchstone forge report --json` prints, and `.forge/report.json` holds. */
export const forgeReportSchema = z.object({
  schema: z.literal(reportVersion),
  directory: z.string(),
  settings: settingsSchema,
  /** Of the material. */
  found: z.number(),
  /** Not done yet, or not asked for. */
  open: z.number(),
  /** Tasks of the suite. */
  proved: z.object({ live: z.number(), static: z.number() }),
  /** Of these tasks, those whose proof knew no right flag: only that wrong ones are refused was seen. */
  unseenRight: z.object({ digest: z.number(), checker: z.number() }),
  void: z.number(),
  /** Stage after stage. `fell` did not reach it, having reached the one before. */
  funnel: z.array(z.object({ stage: stageSchema, reached: countSchema, fell: z.number() })),
  categories: z.array(categorySchema),
  /** The most frequent first. */
  reasons: z.array(reasonSchema),
  repairs: z.object({
    /** Items that a model was asked about, and those of them that are proved now. */
    items: z.number(),
    proved: z.number(),
    requests: z.number(),
    costUsd: z.number(),
    costKnown: z.boolean(),
  }),
  /** Wall time of each step over all items, in seconds. */
  seconds: recordSchema.shape.seconds,
  items: z.array(itemSchema),
})
export type ForgeReport = z.infer<typeof forgeReportSchema>
