import { lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parse } from 'smol-toml'
import { z } from 'zod'
import type { Domain } from './domain.ts'
import { messageOf, UsageError } from './errors.ts'
import { type FileSet, fileSet, textOf } from './files.ts'
import { limitsSchema, resourceLimitsSchema } from './limits.ts'
import { answerSpecSchema, feedbackPolicySchema, namePattern, type Task } from './task.ts'

/** Largest file that a task directory may hold, in bytes. */
const maxFileBytes = 64 * 1024 ** 2

const limitsTable = z.strictObject({
  wall_seconds: z.number().positive().optional(),
  turns: z.number().int().positive().optional(),
  tokens: z.number().int().positive().optional(),
  cost_usd: z.number().positive().optional(),
  memory_mb: z.number().int().positive().optional(),
  processes: z.number().int().positive().optional(),
  cpus: z.number().positive().optional(),
  cpu_seconds: z.number().positive().optional(),
  disk_mb: z.number().int().positive().optional(),
  output_kb: z.number().int().positive().optional(),
})

/** `task.toml`, strictly: a misspelt key is an error and not a silent default. */
const manifestSchema = z.strictObject({
  schema: z.literal(1),
  title: z.string().min(1),
  domain: z.string(),
  difficulty: z.enum(['easy', 'medium', 'hard']).optional(),
  tags: z.array(z.string()).default([]),
  answer: answerSpecSchema,
  feedback: feedbackPolicySchema.prefault({}),
  limits: limitsTable.prefault({}),
  origin: z.strictObject({ source: z.string(), licence: z.string(), url: z.string().optional() }),
  /** The domain's own settings for its judge. */
  key: z.record(z.string(), z.unknown()).default({}),
})
export type TaskManifest = z.infer<typeof manifestSchema>

/** Reads and checks `task.toml`. Throws `UsageError` (`broken-task`) that names the file and the key. */
export async function readManifest(directory: string): Promise<TaskManifest> {
  return readToml(join(directory, 'task.toml'), manifestSchema)
}

/**
 * A task in Touchstone's own form: `task.toml`, `instruction.md`, `environment/`, `solution/`, `tests/`
 * (docs/writing-a-task.md). Throws `UsageError` (`broken-task`) where something is missing or wrong.
 */
export async function readTask(
  directory: string,
  identity: { id: string; suite: string; version: string },
  domainOf: (name: string) => Promise<Domain>,
): Promise<Task> {
  const manifest = await readManifest(directory)
  const [texts, environment, tests, solution] = await Promise.all([
    readTree(directory, ['instruction.md']),
    readTree(join(directory, 'environment')),
    readTree(join(directory, 'tests')),
    readTree(join(directory, 'solution')),
  ])
  const instructions = textOf(texts, 'instruction.md')
  if (!instructions?.trim()) throw broken(directory, 'instruction.md is missing or empty')
  const domain = await domainOf(manifest.domain)
  try {
    return {
      id: identity.id,
      domain: domain.name,
      brief: {
        instructions,
        files: environment,
        answer: manifest.answer,
        limits: limitsOf(manifest.limits),
        feedback: manifest.feedback,
      },
      key: domain.readKey({ tests, solution, settings: manifest.key }),
      origin: {
        suite: identity.suite,
        source: manifest.origin.source,
        version: identity.version,
        licence: manifest.origin.licence,
      },
      errata: [],
    }
  } catch (thrown) {
    throw thrown instanceof UsageError ? broken(directory, thrown.message, thrown) : thrown
  }
}

/** Parses a TOML file against a schema. Throws `UsageError` (`broken-task`) that says where. */
export async function readToml<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let parsed: unknown
  try {
    parsed = parse(await readFile(path, 'utf8'))
  } catch (thrown) {
    throw broken(path, messageOf(thrown).split('\n')[0] ?? 'not TOML', thrown)
  }
  const checked = schema.safeParse(parsed)
  if (!checked.success) throw broken(path, z.prettifyError(checked.error))
  return checked.data
}

/**
 * The regular files under a directory, by relative path; empty where there is no such directory. Symbolic links and
 * special files are refused: a task directory may come from anywhere.
 */
export async function readTree(root: string, only?: readonly string[]): Promise<FileSet> {
  const found: [string, Uint8Array][] = []
  const visit = async (directory: string): Promise<void> => {
    const names = only ?? (await readdir(directory).catch(absent))
    for (const name of [...names].sort()) {
      const path = join(directory, name)
      const stat = await lstat(path).catch(() => undefined)
      if (!stat) continue
      if (stat.isDirectory()) await visit(path)
      else if (!stat.isFile()) throw broken(path, 'only regular files and directories may be in a task')
      else if (stat.size > maxFileBytes) throw broken(path, `larger than ${maxFileBytes} bytes`)
      else found.push([relative(root, path), await readFile(path)])
    }
  }
  await visit(root)
  return fileSet(found)
}

function absent(thrown: NodeJS.ErrnoException): string[] {
  if (thrown.code === 'ENOENT') return []
  throw broken(thrown.path ?? '', thrown.message, thrown)
}

function limitsOf(table: z.infer<typeof limitsTable>) {
  const mebi = 1024 ** 2
  const sandbox = {
    memoryBytes: table.memory_mb && table.memory_mb * mebi,
    processes: table.processes,
    cpus: table.cpus,
    cpuSeconds: table.cpu_seconds,
    diskBytes: table.disk_mb && table.disk_mb * mebi,
    fileBytes: table.disk_mb && table.disk_mb * mebi,
    outputBytes: table.output_kb && table.output_kb * 1024,
  }
  return limitsSchema.parse({
    wallSeconds: table.wall_seconds,
    turns: table.turns,
    tokens: table.tokens,
    costUsd: table.cost_usd,
    sandbox: resourceLimitsSchema.parse(sandbox),
  })
}

function broken(path: string, why: string, cause?: unknown): UsageError {
  const where = relative(process.cwd(), path)
  return new UsageError('broken-task', `${where.startsWith('..') ? path : where || '.'}: ${why}`, { cause })
}

/** Whether a name may be a task's or a suite's; it becomes part of file names. */
export function checkName(name: string, where: string): string {
  if (!namePattern.test(name))
    throw broken(where, `"${name}" may only have letters, digits, ".", "_" and "-"`)
  return name
}
