import { randomBytes } from 'node:crypto'
import type { Lab } from '../../core/domain.ts'
import { fileSet } from '../../core/files.ts'
import { compileSeconds, logOf } from './design.ts'
import { officialFlags, requireTool } from './icarus.ts'
import { type Counts, instrument, readCounts } from './instrument.ts'
import { answerPath, type HardwareKey } from './key.ts'
import type { KeyNames } from './rules.ts'

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

/** Exit code of the script where the compiler refused, told apart from the simulator's own codes. */
const compileFailed = 99
/** What `timeout -s KILL` leaves. */
const killed = 137

/** Compiles the design with the key and simulates it, in a sandbox of its own. */
export async function simulate(
  design: string,
  key: HardwareKey,
  names: KeyNames,
  lab: Lab,
): Promise<Simulated> {
  const nonce = randomBytes(8).toString('hex')
  const bench = instrument(key, names, nonce)
  await using sandbox = await lab.open({
    name: 'hardware-simulation',
    // The directives of the testbench end where the design begins; the design comes last, so that nothing it
    // declares outside its modules changes how the key is read.
    files: fileSet({ 'key.sv': `${bench.text}\n\`resetall\n`, [answerPath]: design }),
    limits: { processes: 32, diskBytes: 64 * 1024 ** 2, fileBytes: 32 * 1024 ** 2 },
  })
  const flags = officialFlags.join(' ')
  const script = [
    `iverilog ${flags} -s ${bench.top} -o simulation key.sv ${answerPath} >log 2>&1`,
    'code=$?',
    `if [ $code -ne 0 ]; then tail -c 65536 log; [ $code -eq 127 ] && exit 127; exit ${compileFailed}; fi`,
    `timeout -s KILL ${key.simulationSeconds} vvp -n simulation -none >log 2>&1`,
    'code=$?',
    'tail -c 16384 log',
    'exit $code',
  ].join('\n')
  const run = await sandbox.exec(['sh', '-c', script], {
    timeoutSeconds: key.simulationSeconds + compileSeconds,
    signal: lab.signal,
  })
  lab.signal.throwIfAborted()
  const log = logOf(run.stdout, run.stderr).replaceAll(`_${nonce}`, '').replaceAll(nonce, '')
  requireTool(run, log)
  const record = await sandbox.read(bench.resultPath, { maxBytes: 1024 ** 2 })
  return {
    stage: run.exitCode === compileFailed ? 'compiled' : 'simulated',
    ok: run.exitCode === 0,
    timedOut: run.timedOut || run.exitCode === killed,
    limit: run.limit,
    log,
    testbenchTimeout: /^TIMEOUT$/m.test(log),
    counts: record && readCounts(new TextDecoder().decode(record), nonce),
  }
}
