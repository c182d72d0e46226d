import { randomBytes } from 'node:crypto'
import type { Lab } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import { fileSet } from '../../core/files.ts'
import { compileSeconds, logOf } from './design.ts'
import { officialFlags, requireTool } from './icarus.ts'
import { type Counts, instrument, readCounts } from './instrument.ts'
import { answerPath, type HardwareKey } from './key.ts'

/** How compiling and simulating a design with the key went. Logs never show the nonce. */
export interface Simulated {
  readonly stage: 'compiled' | 'simulated'
  /** True where the stage ended by itself with success. */
  readonly ok: boolean
  readonly timedOut: boolean
  /** The sandbox limit that it ran into. */
  readonly limit: string | null
  readonly log: string
  /** True where the testbench's own time-out ended the simulation. */
  readonly testbenchTimeout: boolean
  readonly counts: Counts | undefined
}

/** Exit codes of the script, told apart from the simulator's own. */
const compileFailed = 99
const outOfTime = 98
/** What a shell says of a program that `ulimit -t` ended, by SIGXCPU or SIGKILL. */
const cpuTimeCodes = [152, 137]
/**
 * Wall time over processor time. The simulator never sleeps, so on an idle machine the two are the same; only a
 * machine that is far too busy needs this much, and then the verdict is not the design's fault.
 */
const patience = 10

/** Compiles the design with the key and simulates it, in a sandbox of its own. */
export async function simulate(design: string, key: HardwareKey, lab: Lab): Promise<Simulated> {
  const nonce = randomBytes(8).toString('hex')
  const bench = instrument(key, nonce)
  await using sandbox = await lab.open({
    name: 'hardware-simulation',
    // The directives of the testbench end where the design begins; the design comes last, so that nothing it
    // declares outside its modules changes how the key is read.
    files: fileSet({ 'key.sv': `${bench.text}\n\`resetall\n`, [answerPath]: design }),
    limits: {
      processes: 32,
      cpuSeconds: 2 * (key.simulationSeconds + compileSeconds),
      diskBytes: 64 * 1024 ** 2,
      fileBytes: 32 * 1024 ** 2,
    },
  })
  const flags = officialFlags.join(' ')
  const script = [
    `(ulimit -t ${compileSeconds}; exec iverilog ${flags} -s ${bench.top} -o simulation key.sv ${answerPath}) >log 2>&1`,
    'code=$?',
    `if [ $code -ne 0 ]; then tail -c 65536 log; [ $code -eq 127 ] && exit 127; exit ${compileFailed}; fi`,
    // Processor time, so that a busy machine does not turn a slow design into a failed one.
    `(ulimit -t ${key.simulationSeconds}; exec vvp -n simulation -none) >log 2>&1`,
    'code=$?',
    'tail -c 16384 log',
    `case $code in ${cpuTimeCodes.join('|')}) exit ${outOfTime};; esac`,
    'exit $code',
  ].join('\n')
  const seconds = patience * (key.simulationSeconds + compileSeconds)
  const run = await sandbox.exec(['sh', '-c', script], { timeoutSeconds: seconds, signal: lab.signal })
  lab.signal.throwIfAborted()
  const log = logOf(run.stdout, run.stderr).replaceAll(`_${nonce}`, '').replaceAll(nonce, '')
  requireTool(run, log)
  if (run.timedOut)
    throw new InfrastructureError(
      'too-slow',
      `the simulation did not get ${key.simulationSeconds} s of processor time in ${seconds} s: the machine is too busy; run fewer trials at once`,
    )
  const record = await sandbox.read(bench.resultPath, { maxBytes: 1024 ** 2 })
  return {
    stage: run.exitCode === compileFailed ? 'compiled' : 'simulated',
    ok: run.exitCode === 0,
    timedOut: run.exitCode === outOfTime,
    limit: run.limit,
    log,
    testbenchTimeout: /^TIMEOUT$/m.test(log),
    counts: record && readCounts(new TextDecoder().decode(record), nonce),
  }
}
