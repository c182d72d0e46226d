import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { InfrastructureError } from '../core/errors.ts'
import type { Identity } from './identity.ts'

const perl = '/usr/bin/perl'
const program = fileURLToPath(new URL('launcher.pl', import.meta.url))

/** What stands between fork and exec: where the command goes before it becomes bwrap. */
export interface Preparation {
  /** A network namespace to enter, if any. */
  readonly namespace: string | undefined
  /** The uid and gid to take on; undefined where there is no root to drop. */
  readonly identity: Identity | undefined
  /** Resource limits that only a process can set for itself: seconds and bytes. */
  readonly limits: Readonly<Partial<Record<'cpu' | 'fsize' | 'as', number>>>
  /** Files to write `0` to: the control groups' doors. */
  readonly doors: readonly string[]
  /** bwrap's arguments, each with a NUL at its end: it reads them from descriptor 3. */
  readonly bwrapArguments: string
  /** The filter that it reads from descriptor 4. */
  readonly seccompFile: string
  readonly argv: readonly string[]
}

/** How bwrap ended, and what it told through descriptor 5 (`--json-status-fd`). */
export interface Ended {
  readonly code: number | null
  readonly signal: number | null
  readonly status: string
}

/** A process that was started; `ended` rejects with `InfrastructureError` where the launcher itself fails. */
export interface Launched {
  readonly ended: Promise<Ended>
  kill(): void
}

/**
 * Starts sandboxes and mounts their directories. Node can neither mount nor enter namespaces or control groups, and
 * doing it through mount(8), sh, nsenter and setpriv costs more than bwrap itself; it also hands a child whatever
 * descriptors its own parent left open. So one small Perl process, a part of every Debian, does this as it is asked:
 * it is in a session of its own, closes what it inherited, and ends when its input does, that is with us; and with it,
 * by `--die-with-parent`, all that it started.
 */
export class Launcher implements AsyncDisposable {
  /** False for anybody but root, who can neither mount nor make namespaces outside a user namespace. */
  readonly privileged = process.getuid?.() === 0
  readonly #pending = new Map<string, (result: readonly string[]) => void>()
  #child: ChildProcess | undefined
  #closed = false
  #count = 0
  #buffer: Buffer = Buffer.alloc(0)

  /** Throws `InfrastructureError` where Perl is missing. */
  constructor() {
    try {
      accessSync(perl, constants.X_OK)
    } catch {
      throw new InfrastructureError(
        'no-perl',
        `${perl} is missing, which starts sandboxes; apt-get install -y perl-base`,
        {
          retryable: false,
        },
      )
    }
  }

  /** Mounts an empty tmpfs with `options` (tmpfs(5)), nosuid and nodev. Throws `InfrastructureError`, as all here. */
  async mount(directory: string, options: string): Promise<void> {
    await this.#request(`mount ${directory}`, 'mount', directory, options)
  }

  /** Shows a directory, and what is mounted below it, at another place, read-only there. */
  async bind(from: string, to: string): Promise<void> {
    await this.#request(`show ${from} at ${to}`, 'bind', from, to)
  }

  /** Detaches a mount; processes that still are in it keep it until they end. */
  async unmount(path: string): Promise<void> {
    await this.#request(`unmount ${path}`, 'unmount', path)
  }

  /** Makes named pipes. */
  async pipes(paths: readonly string[]): Promise<void> {
    await this.#request(`make pipes such as ${paths[0]}`, 'pipes', ...paths)
  }

  /** Starts a command on three files, which lose their names as they are opened. */
  run(files: readonly [stdin: string, stdout: string, stderr: string], preparation: Preparation): Launched {
    const id = this.#newId()
    const ended = this.#send(id, 'run', ...files, ...fieldsOf(preparation)).then((result): Ended => {
      const [kind, code = '', signal = '', status = ''] = result
      if (kind !== 'ended') throw refused('start a command', code)
      return {
        code: signal === '0' ? Number(code) : null,
        signal: signal === '0' ? null : Number(signal),
        status,
      }
    })
    return { ended, kill: () => this.#write([this.#newId(), 'kill', id]) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const child = this.#child
    if (!child) return
    this.#hold(child)
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.stdin?.end()
    await closed
  }

  async #request(what: string, operation: string, ...fields: string[]): Promise<void> {
    const [result, why = ''] = await this.#send(this.#newId(), operation, ...fields)
    if (result !== 'ok') throw refused(what, why)
  }

  #newId(): string {
    this.#count++
    return String(this.#count)
  }

  #send(id: string, ...fields: string[]): Promise<readonly string[]> {
    if (this.#closed) return Promise.resolve(['failed', 'the launching process was closed'])
    return new Promise((resolve) => {
      this.#pending.set(id, resolve)
      this.#child ??= this.#start()
      this.#write([id, ...fields])
      // While an answer is due, this program has something to wait for.
      this.#hold(this.#child)
    })
  }

  #write(fields: readonly string[]): void {
    this.#child?.stdin?.write(messageOf(fields))
  }

  #start(): ChildProcess {
    const child = spawn(perl, [program, process.arch], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      cwd: '/',
    })
    const gone = () => {
      if (this.#child === child) this.#child = undefined
      this.#buffer = Buffer.alloc(0)
      const pending = [...this.#pending.values()]
      this.#pending.clear()
      for (const resolve of pending) resolve(['failed', 'the launching process ended'])
    }
    child.once('error', gone)
    child.once('close', gone)
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    ;(child.stdin as Socket).unref()
    return child
  }

  /** The process is over when both it and its output are. */
  #hold(child: ChildProcess): void {
    child.ref()
    ;(child.stdout as Socket).ref()
  }

  #release(child: ChildProcess): void {
    child.unref()
    ;(child.stdout as Socket).unref()
  }

  #take(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    while (this.#buffer.length >= 4) {
      const end = 4 + this.#buffer.readUInt32BE(0)
      if (this.#buffer.length < end) return
      const [id = '', ...result] = this.#buffer.toString('utf8', 4, end).split('\0')
      this.#buffer = this.#buffer.subarray(end)
      const resolve = this.#pending.get(id)
      this.#pending.delete(id)
      if (this.#pending.size === 0 && this.#child && !this.#closed) this.#release(this.#child)
      resolve?.(result)
    }
  }
}

function refused(what: string, why: string): InfrastructureError {
  const hint =
    why === 'Operation not permitted'
      ? '; root in a container needs CAP_SYS_ADMIN (docker run --privileged)'
      : ''
  return new InfrastructureError('launcher', `cannot ${what}: ${why}${hint}`)
}

/** The command line and the message file by which a terminal's child becomes a command. */
export function becoming(file: string): string[] {
  return [perl, program, process.arch, file]
}

/** What `becoming`'s file has to contain. */
export function becomingMessage(preparation: Preparation): string {
  return fieldsOf(preparation)
    .map((field) => `${field}\0`)
    .join('')
}

function fieldsOf({
  namespace,
  identity,
  limits,
  doors,
  bwrapArguments,
  seccompFile,
  argv,
}: Preparation): string[] {
  return [
    namespace ?? '',
    String(identity?.uid ?? ''),
    String(identity?.gid ?? ''),
    Object.entries(limits)
      .map(([name, value]) => `${name}=${Math.ceil(value)}`)
      .join(' '),
    doors.join('\n'),
    Buffer.from(bwrapArguments).toString('hex'),
    seccompFile,
    ...argv,
  ]
}

function messageOf(fields: readonly string[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}
