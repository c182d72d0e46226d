import { readFile } from 'node:fs/promises'
import type { Lab } from '../../../../core/domain.ts'
import { messageOf } from '../../../../core/errors.ts'
import type { Finished } from '../../../../core/sandbox.ts'
import { headerOf } from '../header.ts'
import type { FileTrace, Item, PlaceOf } from '../library.ts'
import { Offsets } from '../offsets.ts'
import type { Failure } from '../schema.ts'
import { foundSchema } from './found.ts'
import { BadPlace } from './places.ts'
import { insideProject, type LeanProject } from './project.ts'
import { theoremsOf } from './theorems.ts'

export interface LeanLimits {
  /** Wall time of one file. */
  readonly fileSeconds: number
  readonly memoryBytes: number
}

const program = new URL('Trace.lean', import.meta.url)
const mebibyte = 1024 ** 2
const answerBytes = 128 * mebibyte
/** Lean's threads are as many as there are processors. */
const threads = 4

/**
 * Has the project's Lean elaborate a file and say what stands in it. What the file does wrong is in the header; what it
 * says of itself it could also make up, since elaborating runs its own code: only its form is checked.
 */
export async function traceLeanFile(
  lab: Lab,
  project: LeanProject,
  item: Item,
  limits: LeanLimits,
  placeOf: PlaceOf,
): Promise<FileTrace> {
  const begun = performance.now()
  const answer = await answerOf(lab, project, item, limits)
  const seconds = { compile: Math.round(performance.now() - begun) / 1000, replay: 0 }
  const failed = (failure: Failure): FileTrace => ({
    header: headerOf(item, { seconds, failure }),
    theorems: [],
  })
  if ('reason' in answer) return failed(answer)
  try {
    const found = foundSchema.parse(JSON.parse(answer.text))
    const [error] = found.errors
    const failure = error && {
      reason: 'compile' as const,
      message: `line ${error.line}: ${error.message}`.slice(0, 2000),
    }
    if (!found.header)
      return failed(failure ?? { reason: 'compile', message: 'its header is not understood' })
    const { file, module, text } = { ...item, file: item.path }
    const offsets = new Offsets(text)
    const { definitions, theorems } = theoremsOf({ file, module, text, offsets, placeOf }, found)
    const sentences = found.commands.length
    const came = { seconds, sentences, theorems, definitions, ...(failure && { failure }) }
    return { header: headerOf(item, came), theorems }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError || thrown instanceof BadPlace || isOfSchema(thrown))) throw thrown
    return failed({ reason: 'answer', message: messageOf(thrown).slice(0, 2000) })
  }
}

const isOfSchema = (thrown: unknown) => thrown instanceof Error && thrown.name === 'ZodError'

async function answerOf(
  lab: Lab,
  { sandbox }: LeanProject,
  item: Item,
  { fileSeconds, memoryBytes }: LeanLimits,
): Promise<Failure | { readonly text: string }> {
  await using opened = await lab.open({
    name: 'lean-trace',
    ...sandbox,
    files: new Map([['Trace.lean', await readFile(program)]]),
    limits: {
      memoryBytes,
      processes: 128,
      cpuSeconds: threads * fileSeconds,
      diskBytes: 2 * answerBytes,
      fileBytes: answerBytes,
    },
  })
  const script = 'work=$PWD; cd "$1" && exec lake env lean --run "$work/Trace.lean" "$2" "$work/found.json"'
  const done = await opened.exec(['sh', '-c', script, 'sh', insideProject, item.path], {
    timeoutSeconds: fileSeconds,
    signal: lab.signal,
    stdin: '',
  })
  lab.signal.throwIfAborted()
  const failure = failureOf(done, { fileSeconds, memoryBytes })
  if (failure) return failure
  const written = await opened.read('found.json', { maxBytes: answerBytes }).catch(() => undefined)
  if (written) return { text: Buffer.from(written).toString() }
  return { reason: 'answer', message: `nothing was written: ${saidBy(done)}` }
}

function failureOf(done: Finished, { fileSeconds, memoryBytes }: LeanLimits): Failure | undefined {
  if (done.limit === 'memory')
    return { reason: 'memory', message: `Lean needs more than ${memoryBytes / mebibyte} MiB` }
  if (done.timedOut || done.limit === 'cpu')
    return { reason: 'time', message: `Lean takes longer than ${fileSeconds} s` }
  if (done.exitCode === 0) return undefined
  return { reason: 'died', message: saidBy(done) }
}

function saidBy({ stdout, stderr, exitCode, signal }: Finished): string {
  const said = Buffer.concat([stderr, stdout]).toString().trim()
  return said.slice(-2000) || `it ended with ${signal ?? `exit code ${exitCode}`}`
}
