import { join } from 'node:path'
import { categoryOf } from '../../../domains/security/loaders/category.ts'
import { type Entry, entriesOf, isReadable } from './disk.ts'

/** Where a challenge is. */
export interface Place {
  /** Below the root; empty: the root itself. */
  readonly path: string
  /** In the CTF Archive's layout: `COMPETITION/CHALLENGE`. */
  readonly archive: boolean
  /** Found by a file that only challenges have, not only by being there. */
  readonly marked: boolean
}

/** Files that only a challenge's own directory has. */
const certain = /^(challenge\.(json|ya?ml)|task\.ya?ml)$/
/** Files that a challenge's directory often has; a collection of them too. */
const likely = /^(description\.(md|txt)|rehost\.md|readme\.md|dockerfile|(docker-)?compose\.ya?ml)$/i
/** Files that say nothing about where a challenge is. */
const besides = /^(\..*|.*\.md|licen[cs]e.*|module\.yml|requirements\.txt|package(-lock)?\.json|.*\.toml)$/i
/** Parts of a challenge, and tools of a collection: never a challenge of their own, however they look. */
const parts =
  /^(\..*|dist|src|source|solution|solutions|solve|solver|writeup|writeups|deploy|docker|server|service|services|environment|files|public|private|handout|static|templates|assets|images|img|lib|libs|test|tests|node_modules|scripts|tools|docs|__pycache__|metadata)$/i
const deepest = 8

/** The places of challenges below a directory, sorted by path. */
export function challengesBelow(root: string): Place[] {
  const entries = entriesOf(root)
  const archive = archiveBelow(root, entries)
  if (archive.length > 0) return archive
  if (has(entries, certain)) return [place('', true)]
  const found: Place[] = []
  const raw: Place[] = []
  for (const { name } of directories(entries)) {
    const below = search(root, name, 1)
    const plain = below.length === 0 && !parts.test(name) && hasFiles(join(root, name))
    if (plain) for (const each of pileAt(root, name)) raw.push(each)
    else for (const each of below) found.push(each)
  }
  // Deep collections have directories of tools at the top, flat ones have challenges that nobody described.
  const flat = found.filter(({ path }) => !path.includes('/')).length * 2 > found.length
  const all = found.length === 0 || flat ? [...found, ...raw] : found
  if (all.length > 0) return all.sort((a, b) => (a.path < b.path ? -1 : 1))
  return entries.some(({ kind }) => kind !== 'directory') || hasFiles(root) ? [place('', false)] : []
}

function archiveBelow(root: string, entries: readonly Entry[]): Place[] {
  const all: Place[] = []
  for (const { name } of directories(entries)) {
    const competition = entriesOf(join(root, name))
    if (!competition.some((entry) => entry.kind === 'file' && entry.name === 'module.yml')) continue
    for (const challenge of directories(competition))
      if (!challenge.name.startsWith('.') && hasFiles(join(root, name, challenge.name)))
        all.push({ path: `${name}/${challenge.name}`, archive: true, marked: true })
  }
  return all
}

/** Challenges at or below a path that have a mark. Where one is, nothing below it is another. */
function search(root: string, path: string, depth: number): Place[] {
  const entries = entriesOf(join(root, path))
  if (has(entries, certain)) return [place(path, true)]
  const name = path.split('/').at(-1) ?? ''
  const own = entries.some((entry) => entry.kind !== 'directory' && !besides.test(entry.name))
  const described = has(entries, likely)
  if (described && own && !parts.test(name)) return [place(path, true)]
  const below: Place[] = []
  if (depth < deepest)
    for (const each of directories(entries))
      if (!parts.test(each.name))
        for (const one of search(root, `${path}/${each.name}`, depth + 1)) below.push(one)
  if (below.length > 0) return below
  return described && !parts.test(name) ? [place(path, true)] : []
}

/** A directory without marks: one challenge, or a category of several. */
function pileAt(root: string, name: string): Place[] {
  const entries = entriesOf(join(root, name))
  const inside = directories(entries).filter((each) => !parts.test(each.name))
  const files = entries.some(({ kind }) => kind !== 'directory')
  if (files || inside.length === 0 || !isCategory(name)) return [place(name, false)]
  const all: Place[] = []
  for (const each of inside)
    if (hasFiles(join(root, name, each.name))) all.push(place(`${name}/${each.name}`, false))
  return all
}

function isCategory(name: string): boolean {
  return /^(misc|crypto|forensics|osint|pwn|rev|web)$/.test(name) || (/^[a-z]/i.test(name) && known(name))
}

function known(name: string): boolean {
  return ['crypto', 'forensics', 'osint', 'pwn', 'rev', 'web'].includes(categoryOf(name))
}

/** Whether anything but directories is at or below a directory, or it cannot be told: whoever looks at it will say so. */
function hasFiles(directory: string, depth = 0): boolean {
  const entries = entriesOf(directory)
  if (entries.some(({ kind }) => kind !== 'directory')) return true
  if (entries.length === 0) return depth === 0 && !isReadable(directory)
  if (depth >= deepest) return true
  return entries.some(({ name }) => hasFiles(join(directory, name), depth + 1))
}

function directories(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ name, kind }) => kind === 'directory' && name !== '.git')
}

function has(entries: readonly Entry[], pattern: RegExp): boolean {
  return entries.some(({ name, kind }) => kind === 'file' && pattern.test(name))
}

function place(path: string, marked: boolean): Place {
  return { path, archive: false, marked }
}
