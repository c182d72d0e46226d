import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { TrialIdentity } from '../core/events.ts'

/** The files of a run directory; docs/runs.md describes them. */
export const filesOf = (directory: string) => ({
  manifest: join(directory, 'manifest.json'),
  trials: join(directory, 'trials'),
  results: join(directory, 'results.jsonl'),
  lock: join(directory, 'lock'),
})

/**
 * What people call a trial, and its journal's path below `trials/` without the ending:
 * `suite/task/agent@model.sample`. Two identities never share one.
 */
export function trialId({ suite, task, agent, model, sample }: TrialIdentity): string {
  const who = model === null ? safeName(agent) : `${safeName(agent)}@${safeName(model)}`
  return `${safeName(suite)}/${safeName(task)}/${bounded(who)}.${sample}`
}

/** The journal of a trial. Its compressed form has `.zst` after that. */
export function journalPath(directory: string, id: string): string {
  return join(directory, 'trials', `${id}.jsonl`)
}

/**
 * A name that any file system takes, different for different names: `/` becomes `+`, `:` becomes `~`, everything
 * else that is not harmless `%XX` by its UTF-8 bytes.
 */
export function safeName(name: string): string {
  if (/^[A-Za-z0-9_=,-][A-Za-z0-9._=,-]*$/.test(name)) return bounded(name)
  let safe = ''
  for (const byte of Buffer.from(name, 'utf8')) {
    const character = String.fromCharCode(byte)
    if (character === '/') safe += '+'
    else if (character === ':') safe += '~'
    else if (/[A-Za-z0-9._=,-]/.test(character)) safe += character
    else safe += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  // An empty name, and one that begins with a dot, would not be files of their own.
  if (safe === '' || safe.startsWith('.')) safe = safe === '' ? '%' : `%2E${safe.slice(1)}`
  return bounded(safe)
}

/** File systems take 255 bytes; a longer name ends in its digest. `%-` begins no escape, so it stays unmistakable. */
function bounded(safe: string): string {
  if (safe.length <= 200) return safe
  return `${safe.slice(0, 160)}%-${createHash('sha256').update(safe).digest('hex').slice(0, 32)}`
}
