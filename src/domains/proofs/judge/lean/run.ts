import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError } from '../../../../core/errors.ts'
import type { Finished, Sandbox, SandboxSpec } from '../../../../core/sandbox.ts'
import { compilerPlace, findLean } from '../../lean/find.ts'
import { leanSandbox } from '../../lean/sandbox.ts'

/** Processor time of one sandbox, in seconds. Lean's own library is large, it starts threads, and Mathlib is larger. */
export const judgeSeconds = 600
const patienceSeconds = 2 * judgeSeconds
export const libraryBytes = 256 * 1024 ** 2
/** Mathlib maps about 6 GiB of files, which count where only address space can be limited. */
const memoryBytes = { alone: 6 * 1024 ** 3, withPackages: 12 * 1024 ** 3 }

/** The Lean that judges, and its sandboxes. */
export interface Bench {
  /** The Lake project that its packages are of. */
  readonly project: string | undefined
  readonly spec: Pick<SandboxSpec, 'mounts' | 'env' | 'limits'>
}

/**
 * Looks for Lean where the live prover is looked for. Its sandboxes see the toolchain and the compiled packages,
 * read-only, and modules of their work directory. Throws `InfrastructureError` (`no-lean`).
 */
export async function findBench(): Promise<Bench> {
  const here = await findLean()
  const limits = {
    memoryBytes: here.modules.length > 0 ? memoryBytes.withPackages : memoryBytes.alone,
    processes: 512,
    cpuSeconds: judgeSeconds,
    diskBytes: 3 * libraryBytes,
    fileBytes: libraryBytes,
  }
  return { project: here.project, spec: { ...leanSandbox(compilerPlace(here)), limits } }
}

/** A sandbox for one step of a judgement. */
export async function openFor(name: string, { spec }: Bench, lab: Lab): Promise<Sandbox> {
  return await lab.open({ name, ...spec })
}

/** A command in the work directory, whose compiled files are modules by their paths. */
export async function run(sandbox: Sandbox, argv: readonly string[]): Promise<Finished> {
  const finished = await sandbox.exec(argv, {
    timeoutSeconds: patienceSeconds,
    stdin: '',
  })
  if (finished.exitCode === 126 || finished.exitCode === 127) {
    const { exitCode } = await sandbox.exec(['sh', '-c', `command -v ${argv[0]} >/dev/null`])
    if (exitCode !== 0)
      throw new InfrastructureError(
        'no-lean',
        `${argv[0]} of the toolchain that was found is not in the sandbox; install Lean 4 anew: https://lean-lang.org/install`,
        { retryable: false },
      )
  }
  return finished
}

export function textOfRun({ stdout, stderr }: Finished): string {
  const decoder = new TextDecoder()
  return [stdout, stderr].map((bytes) => decoder.decode(bytes)).join('')
}
