import type { Lab, Sitting } from '../../../core/domain.ts'
import type { Submission } from '../../../core/submission.ts'
import type { Task } from '../../../core/task.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { noGpu } from '../gpu.ts'
import type { KernelsKey } from '../key.ts'
import { torchPython } from '../python.ts'
import { findOut } from './found.ts'
import { judgePatience } from './pairs.ts'
import type { Setting } from './sitting.ts'
import { type Staff, staffOf } from './staff.ts'
import { verdictOf } from './verdict.ts'

/**
 * Judges an answer by running it beside the problem: first whether it is right, on inputs and weights that nobody could
 * know, then how fast it is, in the same sitting as eager PyTorch. Throws `InfrastructureError` where torch, a GPU or
 * the means to look into sandboxes are missing, or the problem itself does not run.
 */
export async function judge(task: Task<KernelsKey>, submission: Submission, lab: Lab): Promise<Verdict> {
  await using sitting = await sit(task, lab)
  return await sitting.judge(submission, lab)
}

/** The trusted side of judgements of one task. Throws what `judge` throws. */
export async function sit({ key }: Task<KernelsKey>, lab: Lab): Promise<Sitting> {
  const python = await torchPython()
  if (key.device === 'cuda' && python.gpus.length === 0) throw noGpu()
  const staff = staffOf({ lab, python, key })
  return {
    judge: (submission, own) => judgeBefore(staff, { lab: own, python, key }, submission),
    [Symbol.asyncDispose]: () => staff[Symbol.asyncDispose](),
  }
}

/** Judges one answer. Throws what `judge` throws. */
export async function judgeBefore(staff: Staff, setting: Setting, submission: Submission): Promise<Verdict> {
  const files = submission.kind === 'files' ? submission.files : new Map()
  const { lab, patience = judgePatience } = setting
  const found = await findOut(staff, setting, files, { seed: lab.seed, patience, compiled: true })
  return verdictOf(found, setting)
}
