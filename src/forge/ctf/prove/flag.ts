import type { EnvironmentSecrets } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Plant, Service } from '../../../core/service.ts'
import { Fallen } from '../../source.ts'
import { flagsOf } from './traces.ts'

const secretFor = (plant: Plant, secrets: EnvironmentSecrets) => secrets[plant.secret] ?? ''

/**
 * Looks into the service's own sandbox: every planted place has this start's secret, and no other start's. Returns where
 * it was seen. Throws `Fallen` (`flag-not-planted`, `cannot-look`) and `InfrastructureError` (`cannot-look`).
 */
export async function plantedIn(
  host: Sandbox,
  service: Service,
  secrets: EnvironmentSecrets,
  others: readonly EnvironmentSecrets[],
): Promise<string[]> {
  const seen: string[] = []
  for (const plant of service.plants) {
    const value = secretFor(plant, secrets)
    const { name, content } = await contentOf(host, service, plant, value)
    if (!content.includes(Buffer.from(value)))
      throw new Fallen(
        'flag-not-planted',
        `the service's sandbox does not have the ${plant.secret} of this start in ${name}: the program took it away, or wrote over it`,
      )
    const foreign = others.map((other) => secretFor(plant, other)).filter((text) => text !== value)
    if (foreign.some((text) => text !== '' && content.includes(Buffer.from(text))))
      throw new Fallen('flag-not-planted', `${name} has the ${plant.secret} of another start`)
    seen.push(name)
  }
  return seen
}

const places = '/challenge /app /srv /home /opt /root /work /flag* /usr/src /var/www'
/** The first file that has the text. Places that are not there are grep's 2, and no failure. */
const search = `found=$(grep -rlsF -- "$1" . ${places}); code=$?; [ $code -le 2 ] || exit $code; echo "$found" | head -1`

async function contentOf(
  host: Sandbox,
  service: Service,
  plant: Plant,
  value: string,
): Promise<{ name: string; content: Buffer }> {
  if ('env' in plant) {
    return { name: `$${plant.env}`, content: await saidBy(host, service, ['/usr/bin/env'], 10) }
  }
  const name = 'file' in plant ? plant.file : plant.template
  const bytes = await host.read(name)
  if (bytes || !service.image) return { name, content: Buffer.from(bytes ?? []) }
  // An image's build may have put the file anywhere.
  const said = await saidBy(host, service, ['/bin/sh', '-c', search, 'grep', value], 20)
  const found = said.toString('utf8').trim()
  return { name: found || name, content: Buffer.from(found === '' ? '' : value) }
}

/**
 * What a command in the service's sandbox prints. One that fails has seen nothing, which says nothing of the flag: throws
 * `InfrastructureError` (`cannot-look`), and `Fallen` of that kind where the image has no such program.
 */
async function saidBy(
  host: Sandbox,
  service: Service,
  argv: readonly string[],
  timeoutSeconds: number,
): Promise<Buffer> {
  const { exitCode, signal, timedOut, stdout } = await host.exec(argv, { timeoutSeconds })
  if (exitCode === 0) return Buffer.from(stdout)
  if (service.image && exitCode === 127)
    throw new Fallen(
      'cannot-look',
      `the image of "${service.name}" has no env, sh or grep to look for its flag with`,
    )
  const how = timedOut ? `ran longer than ${timeoutSeconds} s` : `ended with ${signal ?? exitCode}`
  throw new InfrastructureError(
    'cannot-look',
    `the service's sandbox cannot be looked through: ${argv[0]} ${how}`,
  )
}

/** How the service comes to its flag, as far as its files say so. */
export interface FlagUse {
  /** `server.py`: the file that names the planted place; `in server.py`: it is put into that; undefined: nobody names it. */
  readonly by: string | undefined
  /** Other texts of the flag's form in the service's files. */
  readonly others: readonly string[]
}

/** Written by the forge, or the system's: they name many a thing. */
const notPrograms = /(^|\/)(Dockerfile|ld-[^/]*|lib[^/]*\.so[^/]*)$/

/** Looks through the service's files for who reads the planted place, and for flags that were not planted. */
export function flagUseOf(service: Service, format: string, known: readonly string[]): FlagUse {
  const others = [...service.files].flatMap(([path, bytes]) =>
    service.plants.some((plant) => 'file' in plant && plant.file === path)
      ? []
      : flagsOf(format, bytes).filter((text) => !known.some((each) => each.includes(text))),
  )
  const template = service.plants.find((plant) => 'template' in plant)
  if (template && 'template' in template)
    return { by: `in ${template.template}`, others: [...new Set(others)] }
  const names = service.plants.flatMap((plant) => namesOf(plant, service))
  const namer = [...service.files].find(([path, bytes]) => {
    if (notPrograms.test(path)) return false
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return !isPlanted(path, service) && names.some((name) => text.includes(name))
  })
  const inCommand = names.some((name) => service.command.some((word) => word.includes(name)))
  return { by: namer?.[0] ?? (inCommand ? 'the command' : undefined), others: [...new Set(others)] }
}

const isPlanted = (path: string, { plants }: Service) =>
  plants.some((plant) => 'file' in plant && plant.file === path)

/** By which names a program may ask for it: the file's, those of links that lead to it, the variable's, a module's. */
function namesOf(plant: Plant, { links = {} }: Service): string[] {
  if ('env' in plant) return [plant.env]
  const path = 'file' in plant ? plant.file : plant.template
  const linked = Object.entries(links).filter(([, to]) => to === path)
  return [path, ...linked.map(([at]) => at)].map((each) => each.split('/').pop() ?? each)
}
