import { UsageError } from '../../../../core/errors.ts'
import { type End, printable, unsolved } from '../course.ts'
import { deathOf, type Means } from './deaths.ts'
import { answerModule } from './files.ts'
import { readLibrary } from './reader.ts'
import { coqc, libraryBytes, run, textOfRun } from './run.ts'
import type { Distrust } from './trust.ts'

const source = `${answerModule}.v`
const library = `${answerModule}.vo`

/** A compiled answer: nothing but the kernel's part of it. */
export interface Library {
  readonly library: Uint8Array
  /** What in it nobody but a kernel of known faults vouches for. */
  readonly distrusted: readonly Distrust[]
}

/** Compiles the answer alone. */
export async function compile(answer: Uint8Array, means: Means): Promise<Library | End> {
  const { lab, prepared, course } = means
  await using sandbox = await lab.open({ name: 'rocq-answer', limits: means.limits })
  await sandbox.write(new Map([...prepared.context, [source, answer]]))
  const finished = await run(sandbox, coqc(source, prepared.loadPath))
  const log = textOfRun(finished)
  course.logs.set('compile.log', printable(log))
  const death = await deathOf(finished, 'compiling it', means)
  if (death) return death
  if (finished.exitCode !== 0) return doesNotCompile(log)
  try {
    const compiled = await sandbox.read(library, { maxBytes: libraryBytes })
    if (compiled === undefined)
      return unsolved('does-not-compile', 'the compiler ends well and leaves no library', source)
    const reading = await readLibrary(compiled, lab.signal)
    if (reading.kind === 'none')
      return unsolved('kernel', `what was compiled is no library: ${reading.message}`, source)
    if (reading.kind === 'large')
      return unsolved('resources', `reading what was compiled: ${reading.message}`)
    const { part, distrusted } = reading
    course.metrics.push({ name: 'library', value: part.byteLength, unit: 'bytes' })
    return { library: part, distrusted }
  } catch (thrown) {
    if (thrown instanceof UsageError)
      return unsolved('resources', `its library is too large: ${thrown.message}`)
    throw thrown
  }
}

/** The last complaint of the compiler, which warnings may precede. */
function doesNotCompile(log: string): End {
  const complaints = [
    ...log.matchAll(/^File "[^"\n]*", line (\d+), characters [\d-]+:\n((?:Error|Anomaly|Syntax)[\s\S]*)/gm),
  ]
  const [, line, message] = complaints.at(-1) ?? []
  return unsolved(
    'does-not-compile',
    message ?? (log.trim() === '' ? 'the compiler refuses it without a word' : log),
    line === undefined ? source : `${source}:${line}`,
  )
}
