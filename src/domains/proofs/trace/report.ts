import { stat } from 'node:fs/promises'
import { traceFiles } from './layout.ts'
import { readHeader, readManifest } from './read.ts'
import type { Failure, Manifest } from './schema.ts'

/** What came of a trace. */
export interface TraceReport {
  readonly directory: string
  readonly source: string
  readonly prover: Manifest['prover']
  readonly rocq?: string
  readonly lean?: string
  readonly files: {
    readonly planned: number
    readonly traced: number
    readonly partial: number
    readonly failed: number
    /** Not there yet. */
    readonly missing: number
  }
  readonly sentences: number
  readonly theorems: number
  readonly steps: number
  readonly definitions: number
  readonly bytes: number
  /** Wall time of all files together, in whatever number of processes. */
  readonly seconds: { readonly compile: number; readonly replay: number }
  readonly failures: readonly ({ readonly file: string } & Failure)[]
}

/** Reads the first lines of all files of a trace. Throws `UsageError` (`no-trace`, `bad-trace`). */
export async function traceReport(directory: string): Promise<TraceReport> {
  const { files, source, prover, rocq, lean } = await readManifest(directory)
  const counts = { planned: files.length, traced: 0, partial: 0, failed: 0, missing: 0 }
  const sums = { sentences: 0, theorems: 0, steps: 0, definitions: 0, bytes: 0 }
  const seconds = { compile: 0, replay: 0 }
  const failures: ({ file: string } & Failure)[] = []
  for (const file of files) {
    const header = await readHeader(directory, file)
    if (!header) {
      counts.missing++
      continue
    }
    counts[header.outcome]++
    sums.sentences += header.sentences
    sums.theorems += header.theorems
    sums.steps += header.steps
    sums.definitions += header.definitions.length
    sums.bytes += (await stat(traceFiles(directory).file(file))).size
    seconds.compile += header.seconds.compile
    seconds.replay += header.seconds.replay
    if (header.failure) failures.push({ file, ...header.failure })
  }
  seconds.compile = Math.round(seconds.compile)
  seconds.replay = Math.round(seconds.replay)
  return {
    directory,
    source,
    prover,
    ...(rocq !== undefined && { rocq }),
    ...(lean !== undefined && { lean }),
    files: counts,
    ...sums,
    seconds,
    failures,
  }
}
