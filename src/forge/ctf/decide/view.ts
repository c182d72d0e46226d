import { createHash } from 'node:crypto'
import type { Facts, FileFacts } from '../facts.ts'
import { readInit, type Setup } from './init.ts'
import { type Role, roleOf } from './roles.ts'

/** What is known of the machine that plans are for. */
export interface Machine {
  /** Top-level modules that its `/usr/bin/python3` has, those of the standard library among them. */
  readonly python: ReadonlySet<string>
  /** The port that the challenge's program was seen to listen on, where it was started because nothing names one. */
  readonly listensOn?: number
}

/** A challenge as all decisions see it. */
export interface View {
  readonly facts: Facts
  readonly machine: Machine
  readonly setup: Setup
  /** Made for the platform where players sit on the machine itself: they see all of the challenge's files. */
  readonly onPlatform: boolean
  readonly roles: ReadonlyMap<string, Role>
  /** Files that are not the platform's, a solver or a flag; of two with the same bytes, one in an archive and one beside it, only the latter. */
  readonly files: readonly FileFacts[]
  readonly byPath: ReadonlyMap<string, FileFacts>
}

export function viewOf(facts: Facts, machine: Machine): View {
  const roles = new Map(facts.files.map((file) => [file.path, roleOf(file, facts)]))
  const outside = new Set(facts.files.filter(({ path }) => !path.includes('!/')).map(({ sha256 }) => sha256))
  const idle: ReadonlySet<Role | undefined> = new Set(['platform', 'solver', 'flag'])
  return {
    facts,
    machine,
    setup: readInit(facts.init),
    onPlatform:
      facts.rehost !== '' ||
      facts.init !== undefined ||
      facts.flag?.kind === 'sha256' ||
      facts.files.some(({ script }) => script?.privileged),
    roles,
    files: facts.files.filter(
      ({ path, sha256 }) => !idle.has(roles.get(path)) && !(path.includes('!/') && outside.has(sha256)),
    ),
    byPath: new Map(facts.files.map((file) => [file.path, file])),
  }
}

/** Whether a text is the flag, of which only a digest is known. */
export function hasDigest(text: string, digest: string): boolean {
  return createHash('sha256').update(text).digest('hex') === digest
}
