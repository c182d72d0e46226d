import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, UsageError } from '../../../core/errors.ts'
import { textOf } from '../../../core/files.ts'
import { readTree } from '../../../core/task-directory.ts'

/** A problem as it stands on the disk. */
export interface Problem {
  /** `level1-19_ReLU`. */
  readonly id: string
  /** `ReLU`. */
  readonly title: string
  /** Null where the directory does not say. */
  readonly level: number | null
  readonly source: string
}

/**
 * The problems of a KernelBench checkout (`KernelBench/level1` and so on, or the levels themselves), of one level's
 * directory, or of any directory of problems in that form. `level` chooses one. Throws `UsageError` (`no-suite`,
 * `not-kernelbench`, `unknown-variant`).
 */
export async function problemsIn(directory: string, level: number | null): Promise<Problem[]> {
  const inside = (await listing(directory)).includes('KernelBench')
    ? join(directory, 'KernelBench')
    : directory
  const names = await listing(inside)
  const levels = names.filter((name) => /^level\d$/.test(name))
  if (levels.length === 0) {
    const own = /(?:^|\/)level(\d)\/*$/.exec(inside)?.[1]
    const problems = await readProblems(inside, names, own === undefined ? null : Number(own))
    if (problems.length > 0 && (level === null || level === Number(own))) return problems
    if (problems.length > 0) throw new UsageError('unknown-variant', `${directory} is not level ${level}`)
    throw new UsageError(
      'not-kernelbench',
      `${directory} has neither level1 … level4 nor NUMBER_name.py; give a checkout of KernelBench or one of its levels`,
    )
  }
  const wanted = levels.filter((name) => level === null || name === `level${level}`)
  if (wanted.length === 0)
    throw new UsageError('unknown-variant', `${inside} has ${levels.join(', ')} and no level${level}`)
  const read = wanted.map(async (name) => {
    const at = join(inside, name)
    return readProblems(at, await listing(at), Number(name.slice('level'.length)))
  })
  return (await Promise.all(read)).flat()
}

async function readProblems(
  directory: string,
  names: readonly string[],
  level: number | null,
): Promise<Problem[]> {
  const wanted = names.filter((name) => /^\d+_[^/]*\.py$/.test(name))
  const files = await readTree(directory, wanted)
  return wanted
    .map((name) => {
      const plain = name.slice(0, -'.py'.length).replace(/[^A-Za-z0-9._-]+/g, '_')
      return {
        id: (level === null ? plain : `level${level}-${plain}`).slice(0, 128),
        title: plain.replace(/^\d+_/, '').replaceAll('_', ' ').trim(),
        level,
        source: textOf(files, name) ?? '',
        number: Number.parseInt(name, 10),
      }
    })
    .sort((a, b) => a.number - b.number || (a.id < b.id ? -1 : 1))
}

/** A digest of all problems' names and texts. */
export function versionOf(problems: readonly Problem[]): string {
  const hash = createHash('sha256')
  for (const { id, source } of problems) hash.update(`${id}\0${source}\0`)
  return `sha256-${hash.digest('hex').slice(0, 12)}`
}

async function listing(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (thrown) {
    throw new UsageError('no-suite', `${directory} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}
