import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LeanPlace } from '../sandbox.ts'
import { transcriptsDirectory, transcriptsMissing } from './transcripts.ts'

const node = '/opt/node'
const programs = '/opt/programs'
const recorded = '/opt/transcripts'

/** A program of this folder in the REPL's place, run by Node, in the sandbox that the REPL would have. */
export function standIn(program: 'replay.ts' | 'toy.ts', ...rest: readonly string[]): LeanPlace {
  return {
    repl: [`${node}/node`, `${programs}/${program}`, ...rest],
    mounts: [
      { host: dirname(process.execPath), inside: node },
      { host: import.meta.dirname, inside: programs },
      ...(transcriptsMissing === undefined ? [{ host: transcriptsDirectory, inside: recorded }] : []),
    ],
    env: {},
  }
}

/** Plays transcripts by their names, one after another. */
export const replaying = (names: readonly string[], seed = 1): LeanPlace =>
  standIn('replay.ts', String(seed), ...names.map((name) => `${recorded}/${name}`))

/** The stand-ins that run now, whoever started them. */
export function toyPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isToy(pid) && below(pid, process.pid))
}

function isToy(pid: number): boolean {
  try {
    const [program = '', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return program === `${node}/node` && script === `${programs}/toy.ts`
  } catch {
    return false
  }
}

function below(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; ) {
    if (at === ancestor) return true
    try {
      at = Number(/^\d+ \([\s\S]*\) \S (\d+)/.exec(readFileSync(`/proc/${at}/stat`, 'utf8'))?.[1])
    } catch {
      return false
    }
  }
  return false
}
