import { InfrastructureError } from '../../../../core/errors.ts'
import type { ResourceLimits } from '../../../../core/limits.ts'
import type { Finished, Sandbox } from '../../../../core/sandbox.ts'

/** Processor time of one sandbox, in seconds. Lean's own library is large, and it starts threads. */
export const judgeSeconds = 300
const patienceSeconds = 4 * judgeSeconds
export const libraryBytes = 256 * 1024 ** 2

export const judgeLimits: Partial<ResourceLimits> = {
  memoryBytes: 6 * 1024 ** 3,
  processes: 128,
  cpuSeconds: judgeSeconds,
  diskBytes: 3 * libraryBytes,
  fileBytes: libraryBytes,
}

/** A command in the work directory, whose compiled files are modules by their paths. */
export async function run(sandbox: Sandbox, argv: readonly string[]): Promise<Finished> {
  const finished = await sandbox.exec(argv, {
    env: { LEAN_PATH: '.' },
    timeoutSeconds: patienceSeconds,
    stdin: '',
  })
  if (finished.exitCode === 126 || finished.exitCode === 127) {
    const { exitCode } = await sandbox.exec(['sh', '-c', `command -v ${argv[0]} >/dev/null`])
    if (exitCode !== 0)
      throw new InfrastructureError(
        'no-lean',
        `${argv[0]} is not in the sandbox; install Lean 4 where every user finds it: https://lean-lang.org/install`,
        { retryable: false },
      )
  }
  return finished
}

/** Compiles a file to the module that its path names. */
export const lean = (path: string): string[] => ['lean', '-o', path.replace(/\.lean$/, '.olean'), path]

export function textOfRun({ stdout, stderr }: Finished): string {
  const decoder = new TextDecoder()
  return [stdout, stderr].map((bytes) => decoder.decode(bytes)).join('')
}
