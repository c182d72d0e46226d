import { InfrastructureError } from '../../../core/errors.ts'
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
  let begun: readonly [Promise<Runner>, Promise<Runner>] | undefined
  let closed = false
  const begin = () =>
    [startBaseline(setting, 'kernels-baseline'), startBaseline(setting, 'kernels-twin')] as const
  examiner.catch(() => {})
  return {
    examiner,
    baselines() {
      // Somebody who is still at an answer may ask when nobody is left to close what is started.
      begun ??= closed ? undefined : begin()
      const both = begun ? Promise.all(begun) : Promise.reject(over())
      // Where the answer turns out wrong meanwhile, nobody waits for them.
      both.catch(() => {})
      return both
    },
    async [Symbol.asyncDispose]() {
      closed = true
      const all = [examiner, ...(begun ?? []).map(async (runner) => (await runner).process)]
      for (const each of await Promise.allSettled(all))
        if (each.status === 'fulfilled') await each.value[Symbol.asyncDispose]()
    },
  }
}

const over = () => new InfrastructureError('sitting-over', 'the sitting was ended while an answer was judged')
