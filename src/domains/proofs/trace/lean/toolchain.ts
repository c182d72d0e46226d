import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join, sep } from 'node:path'
import { InfrastructureError } from '../../../../core/errors.ts'

/**
 * The directory of the Lean that a project is for, with `bin/lake` and `bin/lean` in it: the one that is named, else elan's
 * for the project's `lean-toolchain`, else the one on PATH. Nothing is run or fetched. Throws `InfrastructureError`
 * (`no-lean`).
 */
export async function toolchainOf(project: string, named?: string): Promise<string> {
  const wanted = named ?? (await elansOwn(project)) ?? (await onPath())
  if (
    wanted !== undefined &&
    existsSync(join(wanted, 'bin', 'lake')) &&
    existsSync(join(wanted, 'bin', 'lean'))
  )
    return await realpath(wanted)
  const where = named === undefined ? '' : ` in ${named}`
  throw new InfrastructureError(
    'no-lean',
    `there is no Lean${where} for ${project}: install the toolchain that its lean-toolchain names ` +
      '(https://lean-lang.org/install, then lake build in the project), or name its directory with --toolchain',
    { retryable: false },
  )
}

/** `leanprover/lean4:v4.20.0` is in `leanprover--lean4---v4.20.0`. */
async function elansOwn(project: string): Promise<string | undefined> {
  const text = await readFile(join(project, 'lean-toolchain'), 'utf8').catch(() => '')
  const name = text.trim().replace('/', '--').replace(':', '---')
  if (!/^[\w.+-]+$/.test(name)) return undefined
  const directory = join(process.env.ELAN_HOME ?? join(homedir(), '.elan'), 'toolchains', name)
  return existsSync(directory) ? directory : undefined
}

/** Elan's own `lake` only chooses a toolchain, and may fetch one. */
async function onPath(): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const lake = directory === '' ? undefined : await realpath(join(directory, 'lake')).catch(() => undefined)
    if (lake !== undefined && !lake.includes(`${sep}.elan${sep}bin${sep}`) && lake.endsWith(`${sep}lake`))
      return dirname(dirname(lake))
  }
  return undefined
}
