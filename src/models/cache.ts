import { createHash, randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { makeDirectories } from '../core/directories.ts'
import { messageOf, UsageError } from '../core/errors.ts'
import { type AssistantMessage, type ModelRequest, messageSchema, usageSchema } from '../core/model.ts'

const keptSchema = z.object({
  version: z.literal(1),
  model: z.string(),
  message: messageSchema,
  finish: z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'other']),
  usage: usageSchema,
  costUsd: z.number().nullable(),
})

/** What is kept of a reply. */
export type Kept = Omit<z.infer<typeof keptSchema>, 'version' | 'message'> & {
  readonly message: AssistantMessage
}

/** The key of a request: SHA-256 of its canonical JSON, in hexadecimal. `where` tells equal names of two servers apart. */
export function cacheKey(model: string, where: string, request: ModelRequest): string {
  const { system, messages, tools, temperature, maxOutputTokens, draw } = request
  const whole = { version: 1, model, where, system, messages, tools, temperature, maxOutputTokens, draw }
  return createHash('sha256').update(canonicalJson(whole)).digest('hex')
}

/** JSON with sorted object keys and without undefined members: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  )
}

/** Replies on disk, one file each, in directories by the key's first two characters. */
export class ReplyCache {
  readonly #directory: string
  #warned = false

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Throws `UsageError` where the directory cannot be made. */
  static async open(directory: string): Promise<ReplyCache> {
    try {
      await makeDirectories(directory)
    } catch (thrown) {
      throw new UsageError(
        'cache-directory',
        `the cache directory ${directory} cannot be made: ${messageOf(thrown)}; name another or run without a cache`,
        { cause: thrown },
      )
    }
    return new ReplyCache(directory)
  }

  /** The kept reply; undefined where there is none that can be read: it is then asked for and kept anew. */
  async read(key: string): Promise<Kept | undefined> {
    try {
      const kept = keptSchema.parse(JSON.parse(await readFile(this.#path(key), 'utf8')))
      return kept.message.role === 'assistant' ? { ...kept, message: kept.message } : undefined
    } catch {
      return undefined
    }
  }

  /** Keeps a reply. A cache that cannot be written costs money, not the reply: it is a warning, once. */
  async write(key: string, kept: Kept): Promise<void> {
    const path = this.#path(key)
    const temporary = `${path}.${randomUUID()}.tmp`
    try {
      await makeDirectories(dirname(path))
      await writeFile(temporary, JSON.stringify({ version: 1, ...kept }))
      await rename(temporary, path)
    } catch (thrown) {
      await rm(temporary, { force: true }).catch(() => {})
      if (!this.#warned) process.emitWarning(`replies of ${kept.model} are not kept: ${messageOf(thrown)}`)
      this.#warned = true
    }
  }

  #path(key: string): string {
    return join(this.#directory, key.slice(0, 2), `${key}.json`)
  }
}
