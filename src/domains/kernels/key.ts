import { z } from 'zod'
import type { TaskParts } from '../../core/domain.ts'
import { UsageError } from '../../core/errors.ts'
import { type FileSet, textOf } from '../../core/files.ts'

/** The problem as the agent has it: `Model`, `get_inputs`, `get_init_inputs`, as KernelBench writes them. */
export const problemPath = 'problem.py'
/** What the agent hands in: `ModelNew` in Python, with sources that it compiles if it likes. */
export const answerPaths = ['model_new.py', 'kernel.cpp', 'kernel.cu'] as const

/** Values for names that the problem binds to a number at its top level: `{ N: 512 }`. */
export type Constants = Readonly<Record<string, number>>

/** A problem that was made smaller: what it said, what is run instead, and why. */
export interface Scaling {
  readonly published: Constants
  readonly run: Constants
  /** In words: `137.4 GFLOP and 201.3 MB are more than 2.0 GFLOP and 64.0 MB`. */
  readonly reason: string
}

/** All that the judge knows of a problem. Inputs and weights are drawn for each judgement. */
export interface KernelsKey {
  /** Python source that defines `Model`, `get_inputs` and `get_init_inputs`, with the constants that are run. */
  readonly problem: string
  /** Further shapes that an answer has to work for: the problem with these constants. The brief says that there are some. */
  readonly shapes: readonly Constants[]
  readonly scaling?: Scaling
  readonly device: 'cpu' | 'cuda'
  /** Threads that both sides may use; 1 is timed by processor time, more by wall time. */
  readonly threads: number
  /**
   * `faster`: solved is correct and certainly faster than eager. `correct`: solved is correct, whatever its speed, which
   * is a metric.
   */
  readonly solved: 'faster' | 'correct'
  /** `forbidden`: the operators that do the problem's work have to be the answer's own. */
  readonly library: 'allowed' | 'forbidden'
  /** What the oracle hands in; the problem's own `Model` under another name where absent. */
  readonly solution: FileSet
}

const constantsSchema = z.record(z.string().regex(/^[A-Za-z_]\w{0,63}$/), z.number())

/** What an agent may know as well, in the `[brief]` table of `task.toml`: what its environment measures by. */
export const briefSchema = z.strictObject({
  device: z.enum(['cpu', 'cuda']).default('cpu'),
  threads: z.number().int().min(1).max(64).default(1),
  library: z.enum(['allowed', 'forbidden']).default('forbidden'),
})

/** The `[key]` table of `task.toml`. */
const keySchema = briefSchema.extend({
  solved: z.enum(['faster', 'correct']).default('faster'),
  shapes: z.array(constantsSchema).max(8).default([]),
})

/**
 * The key of a task directory: `environment/problem.py`, `solution/`, the `[key]` table. Throws `UsageError`
 * (`broken-task`), also where `[brief]` tells an agent something else than what the judge does.
 */
export function readKey({ environment, solution, settings, brief, answer }: TaskParts): KernelsKey {
  const problem = textOf(environment, problemPath)
  if (problem === undefined) throw new UsageError('broken-task', `environment/ has no ${problemPath}`)
  if (answer.kind !== 'files' || !answer.paths.includes(answerPaths[0]))
    throw new UsageError('broken-task', `[answer] a kernel is files: paths = ["${answerPaths.join('", "')}"]`)
  const read = keySchema.safeParse(settings)
  if (!read.success) throw new UsageError('broken-task', `[key]: ${z.prettifyError(read.error)}`)
  const told = briefSchema.safeParse(brief)
  if (!told.success) throw new UsageError('broken-task', `[brief]: ${z.prettifyError(told.error)}`)
  for (const [name, value] of Object.entries(told.data)) {
    const judged = read.data[name as keyof typeof told.data]
    if (judged !== value)
      throw new UsageError(
        'broken-task',
        `the judge goes by [key] ${name} = ${JSON.stringify(judged)}, and the environment by [brief] ${name} = ${JSON.stringify(value)}; write the same in both`,
      )
  }
  return { problem, solution, ...read.data }
}
