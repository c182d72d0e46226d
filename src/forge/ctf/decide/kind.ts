import { Fallen } from '../../source.ts'
import type { FileFacts } from '../facts.ts'
import type { Decision } from '../plan.ts'
import { type Candidate, candidatesOf, namesFlag } from './candidates.ts'
import { refuseMachines, refuseWindows } from './machines.ts'
import { baseName } from './paths.ts'
import type { View } from './view.ts'

/** What a challenge becomes. */
export type Kind =
  | { readonly kind: 'files' }
  | { readonly kind: 'service'; readonly program: FileFacts; readonly candidate: Candidate }

const notBundled =
  /source is not bundled|not bundled here|prebuilt [^\n]{0,60}image|not included in (this|the) (repo|archive)|files? (is|are) too (large|big)|exceeds? [^\n]{0,40}(size|limit)|git lfs|Download (it|them|the file)/i

/**
 * Player files only, or a service, and which program it is. Throws `Fallen`: `missing-files`, `no-flag`,
 * `needs-internet`, and what `refuseMachines` throws.
 */
export function decideKind(view: View): { readonly kind: Kind; readonly decisions: readonly Decision[] } {
  const { facts, roles, files } = view
  const candidates = candidatesOf(view)
  const best = candidates.find(({ serves, score }) => serves && score > 0)
  const useful = files.filter(({ path }) => roles.get(path) !== 'deployment')
  if (useful.length === 0) return { kind: { kind: 'files' }, decisions: [nothingButText(view)] }
  const known = facts.flag !== undefined
  const made = useful.some(({ path }) => roles.get(path) === 'output')
  if (best && !(known && isOneOff(best, view, made))) {
    try {
      refuseMachines(view, best.file)
    } catch (thrown) {
      if (known && made && thrown instanceof Fallen)
        return {
          kind: { kind: 'files' },
          decisions: [
            decision(
              'files',
              `${thrown.message}, but what it made is shipped, and the flag is known by ${wordFor(view)}`,
              0.75,
            ),
          ],
        }
      throw thrown
    }
    return {
      kind: { kind: 'service', program: best.file, candidate: best },
      decisions: [
        decision('service', whyService(best, view), confidenceOf(best, view)),
        programDecision(best, candidates),
      ],
    }
  }
  if (facts.category === 'pwn' && !known) refuseUnserved(view)
  if (known) {
    const why = best
      ? `the flag is known by ${wordFor(view)}, and ${baseName(best.file.path)} asks nothing: what it made is shipped`
      : `the flag is known by ${wordFor(view)}, and nothing in the files reads a flag or serves`
    return { kind: { kind: 'files' }, decisions: [decision('files', why, best ? 0.8 : 0.93)] }
  }
  refuseCompiled(view)
  throw noFlag(view)
}

/** A pwn challenge is nothing without its program. */
function refuseUnserved(view: View): void {
  refuseWindows(view)
  const { files, roles, facts } = view
  if (files.some(({ path }) => roles.get(path) === 'program' || roles.get(path) === 'script')) return
  const why = facts.left[0] ?? 'none of its files is a program'
  throw new Fallen('missing-files', `it is a pwn challenge, and has no program that could be served: ${why}`)
}

/** Sources that have to be compiled first, and say that they serve or read a flag. */
function refuseCompiled({ files }: View): void {
  const source = files.find(
    ({ script, flagPaths }) =>
      script &&
      ['go', 'c', 'cpp', 'rust', 'haskell'].includes(script.language) &&
      (script.serves !== undefined || flagPaths.length > 0),
  )
  if (source)
    throw new Fallen(
      'needs-compiling',
      `${source.path} would serve, and is only there as ${source.script?.language} source`,
    )
}

function decision(choice: string, why: string, confidence: number): Decision {
  return { what: 'kind', choice, why, confidence }
}

/** What a text has that is to be deciphered: code, a long word, rows of numbers or of capitals. */
const material =
  /```|`[^`\n]{12,}`|[^\s/:]{20,}|(?:\b[0-9a-f]{1,5}\b[\s,]+){5,}|(?:\b[A-Z']{2,}\b\W+){6,}|[01]{8}|[.-]{2,}\s+[.-]{2,}/

/** A description alone can be a challenge: a cipher text, a riddle. */
function nothingButText(view: View): Decision {
  const { facts } = view
  const elsewhere = facts.connections.find(({ from }) => /DESCRIPTION|README|description/i.test(from))
  const left = facts.left[0]
  if (notBundled.test(facts.rehost))
    throw new Fallen(
      'missing-files',
      "the archive's notes say that its files are kept elsewhere, and there are none here",
    )
  if (left !== undefined) throw new Fallen('missing-files', `none of its files can be used: ${left}`)
  if (elsewhere)
    throw new Fallen(
      'missing-files',
      `it has no files, and its text leads to ${elsewhere.host}${elsewhere.port ? `:${elsewhere.port}` : ''}, of which nothing is here`,
    )
  if (facts.flag === undefined) throw noFlag(view)
  if (facts.category === 'osint' || /https?:\/\/(?![^\s)]*(github|ctftime)\.)/i.test(facts.description))
    throw new Fallen('needs-internet', 'it has no files, and its text sends players to the Internet')
  const named = /\{\{\s*([^},]+)|\b(?:file|image|picture|binary|pcap|attach\w*)\b/i.exec(told(view))
  if (named)
    throw new Fallen('missing-files', `its text speaks of "${named[0].slice(0, 60)}", and there are no files`)
  if (['forensics', 'web', 'pwn'].includes(facts.category) || !material.test(told(view)))
    throw new Fallen('missing-files', 'it has no files, and nothing to work on in its text')
  return decision(
    'files',
    `it has no files, its text is all there is, and the flag is known by ${wordFor(view)}`,
    0.6,
  )
}

/** The description without who made it and how the platform wants flags handed in. */
function told({ facts }: View): string {
  return facts.description
    .replace(/\*\*Authors?:?\*\*[^\n]*/gi, '')
    .replace(/^.*flag_?check.*$/gim, '')
    .replace(/https?:\/\/\S+/g, '')
    .trim()
}

/**
 * A script that computes something from the flag and ends, where what it printed is shipped and its flag is known: players
 * had the output, and no server.
 */
function isOneOff({ file, score }: Candidate, view: View, made: boolean): boolean {
  const { elf, script } = file
  if (script) {
    if (script.serves || script.privileged || view.setup.privileged.has(file.path)) return false
    if (view.facts.dockerfiles.some(({ command }) => command.length > 0) && score >= 6) return false
    if (script.asks && file.flagPaths.length > 0 && !made) return false
    return made || !script.asks || file.flagPaths.length === 0
  }
  if (elf) {
    // What reads a flag's file and is no pwn challenge may still be a tool: an encryptor of files that is not asked.
    const reads = namesFlag(file) || view.setup.privileged.has(file.path)
    return view.facts.category !== 'pwn' && (!reads || made)
  }
  return false
}

function whyService({ reasons }: Candidate, { facts }: View): string {
  const digest = facts.flag ? ', so a fresh flag goes where it looks, though the old one is known' : ''
  return `${reasons.slice(0, 3).join('; ') || 'it is the only program'}${digest}`
}

function confidenceOf({ file, score, reasons }: Candidate, { facts }: View): number {
  const native = file.elf !== undefined && facts.category === 'pwn'
  const base = score >= 9 ? 0.97 : score >= 6 ? 0.95 : native ? 0.93 : score >= 4 ? 0.85 : 0.7
  const dim =
    file.elf && facts.category !== 'pwn' && !reasons.some((reason) => reason.includes('rights')) ? 0.1 : 0
  return Math.round((base - dim) * 100) / 100
}

function programDecision(best: Candidate, all: readonly Candidate[]): Decision {
  const others = all.filter((each) => each !== best && each.serves)
  const next = others[0]
  const margin = next ? best.score - next.score : 9
  return {
    what: 'program',
    choice: best.file.path,
    why: next
      ? `${best.reasons[0] ?? 'it stands out'}; ${baseName(next.file.path)} has less for it`
      : `${best.reasons[0] ?? 'it stands out'}; no other could be served`,
    confidence: margin >= 4 ? 0.97 : margin >= 2 ? 0.9 : margin >= 1 ? 0.8 : 0.65,
  }
}

function wordFor({ facts }: View): string {
  if (facts.flag?.kind === 'sha256') return 'its digest'
  return facts.flag?.kind === 'checker' ? `the checker ${facts.flag.path}` : 'its text'
}

function noFlag(view: View): Fallen {
  const { facts } = view
  const left = facts.left[0]
  if (notBundled.test(facts.rehost))
    return new Fallen(
      'missing-files',
      "the archive's notes say that its server is kept elsewhere, and it is not here",
    )
  if (/flag_?check/i.test(`${facts.description}\n${facts.rehost}`))
    return new Fallen(
      'no-flag',
      'its texts speak of a flagCheck, which is not there, and there is no digest of the flag',
    )
  if (left !== undefined)
    return new Fallen(
      'missing-files',
      `nothing that can be used reads a flag, and this was left out: ${left}`,
    )
  if (view.files.length === 0)
    return new Fallen('missing-files', 'it has no files, and no digest, text or checker of its flag')
  return new Fallen(
    'no-flag',
    'nothing in its files reads a flag or serves, and no digest, text or checker of the flag is there',
  )
}
