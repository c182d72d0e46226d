import { randomBytes } from 'node:crypto'
import type { Lab } from '../../core/domain.ts'
import type { LimitName } from '../../core/errors.ts'
import { fileSet, sizeOf } from '../../core/files.ts'
import { assemblyBytes, logOf, wasKilled } from './design.ts'
import { officialFlags } from './icarus.ts'
import { type Counts, type Instrumented, instrument, readCounts } from './instrument.ts'
import { answerPath, type HardwareKey, topModule } from './key.ts'
import { instrumentPrinting, type Printed, readPrinted } from './rtllm-instrument.ts'
import {
  codes,
  compileSeconds,
  compileStep,
  hasStalled,
  patienceSeconds,
  requireTools,
  tooSlow,
} from './steps.ts'

/** How far a design came: compiled alone, compiled with the key, simulated. */
export type Stage = 'alone' | 'with-key' | 'simulated'

/** How a design fared. Logs never show the nonce. */
export interface Simulated {
  /** The last stage that was begun. */
  readonly stage: Stage
  /** True where that stage ended by itself with success. */
  readonly ok: boolean
  readonly timedOut: boolean
  /** The sandbox limit that it ran into. */
  readonly limit: LimitName | null
  /** What the compiler said of the design alone. */
  readonly aloneLog: string
  /** The design alone as vvp assembly; undefined where it does not compile. */
  readonly assembly: string | undefined
  /** What the later stage said. */
  readonly log: string
  /** True where the testbench's own time-out ended the simulation. */
  readonly testbenchTimeout: boolean
  readonly counts: Counts | undefined
  /** The same of a testbench that prints. */
  readonly printed: Printed | undefined
  /** Digest of what the reference was given; undefined where it has no inputs or the simulation did not end. */
  readonly stimulus: string | undefined
}

const stopped = { ...codes, alone: 97, outOfTime: 98, withKey: 99 } as const
/** What a shell says of a program that `ulimit -t` ended, by SIGXCPU or SIGKILL. */
const cpuTimeCodes = [152, 137]
/** The same where it wrote too large a file, by SIGXFSZ. */
const fileSizeCode = 153
/**
 * Wall time over processor time. The simulator never sleeps, so on an idle machine the two are the same; only a
 * machine that is far too busy needs this much, and then the verdict is not the design's fault.
 */
const patience = 10

/**
 * Compiles the design alone, then with the key, and simulates it, in a fresh sandbox. The key comes over standard
 * input and is put on disk only when the design has been compiled alone. Processor time is limited rather than wall
 * time, so that a busy machine does not turn a slow design into a failed one.
 */
export async function simulate(design: string, key: HardwareKey, lab: Lab): Promise<Simulated> {
  const nonce = randomBytes(8).toString('hex')
  const prints = key.kind === 'prints'
  const bench = prints ? instrumentPrinting(key, nonce) : instrument(key, nonce)
  await using sandbox = await lab.open({
    name: 'hardware-judge',
    files: fileSet({ [answerPath]: design }),
    limits: {
      processes: 32,
      cpuSeconds: key.simulationSeconds + 2 * compileSeconds + 5,
      diskBytes: 6 * assemblyBytes + sizeOf(bench.data),
      fileBytes: assemblyBytes,
    },
  })
  const seconds = patience * key.simulationSeconds + 2 * patienceSeconds + 10
  const run = await sandbox.exec(['sh', '-c', scriptOf(bench, key.simulationSeconds)], {
    stdin: keyBytes(bench),
    timeoutSeconds: seconds,
    signal: lab.signal,
  })
  lab.signal.throwIfAborted()
  if (run.timedOut) throw tooSlow(seconds)
  const stalled = await hasStalled(sandbox, run.exitCode)
  const textAt = async (path: string) => {
    const bytes = await sandbox.read(path, { maxBytes: assemblyBytes })
    return bytes && new TextDecoder().decode(bytes)
  }
  const [aloneLog = '', assembly, record, stimulus] = [
    await textAt('alone.log'),
    await textAt('alone.vvp'),
    await textAt(bench.resultPath),
    await textAt(bench.stimulusPath),
  ]
  const log = logOf(run.stdout, run.stderr).replaceAll(`_${nonce}`, '').replaceAll(nonce, '')
  const stage = stageOf(run.exitCode, assembly)
  return {
    stage,
    ok: run.exitCode === 0,
    timedOut:
      stage === 'simulated'
        ? run.exitCode === stopped.outOfTime
        : stalled || wasKilled(`${aloneLog}\n${log}`),
    limit: run.limit,
    aloneLog,
    assembly,
    log,
    testbenchTimeout: /^TIMEOUT$/m.test(log),
    counts: record === undefined || prints ? undefined : readCounts(record, nonce),
    printed: record === undefined || !prints ? undefined : readPrinted(record, nonce),
    stimulus,
  }
}

/**
 * The testbench's files, then its text. Its directives end where the design begins; the design comes last, so that
 * nothing it declares outside its modules changes how the key is read.
 */
function keyBytes(bench: Instrumented): Uint8Array {
  const text = new TextEncoder().encode(`${bench.text}\n${bench.preamble}`)
  return Buffer.concat([...bench.data.values(), text])
}

function scriptOf(bench: Instrumented, simulationSeconds: number): string {
  const alone = `${officialFlags.join(' ')} -s ${topModule} -o alone.vvp ${answerPath}`
  const withKey = `${officialFlags.join(' ')} -s ${bench.top} -o simulation key.sv ${answerPath}`
  return [
    requireTools,
    compileStep(alone, { output: 'alone.vvp', log: 'alone.log' }, `exit ${stopped.alone}`),
    ...[...bench.data].map(([path, bytes]) => `head -c ${bytes.byteLength} >${path}`),
    'cat >key.sv',
    compileStep(withKey, { output: 'simulation', log: 'log' }, `tail -c 65536 log; exit ${stopped.withKey}`),
    `(ulimit -t ${simulationSeconds}; exec vvp -n simulation -none) >log 2>&1 </dev/null`,
    'code=$?',
    'tail -c 16384 log',
    `case $code in 0|${fileSizeCode}) exit $code;; ${cpuTimeCodes.join('|')}) exit ${stopped.outOfTime};; *) exit 1;; esac`,
  ].join('\n')
}

function stageOf(exitCode: number | null, assembly: string | undefined): Stage {
  if (exitCode === stopped.alone || assembly === undefined) return 'alone'
  return exitCode === stopped.withKey || exitCode === stopped.stalled ? 'with-key' : 'simulated'
}
