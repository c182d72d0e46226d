import { chownSync, closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InfrastructureError, messageOf } from '../core/errors.ts'
import type { Identity } from './identity.ts'
import type { Launcher } from './launcher.ts'

const batch = 32

/** A pipe with a name, of which our end is open. Whoever opens the other end removes the name. */
export interface NamedPipe {
  readonly path: string
  readonly descriptor: number
}

/**
 * Pipes for the standard streams. Node gives a child sockets, and a program cannot open a socket by name:
 * `echo x > /dev/stderr`, `iverilog -o /dev/stdout` and `coqc /dev/stdin` would fail. Node cannot call pipe(2) either,
 * so named pipes are made ahead, many at once.
 */
export class PipePool {
  readonly #directory: string
  readonly #launcher: Launcher
  readonly #ready: string[] = []
  #count = 0
  #filling: Promise<void> | undefined

  constructor(directory: string, launcher: Launcher) {
    this.#directory = directory
    this.#launcher = launcher
  }

  /** A pipe to read what `owner` writes: a program may open its own stdout again by name. */
  output(owner: Identity): Promise<NamedPipe> {
    return this.#take(owner, constants.O_RDONLY)
  }

  /** A pipe to write what `owner` reads. Open both ways, since opening it to write alone needs a reader first. */
  input(owner: Identity): Promise<NamedPipe> {
    return this.#take(owner, constants.O_RDWR)
  }

  /**
   * A file for an input that is known from the start: a program that opens `/dev/stdin` by name finds it, where a
   * named pipe whose writer is done would make it wait for ever. Throws `InfrastructureError`.
   */
  inputFile(text: string | Uint8Array, owner: Identity): string {
    const path = this.#newPath('input')
    try {
      writeFileSync(path, text, { mode: 0o400, flag: 'wx' })
      if (this.#launcher.privileged) chownSync(path, owner.uid, owner.gid)
      return path
    } catch (error) {
      rmSync(path, { force: true })
      throw new InfrastructureError('pipe', `cannot keep a command's input: ${messageOf(error)}`, {
        cause: error,
      })
    }
  }

  async #take(owner: Identity, mode: number): Promise<NamedPipe> {
    while (this.#ready.length === 0) await this.#fill()
    const path = this.#ready.pop() as string
    if (this.#ready.length < batch / 2) this.#fill().catch(() => {})
    try {
      if (this.#launcher.privileged) chownSync(path, owner.uid, owner.gid)
      return { path, descriptor: openSync(path, mode | constants.O_NONBLOCK) }
    } catch (error) {
      throw new InfrastructureError('pipe', `cannot open a pipe: ${messageOf(error)}`, { cause: error })
    }
  }

  #fill(): Promise<void> {
    this.#filling ??= this.#make().finally(() => {
      this.#filling = undefined
    })
    return this.#filling
  }

  async #make(): Promise<void> {
    const paths = Array.from({ length: batch }, () => this.#newPath('pipe'))
    await this.#launcher.pipes(paths)
    this.#ready.push(...paths)
  }

  #newPath(kind: string): string {
    this.#count++
    return join(this.#directory, `${kind}${this.#count}`)
  }
}

/** Gives a pipe back that nobody will open the other end of. */
export function discard(pipe: NamedPipe): void {
  closeSync(pipe.descriptor)
  rmSync(pipe.path, { force: true })
}
