import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { FileSet } from '../../../core/files.ts'
import type { RawItem } from '../../source.ts'
import { type Plan, planSchema, type ServicePlan } from '../plan.ts'

const suite = join(import.meta.dirname, '../../../../suites/security-basics')

/** An item by its name alone. */
export function itemOf(id: string): RawItem {
  return { id, path: id, category: 'misc', fingerprint: '1' }
}

/** A plan of a program behind socat, changed in places. */
export function planOf(change: object = {}, service: Partial<ServicePlan> | null = {}): Plan {
  return planSchema.parse({
    title: 'Guest book',
    category: 'pwn',
    competition: 'Example CTF 2019',
    instructions: 'Sign at `guestbook`, port 1337.',
    players: [{ path: 'guestbook', from: 'guestbook' }],
    ...(service && { service: { ...guestbook, ...service } }),
    flag: { kind: 'fresh', format: 'flag{*}' },
    decisions: [],
    ...change,
  })
}

const guestbook = {
  name: 'guestbook',
  port: 1337,
  transport: 'stdin',
  program: 'guestbook',
  command: socat('./guestbook'),
  files: [{ path: 'guestbook', from: 'guestbook' }],
  links: {},
  env: {},
  ready: {},
  plants: [{ file: 'flag.txt' }],
  packages: ['socat'],
  memoryMb: 256,
}

function socat(program: string): string[] {
  return ['socat', 'TCP-LISTEN:1337,fork,reuseaddr,backlog=64,max-children=50', `EXEC:${program},stderr`]
}

/** What of a task that ships a plan is made of by hand: its category, its flag, its service. */
const kinds: Readonly<Record<string, { readonly category: string; readonly served?: Partial<ServicePlan> }>> =
  {
    'pwn-ret2win': { category: 'pwn', served: { name: 'guestbook', ready: ready('sign the book') } },
    'pwn-ret2libc': {
      category: 'pwn',
      // Where the platform had it: the flag at the top, the program's directory by its own name.
      served: { name: 'archive', links: { '/flag': 'flag.txt', '/home/ctf/challenge': '' } },
    },
    'rev-crackme': { category: 'rev', served: { name: 'door', links: { '/challenge': '' } } },
    'crypto-nonce': { category: 'crypto', served: listening('notary', 1337) },
    'misc-jail': {
      category: 'misc',
      served: { ...listening('calculator', 1337), env: { MODE: 'a "b" $HOME\n' } },
    },
    'web-ping': { category: 'web', served: listening('lookout', 8080) },
    'web-template': {
      category: 'web',
      served: {
        ...listening('cards', 8080),
        plants: [{ secret: 'flag', env: 'FLAG' }],
        packages: ['python3-flask'],
      },
    },
    'web-traversal': { category: 'web', served: listening('garden', 8080) },
    'rev-strings': { category: 'rev' },
    'forensics-lsb': { category: 'forensics' },
  }

function ready(expect: string): ServicePlan['ready'] {
  return { expect, silent: false, seconds: 30 }
}

function listening(name: string, port: number): Partial<ServicePlan> {
  return {
    name,
    port,
    transport: port === 8080 ? 'http' : 'socket',
    program: 'server.py',
    command: ['python3', 'server.py'],
    ...(port === 8080 && { ready: { ...ready('200 OK'), send: 'GET / HTTP/1.0\r\n\r\n' } }),
    packages: ['python3'],
  }
}

/** Raw material and a plan, for each of ten tasks that ship: programs behind socat, servers, files alone. */
export const realPlans: readonly { readonly id: string; readonly live: boolean }[] = Object.entries(
  kinds,
).map(([id, { served }]) => ({ id, live: served !== undefined }))

/** The plan of one of `realPlans`, and the bytes of its files. */
export function realPlan(id: string): { item: RawItem; plan: Plan; contents: Map<string, Uint8Array> } {
  const { category, served } = kinds[id]!
  const contents = new Map<string, Uint8Array>()
  const sources = (part: string) =>
    filesBelow(join(suite, id, part)).map((path) => {
      contents.set(`${part}/${path}`, readFileSync(join(suite, id, part, path)))
      return { path, from: `${part}/${path}` }
    })
  const service = served && {
    ...guestbook,
    program: served.name,
    command: socat(`./${served.name}`),
    ...served,
    files: sources(`services/${served.name}`),
  }
  const manifest = readFileSync(join(suite, id, 'task.toml'), 'utf8')
  const value = /value = "([^"]+)"/.exec(manifest)?.[1]
  const plan = planSchema.parse({
    title: id,
    category,
    competition: 'Written here 2026',
    instructions: readFileSync(join(suite, id, 'instruction.md'), 'utf8'),
    players: sources('environment'),
    ...(service && { service }),
    flag: value === undefined ? { kind: 'fresh', format: 'touchstone{*}' } : { kind: 'static', value },
    solver: { files: sources('solution'), command: ['python3', '.solver/solve.py'] },
    decisions: [],
  })
  return { item: itemOf(id), plan, contents }
}

function filesBelow(root: string): string[] {
  if (!statSync(root, { throwIfNoEntry: false })) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

/** Puts a task's files on disk, as nothing but names and bytes. */
export function unpacked(root: string, files: FileSet): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), bytes)
  }
}
