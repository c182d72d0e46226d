import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeAtomically } from '../core/atomic.ts'
import { UsageError } from '../core/errors.ts'
import { feedbackOverrideSchema } from '../core/task.ts'
import { filesOf } from './layout.ts'
import { type Plan, sizeOfPlan, tasksOf } from './plan.ts'

/** The manifest's schema version. A newer one is refused. */
export const manifestVersion = 1

/** One time that the run was under way: the first, and one more for every resume. */
export const sittingSchema = z.object({
  /** ISO 8601. */
  startedAt: z.string(),
  /** Null where it was killed, or is under way. */
  endedAt: z.string().nullable(),
  ended: z.enum(['complete', 'interrupted', 'failed']).nullable(),
  commandLine: z.array(z.string()),
  touchstone: z.string(),
  node: z.string(),
  host: z.string(),
  pid: z.number(),
  /** Versions of the external programs, by name. */
  tools: z.record(z.string(), z.string()),
  /** The sandbox back end, and what is in force in it. */
  backend: z.object({ name: z.string(), facts: z.record(z.string(), z.string()) }),
})
export type Sitting = z.infer<typeof sittingSchema>

export const manifestSchema = z.object({
  schema: z.number(),
  createdAt: z.string(),
  /** What the command line asked for, so that `resume` can ask for it again. */
  options: z.record(z.string(), z.json()),
  seed: z.string(),
  suites: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      licence: z.string(),
      source: z.string(),
      description: z.string(),
      protocol: z.string(),
      /** Tasks that the run takes of it. */
      tasks: z.number(),
    }),
  ),
  pairings: z.array(z.object({ agent: z.string(), model: z.string().nullable() })),
  samples: z.number().int().min(1).max(1_000_000),
  task: z.string().nullable(),
  limit: z.number().nullable(),
  /** Limits that replace the tasks' own. */
  limits: z.record(z.string(), z.json()),
  /** What replaces parts of the tasks' own policy. */
  feedback: feedbackOverrideSchema.nullable(),
  /** Planned trials. */
  trials: z.number(),
  sittings: z.array(sittingSchema),
})
export type Manifest = z.infer<typeof manifestSchema>

/** The manifest of a plan that nothing was done of yet. */
export function manifestOf(plan: Plan, options: Manifest['options']): Manifest {
  return {
    schema: manifestVersion,
    createdAt: new Date().toISOString(),
    options,
    seed: plan.seed,
    suites: plan.suites.map(({ suite, protocol }) => ({
      name: suite.name,
      version: suite.version,
      licence: suite.licence,
      source: suite.source,
      description: suite.description,
      protocol,
      tasks: tasksOf(plan, suite).length,
    })),
    pairings: plan.pairings.map(({ agent, model }) => ({ agent, model })),
    samples: plan.samples,
    task: plan.task,
    limit: plan.limit,
    limits: JSON.parse(JSON.stringify(plan.limits)),
    feedback: plan.feedback,
    trials: sizeOfPlan(plan),
    sittings: [],
  }
}

/** Undefined where the directory has none. Throws `UsageError` (`broken-manifest`, `newer-run`). */
export async function readManifestIfAny(directory: string): Promise<Manifest | undefined> {
  const path = filesOf(directory).manifest
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError('broken-manifest', `cannot read ${path}: ${code}`, { cause: thrown })
  }
  return parsed(path, text)
}

/** The manifest of a run. Throws `UsageError` (`not-a-run`, `broken-manifest`, `newer-run`). */
export async function readManifest(directory: string): Promise<Manifest> {
  const manifest = await readManifestIfAny(directory)
  if (manifest) return manifest
  throw new UsageError(
    'not-a-run',
    `${directory} is not a run: it has no manifest.json. Name a directory that touchstone run wrote`,
  )
}

/** Throws `InfrastructureError` (`cannot-write`). */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeAtomically(filesOf(directory).manifest, `${JSON.stringify(manifest, null, 2)}\n`)
}

function parsed(path: string, text: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw new UsageError('broken-manifest', `${path} is not JSON: ${(thrown as Error).message}`)
  }
  const { schema } = (value ?? {}) as { schema?: unknown }
  if (typeof schema === 'number' && schema > manifestVersion) {
    throw new UsageError(
      'newer-run',
      `${path} has schema ${schema}; this Touchstone reads up to ${manifestVersion}. Install a newer Touchstone`,
    )
  }
  const result = manifestSchema.safeParse(value)
  if (result.success) return result.data
  throw new UsageError('broken-manifest', `${path} is not a manifest: ${z.prettifyError(result.error)}`)
}

/**
 * Whether a plan goes on with the run of this manifest. Throws `UsageError`: `another-run` where it plans something
 * else, `suite-changed` where a suite has another version now (unless `force`).
 */
export function checkSameRun(directory: string, before: Manifest, now: Manifest, force = false): void {
  const kept = ['seed', 'pairings', 'samples', 'task', 'limit', 'limits', 'feedback'] as const
  const differs: string[] = kept.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
  const suites = (manifest: Manifest) =>
    JSON.stringify(manifest.suites.map(({ name, protocol }) => [name, protocol]))
  if (suites(before) !== suites(now)) differs.push('suites')
  if (differs.length > 0) {
    throw new UsageError(
      'another-run',
      `${directory} holds a run with other ${differs.join(', ')}. Resume it as it was, or name another directory`,
    )
  }
  for (const [index, suite] of now.suites.entries()) {
    const { version } = before.suites[index]!
    if (version === suite.version || force) continue
    throw new UsageError(
      'suite-changed',
      `the suite ${suite.name} is version ${suite.version} now and was ${version} when ${directory} began: results would not be comparable. Restore it, or resume with --force`,
    )
  }
}
