import type { Facts, FileFacts } from '../facts.ts'
import { innerPath } from './paths.ts'

/** What a file of a challenge is there for. */
export type Role =
  /** The platform's and the archive's own: set-up, notes, digests, checkers of the flag. */
  | 'platform'
  /** What solves it, and write-ups. */
  | 'solver'
  /** A file that has nothing but the flag, or a stand-in. */
  | 'flag'
  /** A loader or shared library. */
  | 'library'
  /** A native program of any machine. */
  | 'program'
  | 'script'
  /** What a program printed or wrote from the flag, for players. */
  | 'output'
  /** How it is built and deployed. */
  | 'deployment'
  | 'archive'
  | 'material'

const platformName =
  /(^|\/)(DESCRIPTION\.md|REHOST\.md|module\.ya?ml|\.init|\.flag\.sha\d+|\.git(ignore|keep|attributes)?|challenge\.(json|ya?ml)|\.DS_Store|__MACOSX|metadata|\.dojo.*|.*\.swp)(\/|$)/i
/** The platform's own, exactly so; a `flag_checker` may be the challenge itself. */
const checkerName = /(^|\/)flagCheck$/i
const solverName =
  /(^|\/)((solve|solver|solution|solutions|sol|exploit|exp|expl|writeup|write-up|wu)(\.[a-z0-9]+)?|(solve|solver|exploit)[-_][^/]*|[^/]*[-_](solve|solver|solution|exploit|writeup)(\.(py|sage|md|sh|js|rb|c))|writeups?)(\/|$)/i
const flagName = /(^|\/)\.?(real_?|fake_?|the_?)?flag(_?(real|fake))?g?(\.(txt|text|in|dat))?$/i
const outputName =
  /(^|\/)((?:[^/]*[-_.])?(out|output|outputs|ciphertext|cipher_?text|ct|enc|encrypted|encoded|pubkey|public|result|transcript|dump)(?:[-_.]?\w*)?\.(txt|json|log|out|bin|dat|enc|pem|csv|ppm)|out|output|ciphertext|flag[^/]*\.(enc|encrypted|png|jpe?g|bmp|bin|cipher|hex|zip|out)|[^/]+\.(enc|encrypted))$/i
const deploymentName =
  /(^|\/)(Dockerfile[^/]*|docker-compose[^/]*|compose\.ya?ml|Makefile|\.dockerignore|nsjail\.cfg|[^/]*\.xinetd|xinetd\.conf|ctf\.xinetd|kctf.*|challenge\.ya?ml|deploy[^/]*\.sh|build\.sh|run_docker\.sh|requirements\.txt)$/i
const libraryName = /(^|\/)(ld[-.][^/]*|ld|lib[^/]*\.so[^/]*|libc[-.][^/]*|libc|[^/]+\.so(\.\d+)*)$/i
const archives = new Set(['zip', 'tar', 'gzip', 'bzip2', 'xz', 'rar', '7z'])

/** More than a flag has, in bytes: a text to be worked on. */
const maxFlagBytes = 4096

/** One role a file; names first, since what a file is for is no matter of its bytes, then its type. */
export function roleOf(file: FileFacts, { solvers, flag }: Pick<Facts, 'solvers' | 'flag'>): Role {
  const digest = flag?.kind === 'sha256' ? flag.digest : undefined
  const path = innerPath(file.path)
  if (
    platformName.test(path) ||
    checkerName.test(path) ||
    (flag?.kind === 'checker' && flag.path === file.path)
  )
    return 'platform'
  if (solvers.includes(file.path) || solverName.test(path)) {
    // A native program called `exploit…` is what is to be exploited.
    if (!(file.elf && !solvers.includes(file.path))) return 'solver'
  }
  if (digest !== undefined && file.sha256 === digest) return 'flag'
  const named =
    flagName.test(path) && file.bytes < maxFlagBytes && !file.elf && !(file.script && !path.endsWith('.txt'))
  // Where the flag is known by its digest, a text of that name that shows another may be what players start from.
  if (named && (digest === undefined || file.flags.length > 0 || file.bytes < 4)) return 'flag'
  if (file.elf?.kind === 'library' && (libraryName.test(path) || file.elf.libc !== undefined))
    return 'library'
  if (file.elf?.kind === 'program' || (file.elf?.kind === 'library' && file.elf.interpreter !== undefined))
    return libraryName.test(path) && file.elf.interpreter === undefined ? 'library' : 'program'
  if (file.elf?.kind === 'library') return 'library'
  if (deploymentName.test(path)) return 'deployment'
  if (outputName.test(path) && !file.script) return 'output'
  if (file.script && languages.has(file.script.language)) return 'script'
  if (archives.has(file.type)) return 'archive'
  return 'material'
}

/** Languages whose texts can be served as they are. */
const languages = new Set<string>(['python', 'sage', 'shell', 'perl', 'php', 'ruby', 'node', 'java', 'lua'])

/** A text that stands where a flag was, and is none. */
export function isStandIn(text: string): boolean {
  return (
    /redact|fake|dummy|example|placeholder|test|sample|your|here|xxx|\?\?|\.\.\.|…|real_?flag|not_?the|local|\*\*/i.test(
      text,
    ) || /^[\w.-]*\{?\}?$/.test(text)
  )
}
