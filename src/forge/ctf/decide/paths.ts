import { posix } from 'node:path'

/** The path of a file inside its archive, or its path. */
export function innerPath(path: string): string {
  const at = path.lastIndexOf('!/')
  return at < 0 ? path : path.slice(at + 2)
}

export function baseName(path: string): string {
  return posix.basename(innerPath(path))
}

/** The directory that a file's relative names count from: of an archive's file, inside the archive. */
export function directoryOf(path: string): string {
  const at = path.lastIndexOf('!/')
  const prefix = at < 0 ? '' : path.slice(0, at + 2)
  const directory = posix.dirname(innerPath(path))
  return directory === '.' ? prefix : `${prefix}${directory}/`
}

/** Whether a text names a file, as a word of its own. */
export function mentions(text: string, path: string): boolean {
  const name = baseName(path)
  if (name.length < 2) return text.includes(`\`${name}\``)
  if (!text.includes(name)) return false
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(^|[\\s\`"'(\\[/{>])${escaped}($|[\\s\`"')\\],.:;?!}<])`).test(text)
}
