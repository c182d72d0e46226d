import { fileSet } from '../../../core/files.ts'
import { problemPath } from '../key.ts'
import { nothing } from '../process.ts'
import type { TorchPython } from '../python.ts'
import { buildKey, keepBuild, keptBuild } from './builds.ts'
import type { Examiner } from './examiner.ts'
import type { Runner } from './runner.ts'
import { equip, type Setting, startBaseline } from './sitting.ts'

/** Wall time for compiling a problem, in seconds: well within a judge's own, since a judgement does not depend on it. */
const compileSeconds = 180

/** Why problems could not be compiled, by the digests of their builds: to try again would take as long again. */
const failures = new Map<string, unknown>()

/** Whether this PyTorch has `torch.compile` (2.0 or newer). */
export function compiles({ torch }: TorchPython): boolean {
  return Number.parseInt(torch, 10) >= 2
}

/**
 * A baseline that runs what `torch.compile` makes of the problem's model, with the examiner's weights. What the compiler
 * writes is kept for the problem's next judgement. Throws `InfrastructureError` where it cannot compile it.
 */
export async function startCompiled(setting: Setting, examiner: Examiner): Promise<Runner> {
  const { key, python } = setting
  // Other files than an answer's: no answer can have this digest.
  const digest = buildKey(fileSet({ [problemPath]: key.problem, compiled: String(key.threads) }), python)
  if (failures.has(digest)) throw failures.get(digest)
  const known = keptBuild(digest)
  const runner = await startBaseline(setting, 'kernels-compiled', known?.files)
  try {
    const began = performance.now()
    await equip(runner, examiner.facts, await examiner.weights())
    await runner.tell('compile', {}, nothing, compileSeconds)
    await runner.allot(examiner.facts, 1)
    await examiner.allot(1)
    await runner.put(0, await examiner.draw('given', '1', 1))
    await runner.go(0, 1, compileSeconds)
    if (!known) await keepBuild(digest, runner.process.sandbox, (performance.now() - began) / 1000)
    return runner
  } catch (thrown) {
    failures.set(digest, thrown)
    await runner.process[Symbol.asyncDispose]()
    throw thrown
  }
}
