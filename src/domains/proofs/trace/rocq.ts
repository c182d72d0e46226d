import type { Lab } from '../../../core/domain.ts'
import { type FileLimits, traceFile } from './file.ts'
import type { Library } from './library.ts'
import { requirements } from './order.ts'
import type { Manifest } from './schema.ts'
import { loadPath, moduleOf, type Source } from './source.ts'
import { traceLibrary, type WorkOptions } from './work.ts'

export interface TraceOptions extends WorkOptions {
  /** Rocq's version: a trace of another one is not current. */
  readonly rocq: string
  readonly limits: FileLimits
}

/** Traces Rocq's files as `traceLibrary` does. */
export async function trace(lab: Lab, source: Source, options: TraceOptions): Promise<Manifest> {
  return await traceLibrary(lab, rocqLibrary(source, options), options)
}

function rocqLibrary(source: Source, { rocq, limits }: Pick<TraceOptions, 'rocq' | 'limits'>): Library {
  return {
    prover: 'rocq',
    version: rocq,
    name: source.name,
    files: source.files,
    flags: loadPath(source.mappings),
    keepsObjects: !source.installed,
    moduleOf: (path) => moduleOf(path, source.mappings),
    requirements: (lab, files) => requirements(lab, source, files),
    madeWith: (path) => [source.flagsOf(path), source.mappings],
    trace: (lab, item, placeOf) => traceFile(lab, source, item, limits, placeOf),
  }
}
