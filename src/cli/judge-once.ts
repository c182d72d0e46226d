import { UsageError } from '../core/errors.ts'
import { judgeAlone } from '../core/judging.ts'
import { seedOf } from '../core/seed.ts'
import type { Verdict } from '../core/verdict.ts'
import { domainOf } from '../domains/registry.ts'
import { openSuite } from '../domains/suites.ts'
import { bubblewrap, openLab } from '../sandbox/index.ts'
import { interruption } from './interruption.ts'
import { readSubmission } from './read-submission.ts'
import { loadOptionsOf, type SuiteFlags } from './suite-options.ts'

/** Judges one submission from disk. Throws `UsageError` (`unknown-task` and what suites and submissions throw). */
export async function judgeOnce(name: string, flags: SuiteFlags & { submission: string }): Promise<Verdict> {
  const slash = name.lastIndexOf('/')
  if (slash < 1)
    throw new UsageError('unknown-task', `"${name}" is not SUITE/TASK, such as hardware-basics/fifo`)
  const options = loadOptionsOf(flags)
  const suite = await openSuite(name.slice(0, slash), options)
  const id = name.slice(slash + 1)
  const entry = suite.tasks.find((task) => task.id === id)
  if (!entry) {
    const near = suite.tasks.filter((task) => task.id.includes(id)).map((task) => task.id)
    const hint = near.length > 0 ? `; near it: ${near.slice(0, 5).join(', ')}` : ''
    throw new UsageError(
      'unknown-task',
      `${suite.name} has no task "${id}"${hint} (touchstone suites ${suite.name})`,
    )
  }
  const task = await entry.load()
  const submission = await readSubmission(flags.submission, task.brief.answer)
  const domain = await domainOf(task.domain)
  await using backend = await bubblewrap()
  return await judgeAlone(
    {
      task,
      domain,
      seed: seedOf(suite.name, task.id),
      signal: interruption().signal,
      openLab: (seed, signal) => openLab(backend, { seed, signal }),
    },
    submission,
  )
}
