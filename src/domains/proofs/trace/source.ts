import { basename, join, resolve } from 'node:path'
import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError, UsageError } from '../../../core/errors.ts'
import { type Mapping, projectOf, readProject } from '../rocq/project.ts'
import { rocqVariables } from '../rocq/variables.ts'
import { filesOf } from './files.ts'

export { loadPath, type Mapping, moduleOf, readProject } from '../rocq/project.ts'

/** What is to be traced. */
export interface Source {
  readonly name: string
  readonly root: string
  /** Files by path relative to the root, sorted; undefined for what is too large to be read. */
  readonly files: ReadonlyMap<string, string | undefined>
  readonly mappings: readonly Mapping[]
  /** Further arguments for the file at a path. */
  flagsOf(path: string): readonly string[]
  /** The file that is required by every other one that it does not need itself, without their saying so. */
  readonly prelude?: string
  /** Its compiled files are where Rocq finds them by itself. */
  readonly installed: boolean
}

/** Rocq's own library, wherever it is installed. Throws `InfrastructureError` (`no-rocq`). */
export async function standardLibrary(lab: Lab): Promise<Source> {
  await using sandbox = await lab.open({ name: 'rocq-where', env: rocqVariables })
  const { exitCode, stdout } = await sandbox.exec(['coqc', '-where'])
  if (exitCode !== 0)
    throw new InfrastructureError('no-rocq', 'coqc does not run; install it (apt install coq)', {
      retryable: false,
    })
  const root = join(Buffer.from(stdout).toString().trim(), 'theories')
  return {
    name: 'stdlib',
    root,
    files: await filesOf(root, '.v'),
    mappings: [{ flag: '-R', directory: '.', name: 'Coq' }],
    // The rest of the library is loaded behind these; they must not have it loaded before them.
    flagsOf: (path) => (path.startsWith('Init/') ? ['-noinit'] : []),
    prelude: 'Init/Prelude.v',
    installed: true,
  }
}

/**
 * A directory of `.v` files, as its `_CoqProject` (or `Make`) maps it, or else as `-R . ""`. Throws `UsageError`
 * (`no-directory`, `no-files`, `bad-project`).
 */
export async function directorySource(directory: string): Promise<Source> {
  const root = resolve(directory)
  const files = await filesOf(root, '.v')
  if (files.size === 0) throw new UsageError('no-files', `there is no .v file in ${directory}`)
  const { mappings, flags } = readProject(await projectOf(root))
  return { name: basename(root), root, files, mappings, flagsOf: () => flags, installed: false }
}
