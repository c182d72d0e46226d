import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { messageOf, UsageError } from '../../core/errors.ts'
import { type Script, scriptSchema } from './schema.ts'

/**
 * Reads a script: JSON, or a `.ts`, `.js` or `.mjs` module whose default export is one. `digest` names its content.
 * Throws `UsageError` where it is missing or not a script, naming the place in it.
 */
export async function readScript(path: string): Promise<{ script: Script; digest: string }> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (thrown) {
    throw new UsageError('script-missing', `the script ${path} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
  let value: unknown
  try {
    value = /\.(ts|mts|js|mjs)$/.test(path)
      ? (await import(pathToFileURL(resolve(path)).href)).default
      : JSON.parse(bytes.toString('utf8'))
  } catch (thrown) {
    throw new UsageError('script-broken', `the script ${path} is broken: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
  const parsed = scriptSchema.safeParse(value)
  if (!parsed.success) {
    throw new UsageError(
      'script-broken',
      `the script ${path} is no script:\n${z.prettifyError(parsed.error)}`,
    )
  }
  // Of what was parsed, not of the file: a module may import half of its script.
  return {
    script: parsed.data,
    digest: createHash('sha256').update(JSON.stringify(parsed.data)).digest('hex'),
  }
}
