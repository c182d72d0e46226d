import { createHash } from 'node:crypto'
import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import { loadPathIn } from './project.ts'
import { rocqVariables } from './variables.ts'

/** Files that a context needs, compiled, and how the prover is told where they are. Equal ones are the same object. */
export interface Library {
  readonly files: FileSet
  readonly flags: readonly string[]
}

const none: Library = { files: new Map(), flags: [] }
const compileSeconds = 600
const diskBytes = 64 * 1024 ** 2

/** Compiles the further files of openings, each set of them once. */
export class Libraries {
  readonly #lab: Lab
  readonly #memoryBytes: number
  readonly #known = new Map<string, Promise<Library>>()

  constructor(lab: Lab, memoryBytes: number) {
    this.#lab = lab
    this.#memoryBytes = memoryBytes
  }

  /**
   * `.v` files are compiled in the order given, as modules named for their path (`Some/File.v` is `Some.File`), unless a
   * `_CoqProject` says more; `.vo` files are taken as they are. Throws `UsageError` (`bad-statement`) with the compiler's words.
   */
  of(files: FileSet | undefined): Promise<Library> {
    if (!files || files.size === 0) return Promise.resolve(none)
    const digest = digestOf(files)
    const known = this.#known.get(digest) ?? this.#compile(files)
    this.#known.set(digest, known)
    known.catch(() => this.#known.delete(digest))
    return known
  }

  async #compile(files: FileSet): Promise<Library> {
    await using sandbox = await this.#lab.open({
      name: 'rocq-library',
      env: rocqVariables,
      files,
      limits: { memoryBytes: this.#memoryBytes, processes: 16, cpuSeconds: compileSeconds, diskBytes },
    })
    const loadPath = loadPathIn(files)
    const compiled = new Map<string, Uint8Array>()
    for (const [path, content] of files) {
      if (path.endsWith('.vo')) compiled.set(path, content)
      if (!path.endsWith('.v')) continue
      const done = await sandbox.exec(['coqc', '-q', '-w', 'none', ...loadPath, path], {
        timeoutSeconds: compileSeconds,
      })
      const object = done.exitCode === 0 ? await sandbox.read(`${path}o`, { maxBytes: diskBytes }) : undefined
      if (!object) {
        const why = done.timedOut
          ? `takes longer than ${compileSeconds} s`
          : done.limit
            ? `meets the ${done.limit} limit`
            : ''
        throw new UsageError(
          'bad-statement',
          `${path} does not compile: ${why || Buffer.from(done.stderr).toString().trim().slice(0, 4000)}`,
        )
      }
      compiled.set(`${path}o`, object)
    }
    return { files: compiled, flags: loadPath }
  }
}

function digestOf(files: FileSet): string {
  const hash = createHash('sha256')
  for (const [path, content] of files) hash.update(`${path}\0${content.byteLength}\0`).update(content)
  return hash.digest('hex')
}
