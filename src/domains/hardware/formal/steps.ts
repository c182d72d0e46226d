import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'

/** Memory for the provers, in bytes: wide datapaths need some hundred MiB. */
const memoryBytes = 2 * 1024 ** 3
const fileBytes = 64 * 1024 ** 2

/** How one step of a proof ended. */
export interface Step {
  readonly exitCode: number | null
  /** True where its processor time, its memory or its disk was used up. */
  readonly exhausted: boolean
  readonly output: string
}

/** A sandbox for yosys, abc and the replay; it holds the key, and nothing of the design runs in it but in vvp. */
export async function openProver(
  lab: Lab,
  files: Readonly<Record<string, string>>,
  seconds: number,
): Promise<Sandbox> {
  return await lab.open({
    name: 'hardware-formal',
    files: fileSet(files),
    limits: {
      processes: 32,
      memoryBytes,
      cpuSeconds: Math.ceil(seconds) + 20,
      diskBytes: 4 * fileBytes,
      fileBytes,
    },
  })
}

/**
 * Runs a shell script in the prover's sandbox, with `seconds` of processor time for each of its programs. Throws
 * `InfrastructureError` where a program is missing or the machine is too busy to give it its time.
 */
export async function step(
  sandbox: Sandbox,
  script: string,
  seconds: number,
  signal: AbortSignal,
): Promise<Step> {
  const limited = `ulimit -t ${Math.max(1, Math.ceil(seconds))}\n${script}`
  const wall = 10 * seconds + 60
  const run = await sandbox.exec(['sh', '-c', limited], { timeoutSeconds: wall, signal })
  signal.throwIfAborted()
  const output = new TextDecoder().decode(run.stdout) + new TextDecoder().decode(run.stderr)
  const missing = /(?:sh: \d+: |exec: )(\S+): not found/.exec(output)
  if (run.exitCode === 127 && missing) throw noTool(missing[1]!)
  if (run.timedOut)
    throw new InfrastructureError(
      'too-slow',
      `the provers did not get their processor time in ${wall} s: the machine is too busy; run fewer trials at once`,
    )
  // 152 and 137: ended by SIGXCPU or SIGKILL.
  const exhausted = run.limit !== null || run.exitCode === 152 || run.exitCode === 137
  return { exitCode: run.exitCode, exhausted, output }
}

function noTool(name: string): InfrastructureError {
  return new InfrastructureError(
    'no-prover',
    `${name} is not in the sandbox; install it with: apt-get install -y yosys berkeley-abc iverilog`,
    { retryable: false },
  )
}

export async function textAt(sandbox: Sandbox, path: string): Promise<string | undefined> {
  const bytes = await sandbox.read(path, { maxBytes: fileBytes })
  return bytes && new TextDecoder().decode(bytes)
}
