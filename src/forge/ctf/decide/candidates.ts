import type { ElfFacts, FileFacts } from '../facts.ts'
import { baseName, mentions } from './paths.ts'
import type { View } from './view.ts'

/** A file that may be what the challenge's server runs. */
export interface Candidate {
  readonly file: FileFacts
  readonly score: number
  /** What speaks for it, best first. */
  readonly reasons: readonly string[]
  /** True where something of it needs rights or serves: only then it is worth a service. */
  readonly serves: boolean
}

const servers =
  /^(server|serve|service|srv|main|app|chal|chall|challenge|task|prob|problem|run|index|start)(\.|$|_|-)/i
const clients =
  /^(client|test|tests|util|utils|helper|helpers|setup|config|bot|template|pow|check|verify|fake)/i

/** Characters of a Dockerfile's command in which files are looked for. */
const mostCommand = 8192

/** Every program and script that could be served, the likeliest first; ties in the order of their paths. */
export function candidatesOf(view: View): readonly Candidate[] {
  const { roles, files } = view
  const namers = namersIn(files)
  const commands = view.facts.dockerfiles.map(({ command }) => ({
    command,
    text: command.join('\n').slice(0, mostCommand),
  }))
  const rated = files
    .filter(({ path }) => roles.get(path) === 'program' || roles.get(path) === 'script')
    .map((file) => rate(file, view, { namers, commands }))
  return rated.sort((a, b) => b.score - a.score || (a.file.path < b.file.path ? -1 : 1))
}

function rate(file: FileFacts, view: View, { namers, commands }: Names): Candidate {
  const { facts, setup, files, roles } = view
  const found: [number, string][] = []
  const say = (points: number, reason: string) => found.push([points, reason])
  const { path, elf, script } = file
  const name = baseName(path)
  let serves = false
  const grant = (points: number, reason: string) => {
    serves = true
    say(points, reason)
  }
  if (setup.privileged.has(path)) grant(6, '.init lets the player run it with rights')
  if (script?.privileged) grant(6, 'its first line gives it rights of its own')
  else if (script?.interpreter && /pwn\.?college/.test(script.interpreter))
    grant(5, "its first line names the platform's interpreter")
  if (file.setuid) grant(4, 'it is setuid')
  const run = setup.runs.find(({ program }) => program === path || setup.moved.get(path) === program)
  if (run)
    grant(
      6,
      run.output ? `.init runs it once and keeps what it prints in ${run.output}` : '.init runs it once',
    )
  if (script?.serves)
    grant(6, script.serves === 'http' ? 'it serves HTTP by itself' : 'it listens on a socket by itself')
  if (elf && listens(elf.imports) && (facts.category === 'pwn' || namesFlag(file)))
    grant(4, 'it calls listen and accept')
  if (namesFlag(file)) grant(4, `it names ${file.flagPaths[0]}`)
  if (elf && facts.category === 'pwn') grant(3, 'it is the program of a pwn challenge')
  const privately = new RegExp(
    `\`?${quoted(name)}\`?[^.\\n]{0,60}(setuid|SUID)|(setuid|SUID)[^.\\n]{0,60}\`${quoted(name)}\``,
    'i',
  )
  if (facts.rehost.toLowerCase().includes(name.toLowerCase()) && privately.test(facts.rehost))
    grant(5, 'the notes of the archive say that it is setuid')
  for (const { command } of commands.filter(({ text }) => text.includes(name)))
    if (command.some((word) => mentions(word, path) || word === name)) grant(6, 'the Dockerfile runs it')
    else if (command.some((word) => word.includes(name) && name.length > 3))
      grant(3, "the Dockerfile's command names it")
  if (script?.imports.some((module) => flagModules.has(module))) grant(3, 'it imports the flag from a module')
  if (script?.asks) say(2, 'it reads its standard input')
  if (servers.test(name)) say(1, 'its name is that of a server')
  if (clients.test(name)) say(-4, 'its name is that of a part')
  if (isImported(file, namers)) say(-3, 'another script imports or names it')
  if (elf && elf.machine !== 'x86-64') say(-2, `it is made for ${elf.machine}`)
  if (elf?.interpreter?.startsWith('/nix/')) say(-1, "its loader is the platform's")
  if (path.includes('!/')) say(-1, 'it is in an archive')
  // What a wrapper starts reads and prints itself.
  if (
    script?.language === 'shell' &&
    files.some(
      (other) =>
        other !== file &&
        other.flagPaths.length > 0 &&
        other.script?.language !== 'shell' &&
        roles.get(other.path) !== 'material',
    )
  )
    say(-4, 'it only starts another')
  if (facts.description.includes(name)) say(1, 'the description names it')
  say(-0.1 * (path.split('/').length - 1), '')
  found.sort((a, b) => b[0] - a[0])
  return {
    file,
    serves,
    score: found.reduce((sum, [points]) => sum + points, 0),
    reasons: found.filter(([points, reason]) => points > 0 && reason !== '').map(([, reason]) => reason),
  }
}

/** Modules that challenges have their flag in, and do not ship. */
export const flagModules: ReadonlySet<string> = new Set([
  'flag',
  'secret',
  'private',
  'FLAG',
  'flags',
  'secret_flag',
  'hidden',
])

/** Whether it may take the flag from where it names one; in a native program that opens nothing, the name is a variable's. */
export function namesFlag({ elf, flagPaths }: FileFacts): boolean {
  return flagPaths.length > 0 && (elf === undefined || mayOpen(elf))
}

/** Libraries that open no file for a program unless it calls them to by a name below. */
const plainLibrary = /^(libc|libm|libdl|librt|libpthread|libgcc_s|libstdc\+\+|ld-linux[\w-]*)\.so/

/** What opens a file, starts a program, reads a variable, or can run code that does. */
const opener =
  /open|exec|spawn|system|getenv|syscall|dlsym|filebuf|fstream|filesystem|pthread_create|mmap|mprotect|dirent|readdir/i

/** False only where it is to be seen: a program of plain C or C++ by its dynamic functions, all of them known. */
function mayOpen({ static: alone, needed, imports }: ElfFacts): boolean {
  return (
    alone ||
    !imports.includes('__libc_start_main') ||
    !needed.every((name) => plainLibrary.test(name)) ||
    imports.some((name) => opener.test(name))
  )
}

export function listens(imports: readonly string[]): boolean {
  return imports.includes('listen') && (imports.includes('accept') || imports.includes('accept4'))
}

/** By the path or the name of a file: digests of the scripts that name it. Thousands of files may name sixty each. */
type Namers = ReadonlyMap<string, ReadonlySet<string>>

/** Where files are named: gathered once, since there may be thousands of files and of texts. */
interface Names {
  readonly namers: Namers
  readonly commands: readonly { readonly command: readonly string[]; readonly text: string }[]
}

function namersIn(files: readonly FileFacts[]): Namers {
  const all = new Map<string, Set<string>>()
  for (const { script, sha256 } of files)
    for (const each of script?.names ?? [])
      for (const name of new Set([each, baseName(each)])) {
        const digests = all.get(name) ?? new Set()
        all.set(name, digests.add(sha256))
      }
  return all
}

function isImported({ path, script, sha256 }: FileFacts, namers: Namers): boolean {
  if (!script) return false
  return [path, baseName(path)].some((name) => {
    const digests = namers.get(name)
    return digests !== undefined && digests.size > (digests.has(sha256) ? 1 : 0)
  })
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
