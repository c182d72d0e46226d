import { z } from 'zod'
import { UsageError } from '../../../core/errors.ts'
import { textOf } from '../../../core/files.ts'
import type { Brief } from '../../../core/task.ts'
import { briefSchema, type KernelsKey, problemPath } from '../key.ts'

/**
 * What an environment knows of a problem: what stands in the brief. It has the form of a key, so that what the judge
 * measures with can be used, and nothing of one: no further shapes, no solution. Throws `UsageError` (`broken-task`).
 */
export function problemIn(brief: Pick<Brief, 'files' | 'settings'>): KernelsKey {
  const problem = textOf(brief.files, problemPath)
  if (problem === undefined) throw new UsageError('broken-task', `the brief has no ${problemPath}`)
  const read = briefSchema.safeParse(brief.settings ?? {})
  if (!read.success) throw new UsageError('broken-task', `[brief]: ${z.prettifyError(read.error)}`)
  return { problem, shapes: [], solved: 'faster', solution: new Map(), ...read.data }
}
