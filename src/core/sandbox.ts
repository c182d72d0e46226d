import type { LimitName } from './errors.ts'
import type { FileSet } from './files.ts'
import type { ResourceLimits } from './limits.ts'

/**
 * A container image: by name in the engine's store, or built from a directory that has a Dockerfile. `args` are the
 * build's arguments.
 */
export type Image =
  | { readonly name: string }
  | {
      readonly directory: string
      /** Relative to the directory; `Dockerfile` where absent. */
      readonly dockerfile?: string
      readonly args?: Readonly<Record<string, string>>
    }

/** What a new sandbox is to be. Everything not said here is closed: no network, no host files but the system's. */
export interface SandboxSpec {
  /** Letters, digits, `-`: shows in process lists and error messages. In a pod, the host name. */
  readonly name: string
  /** Further names in a pod. */
  readonly aliases?: readonly string[]
  /** What the work directory starts with. With an image built from a directory: what replaces files of that directory. */
  readonly files?: FileSet
  /**
   * Runs in a container image, as the user and in the directory that the image says, and may write everywhere in it;
   * `start([])` then runs what the image runs by itself. Back ends without images throw `InfrastructureError`
   * (`no-images`).
   */
  readonly image?: Image
  readonly limits?: Partial<ResourceLimits>
  /** Programs of 32 bits run too (i386 on x64), which the kernel kills elsewhere: old challenges are full of them. */
  readonly programs32?: boolean
  /** Host directories to show read-only, at the given absolute path inside. */
  readonly mounts?: readonly { readonly host: string; readonly inside: string }[]
  /**
   * Character devices of the host that it may use, by their paths in `/dev`, with a read-only `/sys` for their drivers: a
   * GPU's, for those who judge on it. Throws `InfrastructureError` (`no-device`, or `no-devices` where the back end has none).
   */
  readonly devices?: readonly string[]
  /**
   * Symbolic links at absolute paths to paths of the work directory (`''` is the directory itself), for programs that
   * were made for another place: `{ '/flag': 'flag.txt', '/challenge': '' }`. Not in an image.
   */
  readonly links?: Readonly<Record<string, string>>
  /** Environment of every command, on top of a minimal one (PATH, HOME, LANG, TERM). */
  readonly env?: Readonly<Record<string, string>>
}

export interface CommandOptions {
  /** Relative to the work directory, which is the default. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  /** Wall time in seconds; then the whole process tree is killed. Default: 60. */
  readonly timeoutSeconds?: number
  /** Overrides the sandbox's `outputBytes` for this command. */
  readonly outputBytes?: number
  /** Aborting kills the whole process tree; the promise still fulfils, with `signal: 'SIGKILL'`. */
  readonly signal?: AbortSignal
}

/** How a command ended. A command that fails is a result, not an exception. */
export interface Finished {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** True where output beyond `outputBytes` was dropped. */
  readonly truncated: boolean
  readonly timedOut: boolean
  /** The sandbox limit that ended it or that it ran into, as far as the back end can tell. */
  readonly limit: LimitName | null
  readonly wallSeconds: number
}

/** A command under way. Output that nobody reads is still kept up to `outputBytes` for `finished`. */
export interface Running {
  readonly stdout: AsyncIterable<Uint8Array>
  readonly stderr: AsyncIterable<Uint8Array>
  write(data: string | Uint8Array): Promise<void>
  endInput(): void
  readonly finished: Promise<Finished>
  /** Kills the whole tree; `finished` then fulfils. */
  kill(): void
}

/** A command on a pseudo-terminal, for programs that want a person. */
export interface Terminal {
  write(data: string): void
  resize(columns: number, rows: number): void
  /**
   * New output since the last read, waiting until `until` matches it, or nothing has come for `quietSeconds`,
   * or `timeoutSeconds` have passed, or the program ended.
   */
  read(options?: {
    until?: RegExp
    quietSeconds?: number
    timeoutSeconds?: number
  }): Promise<{ text: string; matched: boolean; ended: boolean }>
  /** The screen as a person would see it now, escape sequences applied. */
  screen(): string
  readonly finished: Promise<{ exitCode: number | null; signal: string | null }>
  kill(): void
}

/** One process's memory, seen from outside. What is not mapped there cannot be had: that is the process's own doing. */
export interface ProcessMemory extends AsyncDisposable {
  /** Fills `into` from an address; false where not all of it could be read. */
  read(address: number, into: Uint8Array): Promise<boolean>
  /** False where not all of it could be written. */
  write(address: number, bytes: Uint8Array): Promise<boolean>
}

/** What a judge measures of a sandbox, and hands over to it, with nothing in between that runs inside. */
export interface Gauge {
  /** Processor time of everything that ever ran in the sandbox so far, in seconds. */
  cpuSeconds(): number
  /**
   * The memory of the process with this pid, as the process itself knows it. Throws `UsageError` (`no-process`) and
   * `InfrastructureError` (`no-memory-access`).
   */
  memory(pid: number): Promise<ProcessMemory>
}

/**
 * A place where untrusted code runs. Every command sees the same work directory; when a command's first process
 * ends, all it started is killed. Methods throw `InfrastructureError` where the sandbox itself fails.
 */
export interface Sandbox extends AsyncDisposable {
  readonly id: string
  readonly name: string
  exec(argv: readonly string[], options?: CommandOptions): Promise<Finished>
  start(argv: readonly string[], options?: CommandOptions): Promise<Running>
  terminal(
    argv: readonly string[],
    options?: Omit<CommandOptions, 'stdin'> & { columns?: number; rows?: number },
  ): Promise<Terminal>
  write(files: FileSet): Promise<void>
  /**
   * The bytes of a regular file in the work directory, or undefined where there is none. Symbolic links are not
   * followed, in no part of the path. Throws `UsageError` for a path that leaves the work directory or a file
   * larger than `maxBytes` (default 16 MiB).
   */
  read(path: string, options?: { maxBytes?: number }): Promise<Uint8Array | undefined>
  /** Paths of the regular files in the work directory, sorted; at most 10,000. */
  list(): Promise<string[]>
  /** Absent where the back end has none: containers, and machines without control groups. */
  readonly gauge?: Gauge | undefined
}

/** Several sandboxes on one private network, each reachable by its name, nothing reachable beyond. */
export interface Pod extends AsyncDisposable {
  readonly id: string
  open(spec: SandboxSpec): Promise<Sandbox>
}

export interface ReapReport {
  readonly processes: number
  readonly directories: number
  readonly mounts: number
  readonly cgroups: number
  readonly namespaces: number
}

/** A way to make sandboxes: bubblewrap, a container engine. Every back end passes the same conformance suite. */
export interface SandboxBackend extends AsyncDisposable {
  readonly name: string
  open(spec: SandboxSpec): Promise<Sandbox>
  pod(name: string): Promise<Pod>
  /** What is in force here, by limit or protection, in words: goes to `doctor` and to the manifest. */
  facts(): Promise<Readonly<Record<string, string>>>
  /** Removes what dead runs left behind; never what belongs to a live one. */
  reap(): Promise<ReapReport>
}
