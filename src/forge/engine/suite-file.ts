import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { stringify } from 'smol-toml'
import { writeAtomically } from '../../core/atomic.ts'
import { namePattern } from '../../core/task.ts'
import type { ForgeSource } from '../source.ts'
import { forgeFiles } from './layout.ts'
import type { ForgeSettings } from './settings.ts'

/** What the suite says of itself: the same for the same directory name, material and version. */
export async function suiteOf(
  directory: string,
  { root, origin }: { readonly root: string; readonly origin: string },
  source: Pick<ForgeSource, 'version'>,
): Promise<ForgeSettings['suite']> {
  const name = basename(resolve(directory)).replace(/[^A-Za-z0-9._-]+/g, '-')
  return {
    name: namePattern.test(name) ? name : 'forged',
    version: `0.${source.version}`,
    licence: await licenceOf(root),
    origin,
  }
}

/** Throws `InfrastructureError` (`cannot-write`). */
export async function writeSuiteFile(
  directory: string,
  { name, version, licence, origin }: ForgeSettings['suite'],
  source: Pick<ForgeSource, 'name' | 'description'>,
): Promise<void> {
  const description = `${source.description}, made into tasks by touchstone forge ${source.name}`
  const text = stringify({ name, version, description, licence, origin })
  await writeAtomically(forgeFiles(directory).suite, `${text.trimEnd()}\n`)
}

/** The title of the material's licence file. That there is none does not mean that anybody may do anything with it. */
async function licenceOf(root: string): Promise<string> {
  const names = await readdir(root).catch(() => [])
  const name = names.sort().find((one) => /^(LICEN[CS]E|COPYING)(\.(md|txt))?$/i.test(one))
  const title = name === undefined ? undefined : await firstLineOf(join(root, name))
  return title ? `${title} (${name})` : 'not stated by the material'
}

/** The first line with words in it; undefined where it is no ordinary file. */
async function firstLineOf(path: string): Promise<string | undefined> {
  if (!(await lstat(path)).isFile()) return undefined
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n')
    const line = lines.find((one) => /\w/.test(one))
    return line
      ?.replace(/[^\x20-\x7e]+/g, ' ')
      .replace(/^[#\s]+/, '')
      .trim()
      .slice(0, 100)
  } finally {
    await file.close()
  }
}
