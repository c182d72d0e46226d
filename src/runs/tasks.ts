import type { Domain } from '../core/domain.ts'
import type { Task, TaskEntry } from '../core/task.ts'
import { type Plan, tasksOf, withOverrides } from './plan.ts'

/** How many loaded tasks are kept: the trials of one task follow one another. */
const keptTasks = 32

/** Loads tasks, each once for all its trials as long as they follow one another. */
export class TaskShelf {
  readonly #plan: Plan
  readonly #kept = new Map<TaskEntry, Promise<Task>>()

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /** Throws `UsageError` where the task's files are broken. */
  load(entry: TaskEntry): Promise<Task> {
    const known = this.#kept.get(entry)
    if (known) return known
    const loading = entry.load().then((task) => withOverrides(this.#plan, task))
    this.#kept.set(entry, loading)
    loading.catch(() => this.#kept.delete(entry))
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptTasks) break
      this.#kept.delete(oldest)
    }
    return loading
  }
}

/**
 * Loads every task once, and the domains they name, so that a broken file is told before anything runs and not
 * hours later. Throws `UsageError`.
 */
export async function checkTasks(
  plan: Plan,
  domainOf: (name: string) => Promise<Domain> | Domain,
): Promise<void> {
  const entries = plan.suites.flatMap(({ suite }) => tasksOf(plan, suite))
  const domains = new Set<string>()
  let next = 0
  const check = async () => {
    for (let entry = entries[next++]; entry; entry = entries[next++]) {
      const { domain } = await entry.load()
      if (domains.has(domain)) continue
      domains.add(domain)
      await domainOf(domain)
    }
  }
  await Promise.all(Array.from({ length: 8 }, check))
}
