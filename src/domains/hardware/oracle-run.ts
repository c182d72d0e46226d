import type { Lab } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import type { Task } from '../../core/task.ts'
import { lastLine } from './classify.ts'
import { rejected, type Stop, underJudgesName } from './design.ts'
import { answerPath, type HardwareKey, moduleOf, oracleOf } from './key.ts'
import { passes } from './rtllm-instrument.ts'
import { type Simulated, simulate } from './simulation.ts'
import { tokenize } from './tokens.ts'

const runs = new WeakMap<HardwareKey, Promise<Simulated>>()

/**
 * The oracle's own simulation, once per key. Throws `InfrastructureError` where it does not work: a key that fails
 * its own reference says nothing about a design.
 */
export async function oracleRun(task: Task<HardwareKey>, lab: Lab): Promise<Simulated> {
  let run = runs.get(task.key)
  if (run === undefined) {
    run = runOracle(task, lab)
    runs.set(task.key, run)
    run.catch(() => runs.delete(task.key))
  }
  return await run
}

/**
 * Runs the oracle afresh and throws as `oracleRun` does: a compiler that has just failed without a word about the
 * design may not be the one that worked before.
 */
export async function runOracle(task: Task<HardwareKey>, lab: Lab): Promise<Simulated> {
  const result = await simulate(oracleDesign(task.key), task.key, lab)
  const works =
    task.key.kind === 'prints' ? passes(result.printed) : result.counts !== undefined || result.timedOut
  if (result.stage === 'simulated' && works) return result
  throw new InfrastructureError(
    'broken-key',
    `the reference of ${task.id} does not work with its own testbench (${lastLine(result.log || result.aloneLog)}); try the suite's errata`,
    { retryable: false },
  )
}

export function oracleText(key: HardwareKey): string {
  const oracle = oracleOf(key)
  return oracle.kind === 'files' ? new TextDecoder().decode(oracle.files.get(answerPath)) : ''
}

/** The oracle's answer as the judge compiles it. */
export function oracleDesign(key: HardwareKey): string {
  return underJudgesName(tokenize(oracleText(key)), moduleOf(key)).text
}

/**
 * Compares what a passing design was compared on with what the oracle is: as many samples, until the same moment,
 * with the same inputs. A design that changes any of these has interfered with the testbench, in whatever way.
 */
export async function confirmStimulus(
  result: Simulated,
  task: Task<HardwareKey>,
  lab: Lab,
): Promise<Stop | undefined> {
  const { counts, printed, stimulus } = await oracleRun(task, lab)
  const same =
    counts?.samples === result.counts?.samples &&
    counts?.endTime === result.counts?.endTime &&
    printed?.endTime === result.printed?.endTime &&
    stimulus === result.stimulus
  if (same || task.key.reacts) return undefined
  const samples =
    counts === undefined ? '' : ` (${result.counts?.samples} samples instead of ${counts.samples})`
  return rejected([
    {
      code: 'changes-stimulus',
      severity: 'error',
      message: `with this design the testbench applies other stimuli than with the reference${samples}: a design may only react to its inputs`,
      at: answerPath,
    },
  ])
}
