import type { Examiner } from './examiner.ts'
import type { Runner } from './runner.ts'
import { type Setting, startBaseline, startExaminer } from './sitting.ts'

/** The trusted side of a judgement, on its way: it may see one answer to the same task after another. */
export interface Staff extends AsyncDisposable {
  readonly examiner: Promise<Examiner>
  /** Eager PyTorch twice, started when it is first asked for: wrong answers do not need it. */
  baselines(): Promise<readonly [Runner, Runner]>
}

export function staffOf(setting: Setting): Staff {
  const examiner = startExaminer(setting)
  let begun: Promise<[Runner, Runner]> | undefined
  const begin = () => {
    const both = Promise.all([
      startBaseline(setting, 'kernels-baseline'),
      startBaseline(setting, 'kernels-twin'),
    ])
    // Where the answer turns out wrong meanwhile, nobody waits for them.
    both.catch(() => {})
    return both
  }
  examiner.catch(() => {})
  return {
    examiner,
    baselines() {
      begun ??= begin()
      return begun
    },
    async [Symbol.asyncDispose]() {
      const [first, others] = await Promise.allSettled([examiner, begun])
      if (first.status === 'fulfilled') await first.value[Symbol.asyncDispose]()
      if (others.status === 'fulfilled')
        for (const { process } of others.value ?? []) await process[Symbol.asyncDispose]()
    },
  }
}
