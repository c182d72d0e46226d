import { posix } from 'node:path'
import type { FileSet } from '../../../core/files.ts'
import { Fallen } from '../../source.ts'
import type { ServicePlan } from '../plan.ts'
import { baseOf, packagesOf } from './packages.ts'

/** A word that neither a shell nor Docker reads anything into. */
const plain = /^[A-Za-z0-9_./+@%:][A-Za-z0-9_./+@%:-]*$/

/** Docker's own parser refuses longer lines; see `wrapped`. */
const maxWordBytes = 8 * 1024

const user = 'ctf'

/**
 * A Dockerfile that serves what the plan says, from the service's directory. `env` is what its programs find in their
 * environment. Names of any kind hold: those that a shell or Docker could read something into stand in JSON form. Throws
 * `Fallen` (`too-large`) for a word that Docker does not take.
 */
export function dockerfileOf(
  service: ServicePlan,
  files: FileSet,
  env: Readonly<Record<string, string>>,
): string {
  const home = homeOf(service)
  const { instructions, prefix } = environmentOf(env)
  return `${[
    `FROM ${baseOf(service, files)}`,
    ...installing(packagesOf(service, files)),
    '',
    `RUN useradd --home-dir ${home} --shell /bin/sh ${user}`,
    ...linking(service, home),
    '',
    `WORKDIR ${home}`,
    'COPY . .',
    ...allowing(service, files),
    '',
    ...instructions,
    `USER ${user}`,
    `EXPOSE ${service.port}`,
    wrapped('CMD', [...prefix, ...service.command]),
  ].join('\n')}\n`
}

function installing(packages: readonly string[]): string[] {
  if (packages.length === 0) return []
  const foreign = packages.some((name) => name.endsWith(':i386'))
  const steps = [
    ...(foreign ? ['dpkg --add-architecture i386'] : []),
    'apt-get update',
    `apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    'rm -rf /var/lib/apt/lists/*',
  ]
  return ['', `RUN ${steps.join(' \\\n && ')}`]
}

/** The directory that everything is in: the one that the programs know it by, where there is such a one. */
function homeOf({ links }: ServicePlan): string {
  const places = Object.keys(links)
  const known = places.find((at) => links[at] === '' && plain.test(at) && !inBase.has(at))
  if (known !== undefined) return known
  const free = (at: string) =>
    places.every((place) => place !== at && !place.startsWith(`${at}/`) && !at.startsWith(`${place}/`))
  return ['/challenge', '/home/ctf', '/srv/challenge', '/service'].find(free) ?? `/${user}-service`
}

/** Directories at the top that every Debian image has, empty or without need. */
const inBase = new Set(['/boot', '/home', '/media', '/mnt', '/opt', '/root', '/srv'])

/** Absolute paths that the programs know their files by. */
function linking({ links }: ServicePlan, home: string): string[] {
  return Object.entries(links).flatMap(([at, to]) => {
    if (at === home) return []
    const target = to === '' ? home : `${home}/${to}`
    const parent = posix.dirname(at)
    const steps = [
      ...(inBase.has(at) ? [['rm', '-rf', at]] : []),
      ...(parent === '/' ? [] : [['mkdir', '-p', parent]]),
      // Else only root comes through it.
      ...(/^\/root(\/|$)/.test(parent) ? [['chmod', '711', '/root']] : []),
      ['ln', '-sT', target, at],
    ]
    return running(steps)
  })
}

/** Readable for everybody, programs as programs; a program may make files, and cannot replace those that are there. */
function allowing(service: ServicePlan, files: FileSet): string[] {
  const command = service.command.join(' ')
  const programs = [...files]
    .filter(([path, bytes]) => isProgram(bytes) || command.includes(`./${path}`))
    .map(([path]) => path)
  const databases = [...files].filter(([, bytes]) => isDatabase(bytes)).map(([path]) => path)
  const holding = [...new Set(['.', ...databases.map((path) => posix.dirname(path))])]
  return running([
    ['chmod', '-R', 'a+rX', '.'],
    ['chmod', '1777', ...holding.map(here)],
    ...some(programs).map((each) => ['chmod', '755', ...each.map(here)]),
    ...some(databases).map((each) => ['chmod', '666', ...each.map(here)]),
  ])
}

/** As the sandboxes decide what may be run. */
function isProgram(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1')
  return start.startsWith('#!') || start === '\x7fELF'
}

function isDatabase(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 16)).toString('latin1') === 'SQLite format 3\0'
}

/** A file's name, where one that begins with `-` would be an option. */
function here(path: string): string {
  return path.startsWith('-') ? `./${path}` : path
}

/** So many at a time as a command takes. */
function some(all: readonly string[]): string[][] {
  const parts: string[][] = []
  for (let at = 0; at < all.length; at += 20) parts.push(all.slice(at, at + 20))
  return parts
}

/** One RUN for what a shell reads rightly, and one in JSON form for each of the others. */
function running(steps: readonly (readonly string[])[]): string[] {
  const isPlain = (words: readonly string[]) =>
    words.every((word) => plain.test(word) || /^-[A-Za-z]+$/.test(word))
  const lines: string[] = []
  let together: string[] = []
  const flush = () => {
    if (together.length > 0) lines.push(`RUN ${together.join(' \\\n && ')}`)
    together = []
  }
  for (const words of steps) {
    if (isPlain(words)) together.push(words.join(' '))
    else {
      flush()
      lines.push(wrapped('RUN', words))
    }
  }
  flush()
  return lines
}

/** An instruction in JSON form, over several lines where one would be too long. */
function wrapped(name: string, words: readonly string[]): string {
  const quoted = words.map((word) => {
    const text = JSON.stringify(word.toWellFormed())
    if (Buffer.byteLength(text) > maxWordBytes * 6)
      throw new Fallen('too-large', `a word of ${word.length} characters is too long for a Dockerfile`)
    return text
  })
  const line = `${name} [${quoted.join(', ')}]`
  return line.length <= 140 ? line : `${name} [ \\\n  ${quoted.join(', \\\n  ')} \\\n]`
}

/** ENV, and for what it cannot say (line ends, names that are no variable's) `env` in front of the command. */
function environmentOf(env: Readonly<Record<string, string>>): { instructions: string[]; prefix: string[] } {
  const instructions: string[] = []
  const odd: string[] = []
  for (const [name, value] of Object.entries(env)) {
    const simple = /^[A-Za-z_]\w*$/.test(name) && !/\p{Cc}/u.test(value) && value.length <= maxWordBytes
    if (simple) instructions.push(`ENV ${name}="${value.toWellFormed().replace(/["\\$]/g, '\\$&')}"`)
    else odd.push(`${name}=${value}`)
  }
  return { instructions, prefix: odd.length === 0 ? [] : ['env', '--', ...odd] }
}
