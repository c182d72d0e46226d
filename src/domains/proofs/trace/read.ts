import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { messageOf, UsageError } from '../../../core/errors.ts'
import { traceFiles } from './layout.ts'
import {
  type Header,
  headerSchema,
  type Manifest,
  manifestSchema,
  type Split,
  type State,
  splitSchema,
  type TracedTheorem,
  theoremSchema,
} from './schema.ts'

/** What was traced into a directory. Throws `UsageError` (`no-trace`). */
export async function readManifest(directory: string): Promise<Manifest> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(traceFiles(directory).manifest, 'utf8')))
  } catch (thrown) {
    throw new UsageError(
      'no-trace',
      `${directory} has no trace that this version reads: ${messageOf(thrown).slice(0, 500)}. Make one with touchstone trace`,
      { cause: thrown },
    )
  }
}

/**
 * Every theorem of a trace, files in the order in which they require one another, theorems in the order of their file: one
 * in memory at a time. Files that are not there, or not yet, are left out. Throws `UsageError` (`no-trace`, `bad-trace`).
 */
export async function* readTrace(directory: string): AsyncGenerator<TracedTheorem> {
  const { files } = await readManifest(directory)
  for (const file of files) {
    const path = traceFiles(directory).file(file)
    for await (const [number, line] of linesOf(path)) {
      if (number === 1) continue
      yield parsed(path, number, () => theoremSchema.parse(JSON.parse(line)))
    }
  }
}

/** What came of each file that is there, in the same order. Throws as `readTrace`. */
export async function* readHeaders(directory: string): AsyncGenerator<Header> {
  for (const file of (await readManifest(directory)).files) {
    const header = await readHeader(directory, file)
    if (header) yield header
  }
}

/** The first line of a file's trace, or undefined where there is none. Throws `UsageError` (`bad-trace`). */
export async function readHeader(directory: string, file: string): Promise<Header | undefined> {
  const path = traceFiles(directory).file(file)
  for await (const [number, line] of linesOf(path))
    return parsed(path, number, () => headerSchema.parse(JSON.parse(line)))
  return undefined
}

/** A file as it was traced, or undefined where it is not there: traces of older versions do not have it. */
export async function readSource(directory: string, file: string): Promise<string | undefined> {
  return await readFile(traceFiles(directory).source(file), 'utf8').catch(() => undefined)
}

/** Throws `UsageError` (`no-split`). */
export async function readSplit(directory: string, name: Split['split']): Promise<Split> {
  const path = traceFiles(directory).split(name)
  try {
    return splitSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    throw new UsageError('no-split', `${path} is no split: ${messageOf(thrown).slice(0, 500)}`, {
      cause: thrown,
    })
  }
}

/** A proof as a sequence of state, tactic, state. */
export function* transitions({
  states,
  steps,
}: TracedTheorem): Generator<{ readonly before: State; readonly tactic: string; readonly after: State }> {
  for (const { before, tactic, after } of steps)
    yield { before: states[before] as State, tactic, after: states[after] as State }
}

async function* linesOf(path: string): AsyncGenerator<readonly [number, string]> {
  const input = createReadStream(path)
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      yield [++number, line]
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
  } finally {
    input.destroy()
  }
}

function parsed<T>(path: string, line: number, parse: () => T): T {
  try {
    return parse()
  } catch (thrown) {
    throw new UsageError(
      'bad-trace',
      `${path}, line ${line}, is not of this schema: ${messageOf(thrown).slice(0, 500)}. Remove the file and trace again`,
      { cause: thrown },
    )
  }
}
