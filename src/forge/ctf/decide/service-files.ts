import { isPath } from '../../../core/files.ts'
import { Fallen } from '../../source.ts'
import type { FileFacts } from '../facts.ts'
import type { FileSource } from '../plan.ts'
import { isLoader, type Loading, libraryDirectory } from './libraries.ts'
import { baseName, directoryOf } from './paths.ts'
import type { View } from './view.ts'

/** A service's disk has 64 MiB, in which it may write too. */
const most = 48 * 1024 ** 2

/** The path that a program has in its service: a name that no shell, socat or Dockerfile has to quote. */
export function servedPath(program: FileFacts, planted: ReadonlySet<string>): string {
  const name = baseName(program.path)
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && !planted.has(name)) return name
  const ending = /\.[a-z]{1,4}$/.exec(name)?.[0] ?? ''
  return `program${ending}`
}

/**
 * What the service's work directory starts with: all that lies at the program's side and below, the libraries by the names
 * that are asked for, and what was written for it. `planted` paths are left to the flag. Throws `Fallen` (`too-large`).
 */
export function serviceFiles(
  view: View,
  program: FileFacts,
  loading: Loading,
  extra: {
    readonly written: readonly FileSource[]
    readonly planted: ReadonlySet<string>
    readonly stale: ReadonlySet<string>
  },
): FileSource[] {
  const root = directoryOf(program.path)
  const wanted = new Set((program.script?.names ?? []).map((name) => baseName(name)))
  const near = view.files.filter(
    ({ path }) => path.startsWith(root) && !path.slice(root.length).includes('!/'),
  )
  const files = new Map<string, FileSource>()
  let bytes = 0
  const add = (path: string, file: FileFacts) => {
    if (!isPath(path) || files.has(path) || extra.planted.has(path)) return
    bytes += file.bytes
    files.set(path, { path, from: file.path })
  }
  add(servedPath(program, extra.planted), program)
  for (const [name, file] of loading.libraries)
    add(name.includes('/') ? name.replace(/^\.\//, '') : `${libraryDirectory}/${name}`, file)
  if (loading.loader) add(`${libraryDirectory}/${baseName(loading.loader.path)}`, loading.loader)
  const rest = near.filter((file) => {
    const role = view.roles.get(file.path)
    if (file === program || extra.stale.has(file.path)) return false
    if (role === 'library') return file.elf?.libc === undefined && !isLoader(file) && !program.elf
    if (role === 'deployment') return wanted.has(baseName(file.path))
    if (role === 'archive') return wanted.has(baseName(file.path))
    return true
  })
  const total = rest.reduce((sum, file) => sum + file.bytes, bytes)
  const chosen = total <= most ? rest : rest.filter((file) => wanted.has(baseName(file.path)) || file.script)
  for (const file of chosen) add(file.path.slice(root.length), file)
  if (bytes > most)
    throw new Fallen(
      'too-large',
      `the service's files have ${Math.ceil(bytes / 1024 ** 2)} MiB, and its disk holds ${most / 1024 ** 2}`,
    )
  for (const file of extra.written) files.set(file.path, file)
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
