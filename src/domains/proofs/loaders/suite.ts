import { createHash } from 'node:crypto'
import { UsageError } from '../../../core/errors.ts'
import type { Origin, Suite, Task, UnavailableTask } from '../../../core/task.ts'
import type { ProofsKey } from '../key.ts'
import type { Left } from './tree.ts'

/** A theorem that a loader found. */
export interface Found {
  /** Any text; the task's id is made of it. */
  readonly id: string
  readonly title: string
  readonly category?: string
  /** Throws `UsageError` (`broken-task`). */
  task(id: string, origin: Origin): Promise<Task<ProofsKey>>
}

export interface About {
  readonly name: string
  readonly title: string
  readonly licence: string
  readonly source: string
  /** Of all that was read. */
  readonly digest: string
}

/** A suite of what was found. What was left out stands in it with the reasons. Throws `UsageError` (`no-tasks`). */
export function suiteOf(
  about: About,
  found: readonly Found[],
  unavailable: readonly UnavailableTask[],
): Suite {
  if (found.length === 0)
    throw new UsageError('no-tasks', `${about.source} has no theorem to be proved${counted(unavailable)}`)
  const version = `sha256-${about.digest.slice(0, 12)}`
  const origin = { suite: about.name, source: about.source, version, licence: about.licence }
  const taken = new Set<string>()
  const tasks = found.map(({ id: said, title, category, task }) => {
    const id = unique(nameOf(said), taken)
    return { id, title, ...(category !== undefined && { category }), load: () => task(id, origin) }
  })
  return {
    name: about.name,
    version,
    description: `${about.title}: ${tasks.length} theorems${counted(unavailable)}`,
    licence: about.licence,
    source: about.source,
    tasks,
    unavailable: unavailable.map((each) => ({ ...each, id: unique(nameOf(each.id), taken) })),
  }
}

/** A file that was not read, as something that cannot be tried. */
export const leftOut = ({ path, kind, why }: Left): UnavailableTask => ({
  id: path,
  kind,
  why: `${path}: ${why}`,
})

function counted(unavailable: readonly UnavailableTask[]): string {
  if (unavailable.length === 0) return ''
  const kinds = Map.groupBy(unavailable, ({ kind }) => kind)
  const reasons = [...kinds].map(([kind, list]) => `${list.length} ${kind}`).join(', ')
  return `; ${unavailable.length} left out (${reasons})`
}

/** A name for files out of whatever a benchmark calls it. What is too long ends in a digest. */
export function nameOf(said: string): string {
  const plain = said.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'unnamed'
  if (plain.length <= 120) return plain
  return `${plain.slice(0, 110)}-${createHash('sha256').update(said).digest('hex').slice(0, 8)}`
}

function unique(name: string, taken: Set<string>): string {
  let [unused, count] = [name, 1]
  while (taken.has(unused)) unused = `${name}-${++count}`
  taken.add(unused)
  return unused
}
