import { InfrastructureError } from '../../../../core/errors.ts'
import type { ResourceLimits } from '../../../../core/limits.ts'
import type { Finished, Sandbox } from '../../../../core/sandbox.ts'
import { rocqVariables } from '../../rocq/variables.ts'

/** Processor time of one sandbox of the judge, in seconds. */
export const judgeSeconds = 60
/** Wall time of one command: so long that only a process that sleeps, or a machine that is worn out, reaches it. */
const patienceSeconds = 10 * judgeSeconds
/** Largest compiled library that is taken from where the answer was compiled. */
export const libraryBytes = 64 * 1024 ** 2

export const judgeLimits: Partial<ResourceLimits> = {
  memoryBytes: 2 * 1024 ** 3,
  // Rocq alone: nothing that it is told may start another program, be it a solver, a shell or a compiler of plug-ins.
  processes: 1,
  cpuSeconds: judgeSeconds,
  diskBytes: 3 * libraryBytes,
  fileBytes: libraryBytes,
  outputBytes: 1024 ** 2,
}

/** A program of Rocq in the work directory, whose files are modules by their paths; no file of a user's is read. */
export async function run(sandbox: Sandbox, argv: readonly string[]): Promise<Finished> {
  const finished = await sandbox.exec(argv, {
    env: rocqVariables,
    timeoutSeconds: patienceSeconds,
    stdin: '',
  })
  if ((finished.exitCode === 126 || finished.exitCode === 127) && !(await isThere(sandbox, argv[0]!)))
    throw new InfrastructureError(
      'no-coq',
      `${argv[0]} is not in the sandbox; install it with: apt-get install -y coq`,
      { retryable: false },
    )
  return finished
}

async function isThere(sandbox: Sandbox, name: string): Promise<boolean> {
  return (await sandbox.exec(['sh', '-c', `command -v ${name} >/dev/null`])).exitCode === 0
}

/** Where modules are looked for: by their paths, unless a task's project says more. */
export const usualLoadPath: readonly string[] = ['-Q', '.', '']

/** The native compiler would run an OCaml compiler on what the file says; `native_compute` then does without. */
export const coqc = (path: string, loadPath = usualLoadPath): string[] => [
  'coqc',
  '-q',
  ...loadPath,
  '-native-compiler',
  'no',
  '-noglob',
  path,
]

/** Checks one library anew, with all that it requires taken as it is, and says what it and those assume. */
export const coqchk = (module: string, loadPath = usualLoadPath): string[] => [
  'coqchk',
  '-silent',
  '-o',
  ...loadPath,
  '-norec',
  module,
]

/** Both outputs as text. */
export function textOfRun({ stdout, stderr }: Finished): string {
  const decoder = new TextDecoder()
  return [stdout, stderr].map((bytes) => decoder.decode(bytes)).join('')
}

/** What a compiler complained of last; warnings may precede it. */
export function errorIn(log: string): string {
  const place = [
    ...log.matchAll(/^File "[^"\n]*", line \d+, characters [\d-]+:\n(?=Error|Anomaly|Syntax)/gm),
  ].at(-1)
  return (
    log
      .slice(place?.index ?? 0)
      .trim()
      .slice(0, 1000) || 'without a word'
  )
}
