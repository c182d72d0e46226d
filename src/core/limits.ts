import { z } from 'zod'

/** What one sandbox may use. Which mechanism holds each limit depends on the back end; `touchstone doctor` says. */
export const resourceLimitsSchema = z.object({
  /** Memory of all processes together, files in the work directory included (they are kept in memory). */
  memoryBytes: z
    .number()
    .int()
    .positive()
    .default(1024 ** 3),
  /** Processes and threads alive at once. */
  processes: z.number().int().positive().default(128),
  /** Processor share: 1 is one core's worth. */
  cpus: z.number().positive().default(1),
  /** Processor time of all processes together over the sandbox's life, in seconds. */
  cpuSeconds: z.number().positive().default(600),
  /** Total size of the work directory. */
  diskBytes: z
    .number()
    .int()
    .positive()
    .default(256 * 1024 ** 2),
  /** Largest single file. */
  fileBytes: z
    .number()
    .int()
    .positive()
    .default(256 * 1024 ** 2),
  /** Output of one command that is kept, stdout and stderr each; the rest is counted and dropped. */
  outputBytes: z
    .number()
    .int()
    .positive()
    .default(1024 ** 2),
})
export type ResourceLimits = z.infer<typeof resourceLimitsSchema>

/** What one trial may use. Reaching any of these ends the trial with that reason. */
export const limitsSchema = z.object({
  /** Wall time of the agent's part of the trial, in seconds. Judging has its own time. */
  wallSeconds: z.number().positive().default(600),
  /** Model requests. */
  turns: z.number().int().positive().default(50),
  /** Input and output tokens of all model requests together. */
  tokens: z.number().int().positive().default(1_000_000),
  /** Model cost in US dollars. */
  costUsd: z.number().positive().default(5),
  sandbox: resourceLimitsSchema.prefault({}),
})
export type Limits = z.infer<typeof limitsSchema>
