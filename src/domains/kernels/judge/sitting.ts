import type { Lab } from '../../../core/domain.ts'
import type { FileSet } from '../../../core/files.ts'
import { fileSet } from '../../../core/files.ts'
import { type KernelsKey, problemPath } from '../key.ts'
import { type Device, PythonProcess, trustedLimits } from '../process.ts'
import type { TorchPython } from '../python.ts'
import { Allowance, allowanceSeconds } from './allowance.ts'
import { Examiner } from './examiner.ts'
import type { Facts } from './facts.ts'
import type { Patience } from './pairs.ts'
import { Runner, type Values } from './runner.ts'

/** What all processes of a judgement have in common. */
export interface Setting {
  readonly lab: Lab
  readonly python: TorchPython
  readonly key: KernelsKey
  /** In place of the key's: `stand-in`, for tests. */
  readonly device?: Device
  /** How long to measure; the judge's own where absent. */
  readonly patience?: Patience
}

/** Starts a sandbox with the worker and an answer's files, nothing of them imported yet. */
export async function startCandidate(
  { lab, python, key, device = key.device }: Setting,
  files: FileSet,
  name = 'kernels-candidate',
  allowance = new Allowance(),
): Promise<Runner> {
  const { threads } = key
  // Who works while it is not waited for would hold everybody else up.
  const limits = { cpuSeconds: allowanceSeconds * Math.max(2, threads) }
  const options = { name, program: 'worker.py', python, threads, device, files, limits } as const
  return new Runner(await PythonProcess.start(lab, options), 'candidate', allowance)
}

/** Starts a sandbox with the problem's own model in it, and what was built for it before. */
export async function startBaseline(
  { lab, python, key, device = key.device }: Setting,
  name: string,
  build: FileSet = fileSet([]),
): Promise<Runner> {
  const { threads } = key
  const files = fileSet([...build, [problemPath, key.problem]])
  const limits = trustedLimits
  const options = { name, program: 'worker.py', python, threads, device, files, limits } as const
  const runner = new Runner(await PythonProcess.start(lab, options), 'baseline')
  try {
    await runner.load(problemPath)
    return runner
  } catch (thrown) {
    await runner.process[Symbol.asyncDispose]()
    throw thrown
  }
}

export async function startExaminer({ lab, python, key }: Setting): Promise<Examiner> {
  return await Examiner.start(lab, python, key.threads)
}

/** Gives a baseline the weights that the candidate has. */
export async function equip(baseline: Runner, facts: Facts, weights: Values): Promise<void> {
  await baseline.build('Model', facts, weights)
}
