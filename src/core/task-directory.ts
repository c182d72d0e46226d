import type { Stats } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import type { Domain } from './domain.ts'
import { messageOf, UsageError } from './errors.ts'
import { type FileSet, fileSet } from './files.ts'
import { limitsSchema, resourceLimitsSchema } from './limits.ts'
import { type Service, serviceTableSchema } from './service.ts'
import { answerSpecSchema, feedbackPolicySchema, namePattern, settingsSchema, type Task } from './task.ts'

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
  /** What the environment and the agent may know besides the instructions, in the domain's own words. */
  brief: settingsSchema.optional(),
  /** Servers beside the agent's sandbox, by host name; their files are in `services/NAME/`. */
  services: z
    .record(z.string(), serviceTableSchema)
    .refine(
      (services) => Object.keys(services).every((name) => isServiceName(name)),
      'a service is called by its host name: lower-case letters, digits and "-", and not "agent" or "localhost" (a name with dots can be one of its aliases)',
    )
    .default({}),
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
  const tree = await readTree(directory, ['instruction.md', 'environment', 'services', 'tests', 'solution'])
  const part = (name: string) => partOf(tree, name, directory)
  const instructions = utf8(join(directory, 'instruction.md'), tree.get('instruction.md') ?? new Uint8Array())
  if (!instructions.trim()) throw broken(directory, 'instruction.md is missing or empty')
  try {
    const domain = await domainOf(manifest.domain)
    const services = servicesOf(manifest, part('services'), join(directory, 'services'))
    return {
      id: identity.id,
      domain: domain.name,
      brief: {
        instructions,
        files: part('environment'),
        answer: manifest.answer,
        limits: limitsOf(manifest.limits),
        feedback: manifest.feedback,
        ...(manifest.brief && { settings: manifest.brief }),
      },
      ...(services.length > 0 && { services }),
      key: domain.readKey({
        tests: part('tests'),
        solution: part('solution'),
        environment: part('environment'),
        settings: manifest.key,
        brief: manifest.brief ?? {},
        answer: manifest.answer,
      }),
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

function isServiceName(name: string): boolean {
  return /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) && name !== 'agent' && name !== 'localhost'
}

function servicesOf(manifest: TaskManifest, files: FileSet, directory: string): Service[] {
  const stray = [...files.keys()].find(
    (path) => !Object.hasOwn(manifest.services, path.split('/', 1)[0] ?? ''),
  )
  if (stray !== undefined)
    throw new UsageError('broken-task', `services/${stray} belongs to no [services.NAME] of task.toml`)
  return Object.entries(manifest.services).map(([name, table]) => {
    const own = [...files].filter(([path]) => path.startsWith(`${name}/`))
    const { plant, memory_mb, links, image, programs32, ...rest } = table
    if (image && !files.has(`${name}/${image.dockerfile}`))
      throw new UsageError(
        'broken-task',
        `services/${name} has no ${image.dockerfile} to build its image with`,
      )
    return {
      name,
      ...rest,
      plants: plant,
      ...(links && { links }),
      ...(programs32 && { programs32 }),
      // The image is built from them.
      files: fileSet(image ? [] : own.map(([path, bytes]) => [path.slice(name.length + 1), bytes] as const)),
      ...(image && { image: { directory: join(directory, name), dockerfile: image.dockerfile } }),
      ...(memory_mb && { memoryBytes: memory_mb * 1024 ** 2 }),
    }
  })
}

/** Parses a TOML file against a schema. Throws `UsageError` (`broken-task`) that says where. */
export async function readToml<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readRegular(path)
  if (!bytes) throw broken(path, 'there is no such file')
  const text = utf8(path, bytes)
  let parsed: unknown
  try {
    parsed = parse(text)
  } catch (thrown) {
    const line = thrown instanceof TomlError ? `line ${thrown.line}: ` : ''
    throw broken(path, `${line}${messageOf(thrown).split('\n')[0]}`, thrown)
  }
  const checked = schema.safeParse(parsed)
  if (!checked.success) throw broken(path, z.prettifyError(checked.error))
  return checked.data
}

/**
 * The regular files under a directory, by relative path; empty where there is no such directory. Symbolic links and
 * special files are refused: a task directory may come from anywhere. The root itself is the caller's to trust.
 */
export async function readTree(root: string, only?: readonly string[]): Promise<FileSet> {
  const found: [string, Uint8Array][] = []
  const visit = async (directory: string, names: readonly string[]): Promise<void> => {
    for (const name of [...names].sort()) {
      const path = join(directory, name)
      if ((await statOf(path))?.isDirectory()) await visit(path, await readdir(path))
      else {
        const bytes = await readRegular(path)
        if (bytes) found.push([relative(root, path), bytes])
      }
    }
  }
  try {
    await visit(root, only ?? (await readdir(root)))
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown
    const { code, path = root, message } = thrown as NodeJS.ErrnoException
    if (code !== 'ENOENT' || path !== root) throw broken(path, message, thrown)
  }
  return fileSet(found)
}

/** The files of one of a task's directories, by their paths in it. */
function partOf(tree: FileSet, name: string, directory: string): FileSet {
  if (tree.has(name)) throw broken(join(directory, name), 'is a file and should be a directory')
  const inside = [...tree].filter(([path]) => path.startsWith(`${name}/`))
  return fileSet(inside.map(([path, bytes]) => [path.slice(name.length + 1), bytes] as const))
}

/** The bytes of a regular file, or undefined where there is nothing. */
async function readRegular(path: string): Promise<Uint8Array | undefined> {
  const stat = await statOf(path)
  if (!stat) return undefined
  if (!stat.isFile()) throw broken(path, 'only regular files and directories may be in a task')
  if (stat.size > maxFileBytes) throw broken(path, `larger than ${maxFileBytes} bytes`)
  try {
    return await readFile(path)
  } catch (thrown) {
    throw broken(path, messageOf(thrown), thrown)
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw broken(path, messageOf(thrown), thrown)
  }
}

function utf8(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (thrown) {
    throw broken(path, 'is not UTF-8 text', thrown)
  }
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
