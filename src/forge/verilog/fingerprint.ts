import { createHash } from 'node:crypto'
import type { Pile } from './files.ts'
import { isInstance } from './scan.ts'

/**
 * A digest of a file and of all that may go into a task made from it: files with modules that it names, files that it
 * includes, all headers, and the sizes of the texts that may stand beside it.
 */
export function fingerprints(pile: Pile): (file: string) => string {
  const homes = new Map<string, string[]>()
  const named = new Map<string, string[]>()
  for (const path of pile.texts.keys()) push(named, path.split('/').at(-1)!, path)
  for (const [file, { modules }] of pile.sources) for (const { name } of modules) push(homes, name, file)
  const shared = createHash('sha256')
  for (const [path, text] of pile.texts)
    if (!pile.sources.has(path)) shared.update(`${JSON.stringify(path)} ${text.length}\n${text}`)
  const headers = shared.digest('hex')
  const needs = new Map<string, ReadonlySet<string>>()
  const needsOf = (file: string): ReadonlySet<string> => {
    const known = needs.get(file)
    if (known !== undefined) return known
    const found = new Set<string>()
    const tokens = pile.sources.get(file)?.tokens ?? []
    tokens.forEach(({ kind, text }, index) => {
      if (isInstance(tokens, index)) for (const home of homes.get(text) ?? []) found.add(home)
      if (kind === 'string' && tokens[index - 1]?.text === '`include')
        for (const path of named.get(text.slice(1, -1).split('/').at(-1)!) ?? []) found.add(path)
    })
    needs.set(file, found)
    return found
  }
  const digests = new Map<string, string>()
  return (file) => {
    const known = digests.get(file)
    if (known !== undefined) return known
    const reached = new Set([file])
    for (const each of reached) for (const other of needsOf(each)) reached.add(other)
    const directory = file.slice(0, file.lastIndexOf('/') + 1)
    const beside = [...pile.beside].filter(
      ([path]) => path.startsWith(directory) && !path.slice(directory.length).includes('/'),
    )
    const digest = createHash('sha256').update(headers).update(JSON.stringify(beside))
    for (const path of [...reached].sort())
      digest.update(`${JSON.stringify(path)} ${pile.texts.get(path) ?? pile.unread.get(path) ?? ''}\n`)
    const result = digest.digest('hex').slice(0, 32)
    digests.set(file, result)
    return result
  }
}

function push(map: Map<string, string[]>, name: string, path: string): void {
  const paths = map.get(name)
  if (paths === undefined) map.set(name, [path])
  else if (!paths.includes(path)) paths.push(path)
}
