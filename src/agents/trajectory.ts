import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createZstdDecompress } from 'node:zlib'
import { decodeSubmission, encodeFiles } from '../core/encoding.ts'
import { messageOf, UsageError } from '../core/errors.ts'
import { type EventBody, eventBodySchema } from '../core/events.ts'
import { seedOf } from '../core/seed.ts'
import type { Submission } from '../core/submission.ts'
import { answerSpecSchema, type Brief } from '../core/task.ts'

type EventOf<T extends EventBody['type']> = Extract<EventBody, { type: T }>

/** What of a recorded trial can be done again. */
export interface Recorded {
  readonly steps: readonly { action: EventOf<'action'>; observation?: EventOf<'observation'> }[]
  /** Undefined where the attempt ended before it handed something in. */
  readonly submission?: Submission
}

/**
 * The journals in a file or under a directory, by what their trials were told: a brief says which of them a task
 * belongs to. Only the first line of each is read. Throws `UsageError` (`no-trajectory`).
 */
export async function journalsByBrief(from: string, trial?: string): Promise<Map<string, string[]>> {
  const paths = (await journalsUnder(from)).filter((path) => trial === undefined || isOf(path, trial))
  if (paths.length === 0) {
    const which = trial === undefined ? '' : ` of a trial "${trial}"`
    throw new UsageError('no-trajectory', `${from} has no journal${which}: name a journal or a run directory`)
  }
  const known = new Map<string, string[]>()
  for (const path of paths) {
    for await (const event of eventsOf(path)) {
      if (event.type === 'trial') {
        const key = briefKey(event.brief)
        known.set(key, [...(known.get(key) ?? []), path])
      }
      break
    }
  }
  return known
}

/** Equal for equal briefs, whether from a task or from a journal. */
export function keyOf(brief: Brief): string {
  return briefKey({ ...brief, files: encodeFiles(brief.files) })
}

function briefKey({ instructions, files, answer }: EventOf<'trial'>['brief']): string {
  return seedOf(
    instructions,
    JSON.stringify(Object.entries(files).sort()),
    JSON.stringify(answerSpecSchema.parse(answer)),
  )
}

/** The last attempt in a journal that handed something in, or else the last one. */
export async function readRecorded(path: string): Promise<Recorded> {
  let current: { steps: Recorded['steps'][number][]; submission?: Submission } = { steps: [] }
  let finished: Recorded | undefined
  for await (const event of eventsOf(path)) {
    if (event.type === 'trial') current = { steps: [] }
    if (event.type === 'action') current.steps.push({ action: event })
    if (event.type === 'observation') {
      const at = current.steps.findLastIndex(({ action }) => action.id === event.id)
      const step = current.steps[at]
      if (step) current.steps[at] = { ...step, observation: event }
    }
    if (event.type === 'submission') {
      current.submission = decodeSubmission(event.submission)
      finished = current
    }
  }
  return finished ?? current
}

/** Lines that are no event (a torn last one, say) are left out: what can be played is played. */
async function* eventsOf(path: string): AsyncGenerator<EventBody> {
  const file = createReadStream(path)
  const input = path.endsWith('.zst') ? file.pipe(createZstdDecompress()) : file
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [file, input]) stream.on('error', reject)
  })
  failed.catch(() => {})
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value: line, done } = await Promise.race([lines.next(), failed])
      if (done) return
      const event = eventBodySchema.safeParse(jsonOf(line))
      if (event.success) yield event.data
    }
  } catch (thrown) {
    throw new UsageError('no-trajectory', `${path} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  } finally {
    file.destroy()
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

async function journalsUnder(from: string): Promise<string[]> {
  try {
    if (!(await stat(from)).isDirectory()) return [from]
    const names = await readdir(from, { recursive: true })
    return names
      .filter((name) => /\.jsonl(\.zst)?$/.test(name))
      .map((name) => join(from, name))
      .sort()
  } catch (thrown) {
    throw new UsageError('no-trajectory', `${from} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}

function isOf(path: string, trial: string): boolean {
  return path.replace(/\.jsonl(\.zst)?$/, '').endsWith(`/${trial}`)
}
