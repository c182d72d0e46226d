import { InfrastructureError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import type { Finished, Sandbox } from '../../../core/sandbox.ts'

/** Why no circuit could be made of a design, or no figure be taken of it. */
export interface Failure {
  readonly reason: 'front-end' | 'synthesis' | 'timeout' | 'resources' | 'too-large'
  /** What the tools said, at the most telling place. */
  readonly log: string
}

export function isFailure(value: object): value is Failure {
  return 'reason' in value
}

/** Wall time over processor time: only a machine that is far too busy needs more. */
const patience = 6
const shownCharacters = 4000

/**
 * Runs one program on the design with a limit of processor time, in seconds. A limit that the design makes it reach
 * is a failure of the design; a machine that gives it no processor time is an `InfrastructureError`.
 */
export async function runStep(
  sandbox: Sandbox,
  argv: readonly string[],
  options: {
    readonly files?: Record<string, string>
    readonly seconds: number
    readonly signal?: AbortSignal
  },
): Promise<Finished | Failure> {
  const { files, seconds, signal } = options
  if (files) await sandbox.write(fileSet(files))
  const run = await sandbox.exec(['sh', '-c', `ulimit -t ${seconds}; exec "$@"`, 'sh', ...argv], {
    timeoutSeconds: patience * seconds,
    stdin: '',
    ...(signal ? { signal } : {}),
  })
  signal?.throwIfAborted()
  if (run.timedOut)
    throw new InfrastructureError(
      'too-slow',
      `${argv[0]} did not get its processor time in ${patience * seconds} s: the machine is too busy; run fewer trials at once`,
    )
  const log = logText(run)
  if (run.limit !== null && run.limit !== 'output' && run.limit !== 'cpu')
    return { reason: 'resources', log: `${argv[0]} ran into the sandbox's limit on ${run.limit}` }
  const spent = run.limit === 'cpu' || run.signal === 'SIGXCPU' || [137, 152].includes(run.exitCode ?? 0)
  if (spent || run.signal === 'SIGKILL' || /CPU time limit exceeded|abc.*(?:Killed|152|137)/.test(log))
    return { reason: 'timeout', log: `${argv[0]} takes more than ${seconds} s of processor time` }
  return run
}

/** All that a run printed. */
export function printedBy(run: Finished): string {
  return [run.stdout, run.stderr].map((bytes) => new TextDecoder().decode(bytes)).join('')
}

/** What a run printed, its beginning and its end. */
export function logText(run: Finished): string {
  const text = printedBy(run)
  if (text.length <= shownCharacters) return text
  const half = shownCharacters / 2
  return `${text.slice(0, half)}\n[…]\n${text.slice(-half)}`
}

/** The text of a file that a step left; a failure where it is larger than any honest design makes it. */
export async function outputOf(sandbox: Sandbox, path: string): Promise<string | Failure> {
  const bytes = await sandbox.read(path, { maxBytes: outputBytes + 1 })
  if (bytes === undefined) return { reason: 'synthesis', log: `${path} was not written` }
  if (bytes.byteLength > outputBytes) return { reason: 'too-large', log: `${path} has more than 64 MiB` }
  return new TextDecoder().decode(bytes)
}

/** Largest file that a step may leave. */
export const outputBytes = 64 * 1024 ** 2
