import { execFile } from 'node:child_process'
import { closeSync, constants, fchmodSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { InfrastructureError, messageOf } from '../core/errors.ts'

const run = promisify(execFile)
const batch = 32

/** The two ends of a pipe, as open descriptors. Whoever takes them closes them. */
export interface Pipe {
  readonly read: number
  readonly write: number
}

/**
 * Pipes for the standard streams. Node gives a child sockets, and a program cannot open a socket by name:
 * `echo x > /dev/stderr`, `iverilog -o /dev/stdout` and `coqc /dev/stdin` would fail. Node cannot call pipe(2) either,
 * so named pipes are made ahead, many by one mkfifo(1), and each loses its name as soon as it is open.
 */
export class PipePool {
  readonly #directory: string
  readonly #ready: string[] = []
  #count = 0
  #filling: Promise<void> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** `ours` is the end that Node keeps, without blocking; the other blocks, as programs expect. */
  async take(ours: 'read' | 'write'): Promise<Pipe> {
    while (this.#ready.length === 0) await this.#fill()
    const path = this.#ready.pop() as string
    if (this.#ready.length < batch / 2) this.#fill().catch(() => {})
    try {
      // Both ways first: either end alone would wait for the other or be refused.
      const anchor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
      try {
        // A program may open its own stdout again by name, whatever its uid.
        fchmodSync(anchor, 0o666)
        const read = openSync(path, constants.O_RDONLY | (ours === 'read' ? constants.O_NONBLOCK : 0))
        const write = openSync(path, constants.O_WRONLY | (ours === 'write' ? constants.O_NONBLOCK : 0))
        return { read, write }
      } finally {
        closeSync(anchor)
        unlinkSync(path)
      }
    } catch (error) {
      throw new InfrastructureError('pipe', `cannot open a pipe: ${messageOf(error)}`, { cause: error })
    }
  }

  /**
   * The descriptor of a nameless file that holds the text, for an input that is known from the start: a program that
   * opens `/dev/stdin` by name finds it, where a named pipe whose writer is done would make it wait for ever.
   */
  inputFile(text: string | Uint8Array): number {
    const path = join(this.#directory, `input${++this.#count}`)
    try {
      writeFileSync(path, text, { mode: 0o444, flag: 'wx' })
      try {
        return openSync(path, constants.O_RDONLY)
      } finally {
        unlinkSync(path)
      }
    } catch (error) {
      throw new InfrastructureError('pipe', `cannot keep a command's input: ${messageOf(error)}`, {
        cause: error,
      })
    }
  }

  #fill(): Promise<void> {
    this.#filling ??= this.#make().finally(() => {
      this.#filling = undefined
    })
    return this.#filling
  }

  async #make(): Promise<void> {
    const paths = Array.from({ length: batch }, () => join(this.#directory, `pipe${++this.#count}`))
    try {
      await run('/usr/bin/mkfifo', ['-m', '600', ...paths], { env: {} })
    } catch (error) {
      throw new InfrastructureError('pipe', `cannot make pipes in ${this.#directory}: ${messageOf(error)}`, {
        cause: error,
      })
    }
    this.#ready.push(...paths)
  }
}
