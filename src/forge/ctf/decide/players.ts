import { isPath } from '../../../core/files.ts'
import { Fallen } from '../../source.ts'
import type { FileFacts } from '../facts.ts'
import type { Decision, FileSource } from '../plan.ts'
import { showsFlag } from './flag.ts'
import { baseName, innerPath, mentions } from './paths.ts'
import type { View } from './view.ts'

/** Most that a player's work directory starts with, in bytes: a file, and all. */
const most = { file: 64 * 1024 ** 2, all: 192 * 1024 ** 2 }

/** What of a service the player has too, and what nobody is to see. */
export interface Served {
  readonly program: FileFacts
  /** A source with the flag's place inside. */
  readonly template?: string
  readonly unused: readonly FileFacts[]
  /** What .init made of it once, from a flag that is not this one. */
  readonly stale: ReadonlySet<string>
}

/**
 * The player's files: on the platform all that lies beside the program, elsewhere what the description calls the player's.
 * Never the flag, a solver, the platform's own. Throws `Fallen` (`too-large`, `missing-files`).
 */
export function decidePlayers(view: View, served?: Served): { players: FileSource[]; decision: Decision } {
  const { files, roles, setup, onPlatform } = view
  const withheld: string[] = []
  const unpacked = new Set(
    files.filter(({ path }) => path.includes('!/')).map(({ path }) => path.slice(0, path.indexOf('!/'))),
  )
  const handed: FileFacts[] = []
  const shows = files.filter((file) => !file.path.includes('!/') && isReadable(file) && showsFlag(file, view))
  const others = files.filter(
    (file) => !shows.includes(file) && !file.path.includes('!/') && roles.get(file.path) !== 'deployment',
  )
  const given = view.facts.given ?? []
  const isGiven = (path: string) => given.some((one) => path === one || path.startsWith(`${one}/`))
  for (const file of files) {
    const { path } = file
    const hold = (why: string) => withheld.push(`${path} (${why})`)
    // Archives are handed out as they are; what is in them is in them.
    if (path.includes('!/')) continue
    if (!isPath(path)) hold('its name')
    else if (setup.removed.has(path)) hold('.init takes it away')
    else if (served && isHidden(path, view)) hold('.init closes it to players')
    else if (unpacked.has(path) && others.some((other) => other.path !== path) && holdsSecret(path, view))
      hold('a solver or a flag is inside')
    else if (shows.includes(file) && others.length > 0) hold('the flag is in it')
    else if (served?.template === path) hold('the flag goes into it')
    else if (served && isSecret(file)) hold("it is the service's own secret")
    else if (served?.stale.has(path)) hold('it was made from an older flag')
    else if (served?.unused.includes(file)) hold('the service does not use it')
    else if (given.length > 0 && !isGiven(path)) hold('challenge.json gives it to nobody')
    else if (given.length > 0) handed.push(file)
    else if (file.elf && roles.get(path) === 'library' && !served) handed.push(file)
    else if (served && !onPlatform && !isPlayers(file, view)) hold('the description gives it to nobody')
    else handed.push(file)
  }
  const large = handed.find(({ bytes }) => bytes > most.file)
  const all = handed.reduce((sum, { bytes }) => sum + bytes, 0)
  if (large)
    throw new Fallen(
      'too-large',
      `${large.path} has ${megabytes(large.bytes)}, and a file may have ${megabytes(most.file)}`,
    )
  if (all > most.all)
    throw new Fallen('too-large', `its files have ${megabytes(all)}, and all may have ${megabytes(most.all)}`)
  if (!served && handed.length === 0 && files.length > 0)
    throw new Fallen(
      'missing-files',
      `nothing of its files can be handed out: ${withheld.slice(0, 3).join(', ')}`,
    )
  const names = handed.map(({ path }) => path)
  const heldBack =
    withheld.length > 0
      ? `; held back: ${withheld.slice(0, 4).join(', ')}${withheld.length > 4 ? ` and ${withheld.length - 4} more` : ''}`
      : ''
  const why =
    given.length > 0
      ? 'what challenge.json lists'
      : !served
        ? 'all that is not the platform’s, a solver or a flag'
        : onPlatform
          ? 'players of the platform see what lies beside the program'
          : 'what the description names'
  return {
    players: handed.map(({ path }) => ({ path, from: path })),
    decision: {
      what: 'players',
      choice:
        names.length === 0 ? 'no files' : names.length <= 4 ? names.join(', ') : `${names.length} files`,
      why: `${why.replace('’', "'")}${heldBack}`,
      confidence: served && !onPlatform ? 0.85 : shows.length > 0 ? 0.75 : 0.95,
    },
  }
}

function isHidden(path: string, { setup: { hidden } }: View): boolean {
  return hidden.has(path) || [...hidden].some((above) => path.startsWith(`${above}/`))
}

/** A module of secrets, from which a program whose source players have takes what they must not know. */
function isSecret({ path, script }: FileFacts): boolean {
  return script !== undefined && /^(secrets?|private|flag|hidden)(\.\w+)?$/i.test(baseName(path))
}

/** Texts show what is in them; a native program is handed out to be looked into. */
function isReadable(file: FileFacts): boolean {
  return file.script !== undefined || file.type === 'text'
}

/** An archive that has more than the player's own in it. */
function holdsSecret(archive: string, { roles, facts, byPath }: View): boolean {
  return facts.files.some(({ path }) => {
    if (!path.startsWith(`${archive}!/`)) return false
    const role = roles.get(path)
    const file = byPath.get(path)
    if (role === 'solver') return true
    if (facts.flag?.kind !== 'sha256' && facts.flag?.kind !== 'text') return false
    return file !== undefined && isReadable(file) && role !== 'output' && showsFlag(file, { facts } as View)
  })
}

/** Where nobody marked what is whose: an archive for players, and what the description names as there to be had. */
function isPlayers(file: FileFacts, view: View): boolean {
  const { description, dockerfiles } = view.facts
  const { path } = file
  if (
    /(^|\/)(dist|public|publish|handout|attachments?|downloads?|player|release|for_players?)(\/|[-_.])/i.test(
      path,
    )
  )
    return true
  if (view.roles.get(path) === 'deployment') return false
  if (mentions(description, path) || description.includes(`\`${baseName(path)}\``)) return true
  return dockerfiles.length === 0 && view.roles.get(path) === 'archive' && innerPath(path) === path
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`
}
