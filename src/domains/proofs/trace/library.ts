import type { Lab } from '../../../core/domain.ts'
import type { FileSet } from '../../../core/files.ts'
import type { Header, Manifest, TracedPremise, TracedTheorem } from './schema.ts'

/** A file to be traced. */
export interface Item {
  readonly path: string
  readonly module: string
  readonly text: string
  readonly basis: string
  readonly requires: readonly string[]
  /** Compiled files that it requires, directly or not, where Rocq does not find them by itself. */
  readonly compiled: FileSet
}

export interface FileTrace {
  readonly header: Header
  readonly theorems: readonly TracedTheorem[]
  readonly object?: Uint8Array
}

/** Where a name of a file that was traced before is defined. */
export type PlaceOf = (name: string) => TracedPremise['place'] | undefined

/** What is to be traced, and how a prover does it. */
export interface Library {
  readonly prover: Manifest['prover']
  /** The prover's: a trace of another one is not current. */
  readonly version: string
  readonly name: string
  /** Files by path relative to the root, sorted; undefined for what is too large to be read. */
  readonly files: ReadonlyMap<string, string | undefined>
  readonly flags: readonly string[]
  /** Whether what a file compiles to is kept for those that require it; else it is there beforehand. */
  readonly keepsObjects: boolean
  /** The module that a path is; undefined where it cannot be one. */
  moduleOf(path: string): string | undefined
  /** The files that each file requires itself, of those that are there. */
  requirements(lab: Lab, files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly string[]>>
  /** What the trace of a file is made with, besides its text, those of files below it, and the version. */
  madeWith(path: string): readonly unknown[]
  /** What the file does wrong is in the header; throws what is not the file's doing. */
  trace(lab: Lab, item: Item, placeOf: PlaceOf): Promise<FileTrace>
}
