import { z } from 'zod'
import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import { Gone } from '../gone.ts'
import { type LintReport, lintReportSchema } from '../lint/report.ts'
import { PythonProcess } from '../process.ts'
import { torchPython } from '../python.ts'
import { type Analysis, analysisSchema } from './analysis.ts'
import { type Budget, lintBudget } from './budget.ts'

/** Wall time that looking at one problem may take, in seconds. A search for constants runs it dozens of times. */
const analysisSeconds = 120
const lintSeconds = 60
/** For each of the steps of one request that have a limit of their own, and for a busy machine. */
const patience = 2.5

const rewritten = z.object({ source: z.string() })

/**
 * Looks at problems in one sandbox: each in a process of its own there, but they share the work directory, so they should
 * be problems of one origin.
 */
export class Analyst implements AsyncDisposable {
  readonly #process: PythonProcess
  #last: Promise<unknown> = Promise.resolve()

  /** Throws `InfrastructureError` where there is no torch or no sandbox for it. */
  static async start(lab: Lab): Promise<Analyst> {
    const python = await torchPython()
    const limits = { memoryBytes: 6 * 1024 ** 3, processes: 64, cpuSeconds: 36_000, cpus: 1 }
    return new Analyst(
      await PythonProcess.start(lab, { name: 'analyst', program: 'analyse.py', python, threads: 1, limits }),
    )
  }

  private constructor(process: PythonProcess) {
    this.#process = process
  }

  /**
   * What a problem costs, and how it is made to fit a budget. A problem that cannot be run is a result, also one that takes
   * more than so many seconds of wall time.
   */
  async analyse(source: string, budget: Budget, seconds = analysisSeconds): Promise<Analysis> {
    return await this.#ask('analyse', { source, budget, seconds }, analysisSchema)
  }

  /** What is odd about a problem, looked at with a small budget. */
  async lint(source: string, budget: Budget = lintBudget): Promise<LintReport> {
    return await this.#ask('lint', { source, budget, seconds: lintSeconds }, lintReportSchema)
  }

  /** A problem with other constants. Throws `UsageError` where it binds no such names. */
  async rewrite(source: string, constants: Readonly<Record<string, number>>): Promise<string> {
    return (await this.#ask('rewrite', { source, constants }, rewritten)).source
  }

  /** One at a time, whoever asks. */
  #ask<T>(what: string, input: Readonly<Record<string, unknown>>, schema: z.ZodType<T>): Promise<T> {
    const asked = this.#last.then(async () => {
      const reply = await this.#process
        .ask(what, input, schema, analysisSeconds * patience)
        .catch((thrown: unknown) => {
          if (!(thrown instanceof Gone)) throw thrown
          throw new InfrastructureError('analyse-failed', `analyse.py was lost: ${thrown.message}`, {
            cause: thrown,
          })
        })
      if (reply.ok) return reply.value
      throw new InfrastructureError(
        'analyse-failed',
        `analyse.py could not ${what} a problem: ${reply.message}`,
        {
          retryable: false,
        },
      )
    })
    this.#last = asked.catch(() => {})
    return asked
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }
}
