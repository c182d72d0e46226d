import { seedOf } from '../../core/seed.ts'
import { bootstrapOf, type Estimate, estimateOf } from './interval.ts'

/** The speedups that `fast_p` is given for; 0 stands for being correct at all. */
export const thresholds = [0, 0.5, 0.8, 1, 1.5, 2, 5] as const

/** What judges measured of answers that are to be fast, over a group's tasks. */
export interface Speedups {
  /**
   * Share of tasks with an answer that is correct and more than p times as fast, KernelBench's fast_p (Ouyang et al. 2025,
   * arXiv:2502.10517); the mean over a task's samples where there are several.
   */
  readonly fast: { readonly p: number; readonly estimate: Estimate }[]
  /** Of the speedups of correct answers, over the tasks that have one; null without any. */
  readonly geometricMean: Estimate | null
  /** Tasks with a judged trial, and with a correct one. */
  readonly tasks: number
  readonly tasksCorrect: number
}

interface Speeds {
  judged: number
  /** Of correct answers; 0 where only that it is correct is known. */
  readonly correct: number[]
}

/** Collects speedups by task: of trials whose verdict has the metrics `correct` and `speedup`. */
export class SpeedupTally {
  readonly #tasks = new Map<string, Speeds>()
  /** Whether any judge measured speed. */
  measured = false

  /** One judged trial. What was rejected is not correct, whatever was measured. */
  add(
    task: string,
    rejected: boolean,
    { correct, speedup }: Readonly<Record<string, number | undefined>> = {},
  ): void {
    if (correct !== undefined || speedup !== undefined) this.measured = true
    const speeds = this.#tasks.get(task) ?? { judged: 0, correct: [] }
    this.#tasks.set(task, speeds)
    speeds.judged++
    if (correct === 1 && !rejected) speeds.correct.push(speedup ?? 0)
  }

  /** The same seed gives the same intervals, in whatever order trials ended. Undefined without tasks. */
  speedups(seed: string): Speedups | undefined {
    const tasks = [...this.#tasks.keys()].sort().map((task) => this.#tasks.get(task)!)
    const fast = thresholds.flatMap((p) => {
      const shares = tasks.map(
        ({ judged, correct }) => correct.filter((speed) => isFast(speed, p)).length / judged,
      )
      const estimate = estimateOf(shares, seedOf(seed, 'fast', p))
      return estimate ? [{ p, estimate }] : []
    })
    if (fast.length === 0) return undefined
    return {
      fast,
      geometricMean: geometricMeanOf(tasks, seedOf(seed, 'geometric-mean')),
      tasks: tasks.length,
      tasksCorrect: tasks.filter(({ correct }) => correct.length > 0).length,
    }
  }
}

function isFast(speed: number, p: number): boolean {
  return p === 0 || speed > p
}

/** Samples of one task are averaged first: tasks are what is drawn anew for the interval. */
function geometricMeanOf(tasks: readonly Speeds[], seed: string): Estimate | null {
  const logarithms = tasks.flatMap(({ correct }) => {
    const known = correct.filter((speed) => speed > 0).map(Math.log)
    return known.length === 0 ? [] : [known.reduce((sum, each) => sum + each, 0) / known.length]
  })
  const estimate = bootstrapOf(logarithms, seed)
  if (!estimate) return null
  const { mean, low, high } = estimate
  return { ...estimate, mean: Math.exp(mean), low: Math.exp(low), high: Math.exp(high) }
}
