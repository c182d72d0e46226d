import { close, constants, fsync, open, write } from 'node:fs'
import { promisify } from 'node:util'
import { InfrastructureError, messageOf } from '../../core/errors.ts'

// The callback API behind promisify costs half of what FileHandle does per call; a trial makes four of them.
const openFile = promisify(open)
const syncFile = promisify(fsync)
const closeFile = promisify(close)

/** Writes at one position until all is written: a disk that is nearly full takes a part and reports no error. */
function writeAll(fd: number, bytes: Buffer, done: (error: Error | null) => void): void {
  write(fd, bytes, 0, bytes.length, null, (error, written) => {
    if (error || written === bytes.length) done(error)
    else writeAll(fd, bytes.subarray(written), done)
  })
}

/**
 * A file that only grows. Lines are written in order, those of one turn of the event loop together. A write that
 * fails is kept and thrown by `sync` and `close`; what is appended after it is dropped, so that no line is
 * missing between two others.
 */
export class AppendFile {
  readonly path: string
  /** Bytes in the file once all that was appended is written. */
  size: number
  readonly #fd: number
  #pending: string[] = []
  #state: 'idle' | 'scheduled' | 'writing' = 'idle'
  #failure: unknown
  #waiting: (() => void)[] = []

  private constructor(path: string, fd: number, size: number) {
    this.path = path
    this.#fd = fd
    this.size = size
  }

  /** Opens for appending. `new`: throws EEXIST where the file exists. `size` is what an existing file has. */
  static async open(path: string, how: 'new' | { readonly size: number }): Promise<AppendFile> {
    const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants
    // A link or a pipe put in a journal's place is neither written through nor waited for.
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
    const fd = await openFile(path, how === 'new' ? flags | O_EXCL : flags, 0o666)
    return new AppendFile(path, fd, how === 'new' ? 0 : how.size)
  }

  /** Takes nothing more; `sync` and `close` throw. */
  fail(cause: unknown): void {
    this.#failure ??= cause
    this.#pending = []
  }

  append(line: string): void {
    if (this.#failure !== undefined) return
    this.#pending.push(line)
    if (this.#state !== 'idle') return
    this.#state = 'scheduled'
    setImmediate(() => {
      if (this.#state === 'scheduled') this.#flush()
    })
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(''))
    this.#pending = []
    this.#state = 'writing'
    writeAll(this.#fd, bytes, (error) => {
      if (error) {
        this.#failure = error
        this.#pending = []
      } else {
        this.size += bytes.length
      }
      if (this.#pending.length > 0) {
        this.#flush()
        return
      }
      this.#state = 'idle'
      const waiting = this.#waiting
      this.#waiting = []
      for (const resolve of waiting) resolve()
    })
  }

  /** All that was appended is in the page cache. Throws `InfrastructureError` (`journal-failed`). */
  async written(): Promise<void> {
    if (this.#state !== 'idle') {
      const idle = new Promise<void>((resolve) => this.#waiting.push(resolve))
      if (this.#state === 'scheduled') this.#flush()
      await idle
    }
    if (this.#failure !== undefined) throw journalFailed(this.path, this.#failure)
  }

  /** All that was appended is on the disk. Throws `InfrastructureError` (`journal-failed`). */
  async sync(): Promise<void> {
    await this.written()
    try {
      await syncFile(this.#fd)
    } catch (thrown) {
      // After a failed fsync the kernel may have dropped the pages: nothing later in this file can be believed.
      this.#failure = thrown
      throw journalFailed(this.path, thrown)
    }
  }

  /** Writes what is left and closes. Throws `InfrastructureError` (`journal-failed`). */
  async close(): Promise<void> {
    try {
      await this.written()
    } finally {
      await closeFile(this.#fd)
    }
  }
}

/** The error that stops a run: there is nowhere to write what happens next. */
export function journalFailed(path: string, cause: unknown): InfrastructureError {
  const message = `cannot write ${path}: ${messageOf(cause)}. Free space or make the directory writable, then resume the run`
  return new InfrastructureError('journal-failed', message, { cause, retryable: false })
}
