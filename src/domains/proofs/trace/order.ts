import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import { rocqVariables } from '../rocq/variables.ts'
import { loadPath, type Source } from './source.ts'

/** The files that each file requires itself, of those that are there; `coqdep` says so. */
export async function requirements(
  lab: Lab,
  source: Source,
  files: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  await using sandbox = await lab.open({
    name: 'rocq-depend',
    env: rocqVariables,
    files: fileSet(files),
    limits: { outputBytes: 64 * 1024 ** 2 },
  })
  const stdin = [...files.keys()].join('\0')
  const argv = ['xargs', '-0', 'coqdep', ...loadPath(source.mappings)]
  const done = await sandbox.exec(argv, { stdin, timeoutSeconds: 300 })
  if (done.exitCode !== 0 || done.truncated)
    throw new InfrastructureError(
      'rocq-depend',
      `coqdep does not say which file needs which: ${Buffer.from(done.stderr).toString().slice(-1000)}`,
      { retryable: false },
    )
  const found = new Map<string, string[]>([...files.keys()].map((path) => [path, []]))
  for (const [, targets, needed] of Buffer.from(done.stdout)
    .toString()
    .matchAll(/^([^\n:]*\.vo\b[^\n:]*):([^\n]*)$/gm)) {
    const path = normal((targets as string).split(' ')[0] as string).slice(0, -1)
    const list = found.get(path)
    if (!list) continue
    for (const word of (needed as string).split(' ')) {
      const other = normal(word).slice(0, -1)
      if (word.endsWith('.vo') && other !== path && found.has(other) && !list.includes(other))
        list.push(other)
    }
  }
  const { prelude } = source
  if (prelude !== undefined && found.has(prelude)) {
    const below = new Set([prelude, ...closureOf(prelude, found)])
    for (const [path, list] of found) if (!below.has(path) && !list.includes(prelude)) list.push(prelude)
  }
  return found
}

const normal = (path: string) => path.replace(/^(\.\/)+/, '')

/** Files behind all that they require, else by path; and those that require themselves by some way round. */
export function ordered(requires: ReadonlyMap<string, readonly string[]>): {
  order: string[]
  cyclic: string[]
} {
  const users = new Map<string, string[]>()
  const missing = new Map<string, number>()
  for (const [path, needed] of requires) {
    missing.set(path, needed.length)
    for (const other of needed) users.set(other, [...(users.get(other) ?? []), path])
  }
  const order: string[] = []
  let ready = [...missing].filter(([, count]) => count === 0).map(([path]) => path)
  while (ready.length > 0) {
    const next: string[] = []
    for (const path of ready.sort()) {
      order.push(path)
      for (const user of users.get(path) ?? []) {
        const left = (missing.get(user) as number) - 1
        missing.set(user, left)
        if (left === 0) next.push(user)
      }
    }
    ready = next
  }
  const done = new Set(order)
  return { order, cyclic: [...requires.keys()].filter((path) => !done.has(path)) }
}

/** All that a file requires, directly or not. */
export function closureOf(path: string, requires: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>()
  const queue = [...(requires.get(path) ?? [])]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue
    found.add(next)
    queue.push(...(requires.get(next) ?? []))
  }
  return [...found].sort()
}
