import { readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAtomically } from '../../core/atomic.ts'
import type { Mutant, MutantReport } from '../../core/domain.ts'
import { messageOf, UsageError } from '../../core/errors.ts'
import { toBytes } from '../../core/files.ts'
import {
  type AuditSettings,
  auditSettingsSchema,
  auditVersion,
  type EvidenceFile,
  type TaskAudit,
  taskAuditSchema,
} from './schema.ts'

/** Where things are in an audit's directory. */
export function auditFiles(directory: string) {
  return {
    settings: join(directory, 'settings.json'),
    /** One line for each task that is done; the last of a task counts. */
    tasks: join(directory, 'tasks.jsonl'),
    lock: join(directory, 'lock'),
    report: join(directory, 'audit.json'),
    page: join(directory, 'audit.html'),
  }
}

/** Undefined where the directory has none. Throws `UsageError` (`broken-audit`, `newer-audit`). */
export async function readSettings(directory: string): Promise<AuditSettings | undefined> {
  const path = auditFiles(directory).settings
  const text = await readIfAny(path)
  if (text === undefined) return undefined
  const value = parsedJson(path, text)
  const { schema } = (value ?? {}) as { schema?: unknown }
  if (typeof schema === 'number' && schema > auditVersion)
    throw new UsageError(
      'newer-audit',
      `${path} has schema ${schema}; this Touchstone reads up to ${auditVersion}. Install a newer Touchstone`,
    )
  const result = auditSettingsSchema.safeParse(value)
  if (result.success) return result.data
  throw new UsageError(
    'broken-audit',
    `${path} is not an audit's: ${z.prettifyError(result.error)}. Name a new directory with --out`,
  )
}

export async function writeSettings(directory: string, settings: AuditSettings): Promise<void> {
  await writeAtomically(auditFiles(directory).settings, `${JSON.stringify(settings, null, 2)}\n`)
}

/**
 * The tasks that are done, the last line of each. What a killed audit left of a line at the end is cut off, so that
 * the next line stands alone. Throws `UsageError` (`broken-audit`).
 */
export async function readTasks(directory: string): Promise<TaskAudit[]> {
  const path = auditFiles(directory).tasks
  const text = await readIfAny(path)
  if (text === undefined) return []
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole))
  const last = new Map<string, TaskAudit>()
  for (const [index, line] of whole.split('\n').entries()) {
    if (line === '') continue
    const result = taskAuditSchema.safeParse(parsedJson(`${path}, line ${index + 1}`, line))
    if (!result.success)
      throw new UsageError(
        'broken-audit',
        `${path}, line ${index + 1} is not a task's audit: ${z.prettifyError(result.error)}. Remove the line to have the task audited again`,
      )
    last.set(taskKey(result.data), result.data)
  }
  return [...last.values()]
}

export function taskKey({ suite, task }: { suite: string; task: string }): string {
  return `${suite}/${task}`
}

/**
 * Keeps the evidence of a mutant and the mutant itself, under names that are safe whatever the suite calls itself.
 * They are there before the line that names them. Throws `InfrastructureError` (`cannot-write`).
 */
export async function keepEvidence(
  directory: string,
  suite: string,
  task: string,
  mutant: Mutant,
  { evidence }: MutantReport,
): Promise<EvidenceFile[]> {
  const folder = join('evidence', ...[suite, task, mutant.name].map(safeName))
  const kept: EvidenceFile[] = []
  for (const [index, { name, mediaType, content }] of evidence.entries()) {
    const twice = evidence.findIndex((other) => safeName(other.name) === safeName(name)) !== index
    const path = join(folder, twice ? `${index}-${safeName(name)}` : safeName(name))
    await writeAtomically(join(directory, path), content)
    kept.push({ name, mediaType, path, bytes: content.byteLength })
  }
  const { submission } = mutant
  const files =
    submission.kind === 'text' ? new Map([['submission.txt', toBytes(submission.text)]]) : submission.files
  for (const [path, content] of files)
    await writeAtomically(join(directory, folder, 'submission', path), content)
  return kept
}

function safeName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 120) || '_'
  )
}

async function readIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError('broken-audit', `cannot read ${path}: ${code}`, { cause: thrown })
  }
}

function parsedJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new UsageError('broken-audit', `${where} is not JSON: ${messageOf(thrown)}`)
  }
}
