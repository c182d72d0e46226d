import { z } from 'zod'
import { isPath } from '../../core/files.ts'
import { plantSchema, readySchema } from '../../core/service.ts'

const path = () => z.string().refine(isPath, 'is not a path inside the directory')

/** A file of the task: out of the challenge (`dist.zip!/chall` out of one of its archives), or a text written by the forge. */
export const fileSourceSchema = z.union([
  z.strictObject({ path: path(), from: z.string().min(1).max(4000) }),
  z.strictObject({ path: path(), text: z.string().max(64 * 1024) }),
])
export type FileSource = z.infer<typeof fileSourceSchema>

/** Something that was decided. `confidence` in [0, 1]: how often such a decision is right, as far as was seen. */
export const decisionSchema = z.strictObject({
  what: z.enum(['kind', 'program', 'transport', 'port', 'libraries', 'flag', 'players', 'solver']),
  choice: z.string(),
  why: z.string(),
  confidence: z.number().min(0).max(1),
})
export type Decision = z.infer<typeof decisionSchema>

/** How the service runs: what a model may change where it does not come up. */
export const servicePlanSchema = z.strictObject({
  /** Its host name, as the challenge's texts say it where they do. */
  name: z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/),
  port: z.number().int().min(1).max(65535),
  /** `stdin`: a program that socat starts for each connection; else it listens itself. */
  transport: z.enum(['stdin', 'socket', 'http']),
  /** The path of what is served, in the service's files. */
  program: path(),
  /** What runs in the service's work directory, which `/challenge` leads to. */
  command: z.array(z.string().max(4096)).min(1).max(50),
  files: z.array(fileSourceSchema).max(5000),
  /** See `Service.links`. */
  links: z.record(z.string(), z.string()),
  env: z.record(z.string(), z.string()),
  ready: readySchema,
  plants: z.array(plantSchema).min(1).max(10),
  /** Debian packages that a machine needs for it, for the Dockerfile and for the message where something is missing. */
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.:-]+$/)).max(60),
  /** Whether a program of 32 bits is among them. */
  programs32: z.boolean().default(false),
  memoryMb: z.number().int().positive().max(4096),
})
export type ServicePlan = z.infer<typeof servicePlanSchema>

/** How the judge will know the flag. */
export const flagPlanSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fresh'), format: z.string() }),
  z.strictObject({ kind: z.literal('sha256'), digest: z.string() }),
  z.strictObject({ kind: z.literal('static'), value: z.string() }),
  z.strictObject({
    kind: z.literal('checker'),
    from: z.string(),
    command: z.array(z.string()),
    accepts: z.string(),
    refuses: z.string(),
  }),
])

/** What becomes of one challenge. */
export const planSchema = z.strictObject({
  title: z.string().min(1).max(300),
  category: z.string(),
  competition: z.string(),
  /** Written for the player: no path of the platform, no word on how it is served. */
  instructions: z.string().min(1),
  /** What the player's work directory starts with. */
  players: z.array(fileSourceSchema).max(5000),
  /** Absent where the player needs nothing but files. */
  service: servicePlanSchema.optional(),
  flag: flagPlanSchema,
  /** Files below `solution/`, and what runs in the player's sandbox, where they are below `.solver/`. */
  solver: z
    .strictObject({ files: z.array(fileSourceSchema).min(1).max(50), command: z.array(z.string()).min(1) })
    .optional(),
  decisions: z.array(decisionSchema).max(40),
})
export type Plan = z.infer<typeof planSchema>
