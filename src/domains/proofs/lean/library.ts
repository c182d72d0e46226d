import { createHash } from 'node:crypto'
import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import { leanCompile, oleanOf } from './compile.ts'
import { type LeanPlace, leanSandbox } from './sandbox.ts'

/** Files that a context needs, compiled. Equal ones are the same object. */
export interface Library {
  readonly files: FileSet
}

const none: Library = { files: new Map() }
const compileSeconds = 600
const diskBytes = 256 * 1024 ** 2

/** Compiles the further files of openings, each set of them once. */
export class Libraries {
  readonly #lab: Lab
  readonly #place: LeanPlace
  readonly #memoryBytes: number
  readonly #known = new Map<string, Promise<Library>>()

  constructor(lab: Lab, place: LeanPlace, memoryBytes: number) {
    this.#lab = lab
    this.#place = place
    this.#memoryBytes = memoryBytes
  }

  /**
   * `.lean` files are compiled in the order given, as modules named for their path (`Some/File.lean` is `Some.File`);
   * `.olean` files are taken as they are. Throws `UsageError` (`bad-statement`) with Lean's words.
   */
  of(files: FileSet | undefined): Promise<Library> {
    if (!files || files.size === 0) return Promise.resolve(none)
    const hash = createHash('sha256')
    for (const [path, content] of files) hash.update(`${path}\0${content.byteLength}\0`).update(content)
    const digest = hash.digest('hex')
    const known = this.#known.get(digest) ?? this.#compile(files)
    this.#known.set(digest, known)
    known.catch(() => this.#known.delete(digest))
    return known
  }

  async #compile(files: FileSet): Promise<Library> {
    await using sandbox = await this.#lab.open({
      name: 'lean-library',
      ...leanSandbox(this.#place),
      files,
      limits: { memoryBytes: this.#memoryBytes, processes: 512, cpuSeconds: compileSeconds, diskBytes },
    })
    const compiled = new Map<string, Uint8Array>()
    for (const [path, content] of files) {
      if (path.endsWith('.olean')) compiled.set(path, content)
      if (!path.endsWith('.lean')) continue
      const object = oleanOf(path)
      const done = await sandbox.exec(leanCompile(path), { timeoutSeconds: compileSeconds })
      const bytes = done.exitCode === 0 ? await sandbox.read(object, { maxBytes: diskBytes }) : undefined
      if (!bytes) {
        const why = done.timedOut
          ? `it takes longer than ${compileSeconds} s`
          : done.limit
            ? `it meets the ${done.limit} limit`
            : [done.stdout, done.stderr]
                .map((text) => Buffer.from(text).toString())
                .join('')
                .trim()
        throw new UsageError('bad-statement', `${path} does not compile: ${why.slice(0, 4000)}`)
      }
      compiled.set(object, bytes)
    }
    return { files: compiled }
  }
}
