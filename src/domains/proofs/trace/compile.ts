import type { Lab } from '../../../core/domain.ts'
import { type FileSet, toBytes } from '../../../core/files.ts'
import { rocqVariables } from '../rocq/variables.ts'
import type { Failure } from './schema.ts'
import { loadPath, type Source } from './source.ts'

export interface CompileLimits {
  /** Wall time of one file. */
  readonly fileSeconds: number
  readonly memoryBytes: number
}

export type Compiled =
  | { readonly ok: true; readonly glob: string; readonly object: Uint8Array }
  | { readonly ok: false; readonly failure: Failure }

const mebibyte = 1024 ** 2
const diskBytes = 512 * mebibyte
const resultBytes = 128 * mebibyte

/** Compiles one file under its own module's name, beside compiled files that it requires, and notes what its names are. */
export async function compile(
  lab: Lab,
  source: Source,
  file: { readonly path: string; readonly text: string; readonly compiled: FileSet },
  { fileSeconds, memoryBytes }: CompileLimits,
): Promise<Compiled> {
  await using sandbox = await lab.open({
    name: 'rocq-compile',
    env: rocqVariables,
    files: new Map([...file.compiled, [file.path, toBytes(file.text)]]),
    limits: { memoryBytes, processes: 16, cpuSeconds: fileSeconds, diskBytes },
  })
  const flags = [...source.flagsOf(file.path), ...loadPath(source.mappings)]
  const argv = ['coqc', '-q', '-w', 'none', ...flags, '-dump-glob', 'names.glob', file.path]
  const done = await sandbox.exec(argv, { timeoutSeconds: fileSeconds, signal: lab.signal })
  lab.signal.throwIfAborted()
  const failed = (reason: Failure['reason'], message: string): Compiled => ({
    ok: false,
    failure: { reason, message },
  })
  if (done.limit === 'memory') return failed('memory', `coqc needs more than ${memoryBytes / mebibyte} MiB`)
  if (done.timedOut || done.limit === 'cpu') return failed('time', `coqc takes longer than ${fileSeconds} s`)
  if (done.exitCode !== 0) return failed('compile', saidBy(done.stderr))
  const bounds = { maxBytes: resultBytes }
  const object = await sandbox.read(`${file.path}o`, bounds)
  const glob = await sandbox.read('names.glob', bounds)
  if (!object || !glob) return failed('compile', 'coqc wrote nothing')
  return { ok: true, object, glob: Buffer.from(glob).toString() }
}

/** The compiler's error with its line, without the file's name. */
function saidBy(stderr: Uint8Array): string {
  const said = Buffer.from(stderr).toString().trim()
  const place = [...said.matchAll(/^File "[^\n]*", line (\d+), characters [-\d]+:\n(?:Error:\s*)?/gm)].at(-1)
  const error = place ? `line ${place[1]}: ${said.slice(place.index + place[0].length)}` : said
  return error.slice(0, 2000) || 'coqc failed'
}
