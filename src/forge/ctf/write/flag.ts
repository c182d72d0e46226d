import { createHash } from 'node:crypto'
import { toBytes } from '../../../core/files.ts'
import type { Plant } from '../../../core/service.ts'
import { flagSecret } from '../../../domains/security/flags.ts'
import { Fallen } from '../../source.ts'
import type { Plan } from '../plan.ts'

/**
 * The flag as it stands in the files that are written: the one that is known, or one that nobody is given, in the form of
 * the fresh ones and as long as they are. Undefined where only a digest or a checker is known.
 */
export function writtenFlag(id: string, flag: Plan['flag']): string | undefined {
  if (flag.kind === 'static') return flag.value
  return flag.kind === 'fresh' ? flag.format.replace('*', () => wordOf(id, flagSecret)) : undefined
}

/** 20 characters, as `freshFlag` has them: programs that were tried with one hold the other. */
function wordOf(id: string, secret: string): string {
  return `placeholder${createHash('sha256').update(`${id}\0${secret}`).digest('hex').slice(0, 9)}`
}

/** A service's files and environment with what is written in the place of its secrets, and where that is. */
export interface Planting {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly env: Readonly<Record<string, string>>
  /** With the placeholders that the written files have. */
  readonly plants: readonly Plant[]
}

/**
 * Puts a placeholder wherever a secret of the trial is to go. Throws `Fallen` (`broken-plan`) where a template is not among
 * the files or does not have what is to be replaced, and where the flag is to be planted and not known.
 */
export function plantingOf(
  service: NonNullable<Plan['service']>,
  before: ReadonlyMap<string, Uint8Array>,
  about: { readonly id: string; readonly flag: string | undefined },
): Planting {
  const files = new Map(before)
  const env: Record<string, string> = {}
  const plants = service.plants.map((plant): Plant => {
    const value = plant.secret === flagSecret ? about.flag : wordOf(about.id, plant.secret)
    if (value === undefined)
      throw new Fallen(
        'broken-plan',
        'the flag is to be planted, and only a digest or a checker of it is known',
      )
    if ('env' in plant) {
      env[plant.env] = value
      return plant
    }
    if ('file' in plant) {
      files.set(plant.file, toBytes(`${value}\n`))
      return plant
    }
    const { template, placeholder } = plant
    files.set(template, replaced(template, files.get(template), placeholder, value))
    return { ...plant, placeholder: value }
  })
  return { files, env, plants }
}

/** Bytes stay bytes, as in `planted`. */
function replaced(
  path: string,
  content: Uint8Array | undefined,
  placeholder: string,
  value: string,
): Uint8Array {
  const latin1 = (text: string) => Buffer.from(text).toString('latin1')
  const text = content && Buffer.from(content).toString('latin1')
  if (text === undefined)
    throw new Fallen(
      'broken-plan',
      `the flag is to be planted in ${JSON.stringify(path)}, which is not there`,
    )
  if (!text.includes(latin1(placeholder)))
    throw new Fallen(
      'broken-plan',
      `${JSON.stringify(path)} does not have ${JSON.stringify(placeholder)}, which a secret is to replace`,
    )
  return Buffer.from(
    text.replaceAll(latin1(placeholder), () => latin1(value)),
    'latin1',
  )
}
