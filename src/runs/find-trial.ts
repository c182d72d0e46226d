import { UsageError } from '../core/errors.ts'
import { journalFile } from './journal/reader.ts'
import { journalPath } from './layout.ts'
import { journalIds } from './survey.ts'

/**
 * The one trial that a person means: its id or the end of it, its journal's path, or a part that only one id has. Throws
 * `UsageError` (`no-trial`, `many-trials`).
 */
export async function findTrial(directory: string, wanted: string): Promise<string> {
  const name = wanted.replace(/^.*?trials\//, '').replace(/\.jsonl(\.zst)?$/, '')
  if (!name.split('/').includes('..') && journalFile(journalPath(directory, name))) return name
  const found: string[] = []
  const whole: string[] = []
  for await (const id of journalIds(directory)) {
    if (`/${id}`.endsWith(`/${name}`)) whole.push(id)
    if (id.includes(name) && found.length < 21) found.push(id)
  }
  if (whole.length === 1) return whole[0]!
  if (found.length === 1) return found[0]!
  if (found.length === 0) {
    throw new UsageError('no-trial', `no trial of ${directory} is called "${wanted}"; its trials/ lists them`)
  }
  const shown = [...found.slice(0, 20), ...(found.length > 20 ? ['…'] : [])].join('\n  ')
  throw new UsageError(
    'many-trials',
    `"${wanted}" means more than one trial of ${directory}; name one:\n  ${shown}`,
  )
}
