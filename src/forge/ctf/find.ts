import { lstat, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { messageOf, UsageError } from '../../core/errors.ts'
import { categoryOf } from '../../domains/security/loaders/category.ts'
import { jsonInside } from '../../domains/security/loaders/disk.ts'
import { Names } from '../names.ts'
import type { RawItem } from '../source.ts'
import { entriesOf, fingerprintOf } from './find/disk.ts'
import { challengesBelow, type Place } from './find/layout.ts'
import { categoryInTitle, moduleOf } from './find/module.ts'

/**
 * The challenges below a directory, by their names alone: the CTF Archive's layout, directories with a `challenge.json` or
 * the like or a description, or else the directories right below the root. Links are not followed. An odd directory spoils
 * nothing: what cannot be used is found all the same, and falls when it is looked at. Throws `UsageError`
 * (`no-challenges`) where there is no directory or nothing in it.
 */
export async function findChallenges(root: string): Promise<RawItem[]> {
  const top = await rootOf(root)
  const places = challengesBelow(top)
  if (places.length === 0)
    throw new UsageError('no-challenges', `${root} has no challenges: neither directories nor files`)
  const names = new Names()
  const shared = sharedBy(places)
  const modules = new Map<string, ReturnType<typeof moduleOf>>()
  const items: RawItem[] = []
  for (const place of places) {
    // Others get their turn between the challenges.
    await setImmediate()
    const parent = place.archive ? place.path.split('/').slice(0, -1).join('/') : undefined
    if (parent !== undefined && !modules.has(parent)) modules.set(parent, moduleOf(top, parent))
    const module = parent === undefined ? undefined : await modules.get(parent)
    const name = place.path.split('/').at(-1) ?? ''
    items.push({
      id: idOf(place, top, shared, names),
      path: place.path,
      category: categoryInTitle(module?.titles.get(name)) ?? (await categoryAt(top, place)),
      fingerprint: fingerprintOf(join(top, place.path), module?.digest ?? ''),
    })
  }
  return items
}

async function rootOf(root: string): Promise<string> {
  try {
    const real = await realpath(root)
    if ((await lstat(real)).isDirectory()) return real
    throw new Error('it is not a directory')
  } catch (thrown) {
    throw new UsageError(
      'no-challenges',
      `${root} cannot be searched for challenges: ${messageOf(thrown)}; name the directory that has them`,
    )
  }
}

/** How many upper directories all places have in common: they tell nothing apart. */
function sharedBy(places: readonly Place[]): number {
  const all = places.map(({ path }) => path.split('/').slice(0, -1))
  const first = all[0] ?? []
  const differs = first.findIndex((part, index) => all.some((parts) => parts[index] !== part))
  return places.some(({ archive }) => archive) ? 0 : differs < 0 ? first.length : differs
}

/** A task's name from a path: `web/My Shop!` is `web.My-Shop`. What would be the same gets a number. */
function idOf({ path }: Place, root: string, shared: number, names: Names): string {
  const parts = path === '' ? [basename(root)] : path.split('/').slice(shared)
  const plain = parts
    .map((part) => part.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '-'))
    .map((part) => part.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, ''))
    .filter((part) => part !== '')
    .join('.')
    .slice(-120)
    .replace(/^[^A-Za-z0-9]+/, '')
  return names.give(plain, 'challenge')
}

/** By `challenge.json`, or the nearest directory above whose name is a category's. */
async function categoryAt(root: string, { path }: Place): Promise<string> {
  const names = new Set(entriesOf(join(root, path)).map(({ name }) => name))
  if (names.has('challenge.json')) {
    const said = await jsonInside(join(root, path), 'challenge.json', 4 * 1024 ** 2).catch(() => undefined)
    const category = (said as { category?: unknown } | null | undefined)?.category
    if (typeof category === 'string') return categoryOf(category)
  }
  const parts = path.split('/')
  const above = parts
    .slice(0, -1)
    .reverse()
    .map((part) => categoryOf(part.toLowerCase()))
    .find((category) => categories.has(category))
  return above ?? prefixOf(parts.at(-1) ?? '') ?? 'misc'
}

const categories = new Set(['crypto', 'forensics', 'osint', 'pwn', 'rev', 'web', 'misc'])

/** `pwn-heap` is of pwn. */
function prefixOf(name: string): string | undefined {
  const category = categoryOf(/^[A-Za-z]+(?=[-_])/.exec(name)?.[0])
  return categories.has(category) && category !== 'misc' ? category : undefined
}
