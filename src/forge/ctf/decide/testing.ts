import type { ElfFacts, Facts, FileFacts, ScriptFacts } from '../facts.ts'
import { factsSchema } from '../facts.ts'
import type { Machine } from './view.ts'

/** A machine with Python's own modules and PyCryptodome by Debian's name. */
export const machine: Machine = {
  python: new Set(['os', 'random', 'socket', 'hashlib', 'Cryptodome', 'flask']),
}

let serial = 0

/** A file as the looker would see it. */
export function fileOf(path: string, change: Partial<FileFacts> = {}): FileFacts {
  serial++
  return {
    path,
    bytes: 1000,
    type: 'text',
    executable: false,
    setuid: false,
    sha256: serial.toString(16).padStart(64, '0'),
    flagPaths: [],
    flags: [],
    ...change,
  }
}

export function elfOf(path: string, elf: Partial<ElfFacts> = {}, change: Partial<FileFacts> = {}): FileFacts {
  return fileOf(path, {
    type: 'elf',
    elf: {
      bits: 64,
      machine: 'x86-64',
      kind: 'program',
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      static: false,
      needed: ['libc.so.6'],
      glibc: '2.4',
      canary: true,
      nx: true,
      pie: true,
      relro: 'full',
      stripped: false,
      imports: ['setvbuf', 'puts', 'read'],
      ...elf,
    },
    ...change,
  })
}

export function libraryOf(path: string, elf: Partial<ElfFacts> = {}): FileFacts {
  const library = elfOf(path, { kind: 'library', needed: [], ...elf })
  const { interpreter: _, ...rest } = library.elf as ElfFacts
  return { ...library, elf: rest }
}

export function scriptOf(
  path: string,
  script: Partial<ScriptFacts> = {},
  change: Partial<FileFacts> = {},
): FileFacts {
  return fileOf(path, {
    type: 'script',
    script: {
      language: 'python',
      major: 3,
      privileged: false,
      imports: [],
      asks: true,
      ports: [],
      names: [],
      ...script,
    },
    ...change,
  })
}

export function factsOf(change: Partial<Facts> = {}): Facts {
  return factsSchema.parse({
    title: 'Old Well',
    category: 'misc',
    competition: 'Some CTF',
    description: 'Look deep.',
    rehost: '',
    solvers: [],
    files: [],
    left: [],
    connections: [],
    dockerfiles: [],
    compose: [],
    webRoots: [],
    ...change,
  })
}

/** The digest of a flag that nobody knows. */
export const digest = { kind: 'sha256', digest: 'ab'.repeat(32), from: '.flag.sha256' } as const
