import { closeSync, constants, mkdirSync, openSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { InfrastructureError, type LimitName, messageOf, UsageError } from '../core/errors.ts'
import type { FileSet } from '../core/files.ts'
import type { ResourceLimits } from '../core/limits.ts'
import type { CommandOptions, Finished, Running, Sandbox, SandboxSpec, Terminal } from '../core/sandbox.ts'
import { commandArguments, type View, viewArguments } from './arguments.ts'
import { ControlGroup, type Hierarchy } from './cgroup.ts'
import {
  type Command,
  firstMountDescriptor,
  launch,
  seccompDescriptor,
  statusDescriptor,
  type Watch,
} from './command.ts'
import { type Identity, newIdentity } from './identity.ts'
import { canMount, mountWork, unmount } from './mounts.ts'
import { listFiles, readFile, writeFiles } from './workfiles.ts'

/** What the sandboxes of one backend share. */
export interface Premises {
  /** The run's own directory; its last part is the owner's token. */
  readonly directory: string
  readonly token: string
  readonly etc: string
  readonly seccompFile: string
  readonly bwrap: string
  readonly hierarchy: Hierarchy
}

/** A pod's network, as one of its sandboxes sees it. */
export interface Network {
  readonly namespace: string
  readonly hosts: string
}

/**
 * Enters the control group (a process that writes 0 moves itself), lowers the resource limits that only a process
 * can set for itself, and becomes bwrap. Nothing of the caller's is on this command line.
 */
const script = `set -e
while [ "$1" != -- ]; do echo 0 >"$1"; shift; done
shift
ulimit -c 0; ulimit -f "$1"; ulimit -t "$2"; shift 2
exec "$@" ${statusDescriptor}>&3`

const defaultReadBytes = 16 * 1024 ** 2

/** One bubblewrap sandbox: a work directory, a control group and an identity; each command is a bwrap of its own. */
export class Room implements Sandbox {
  readonly id: string
  readonly name: string
  readonly #premises: Premises
  readonly #limits: ResourceLimits
  readonly #identity: Identity
  readonly #group: ControlGroup
  readonly #directory: string
  readonly #view: View
  readonly #mountDescriptors: number[]
  readonly #commands = new Set<Command>()
  readonly #onClose: () => void
  #viewArguments: string[] | undefined
  #closing: Promise<void> | undefined

  private constructor(
    premises: Premises,
    id: string,
    spec: SandboxSpec,
    limits: ResourceLimits,
    identity: Identity,
    network: Network | undefined,
    onClose: () => void,
  ) {
    this.#premises = premises
    this.id = id
    this.name = spec.name
    this.#limits = limits
    this.#identity = identity
    this.#onClose = onClose
    this.#directory = join(premises.directory, id)
    this.#mountDescriptors = openMounts(spec)
    this.#view = {
      hostname: spec.name,
      etc: premises.etc,
      work: this.#directory,
      mounts: (spec.mounts ?? []).map(({ inside }, index) => ({
        descriptor: firstMountDescriptor + index,
        inside,
      })),
      network: network !== undefined,
      scratchBytes: limits.diskBytes,
      env: spec.env ?? {},
      ...(network ? { hosts: network.hosts } : {}),
    }
    this.#group = new ControlGroup(premises.hierarchy, join(premises.token, id), limits, identity)
  }

  /** Makes a sandbox. Throws `UsageError` for a spec that makes no sense, and `InfrastructureError`. */
  static async open(
    premises: Premises,
    id: string,
    spec: SandboxSpec,
    limits: ResourceLimits,
    place: { network?: Network; onClose: () => void },
  ): Promise<Room> {
    if (!/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(spec.name)) {
      throw new UsageError(
        'sandbox-name',
        `"${spec.name}" is not a sandbox's name: letters, digits and "-", at most 63`,
      )
    }
    const room = new Room(premises, id, spec, limits, newIdentity(), place.network, place.onClose)
    try {
      room.#viewArguments = viewArguments(room.#view)
      mkdirSync(room.#directory, { mode: 0o700 })
      if (canMount) await mountWork(room.#directory, limits.diskBytes, room.#identity)
      if (spec.files && spec.files.size > 0) await room.write(spec.files)
      return room
    } catch (error) {
      await room[Symbol.asyncDispose]().catch(() => {})
      throw error
    }
  }

  async exec(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    return this.#launch(argv, { stdin: '', ...options }).finished
  }

  async start(argv: readonly string[], options: CommandOptions = {}): Promise<Running> {
    return this.#launch(argv, options)
  }

  terminal(): Promise<Terminal> {
    throw new InfrastructureError('no-terminal', 'terminals are not available')
  }

  async write(files: FileSet): Promise<void> {
    this.#check()
    writeFiles(this.#directory, files, this.#identity)
  }

  async read(path: string, options: { maxBytes?: number } = {}): Promise<Uint8Array | undefined> {
    this.#check()
    return readFile(this.#directory, path, options.maxBytes ?? defaultReadBytes)
  }

  async list(): Promise<string[]> {
    this.#check()
    return listFiles(this.#directory)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const command of this.#commands) command.kill()
    await Promise.allSettled([...this.#commands].map((command) => command.finished))
    await this.#group.remove()
    for (const descriptor of this.#mountDescriptors.splice(0)) closeSync(descriptor)
    try {
      if (canMount) await unmount([this.#directory])
    } finally {
      rmSync(this.#directory, { recursive: true, force: true })
      this.#onClose()
    }
  }

  #check(): void {
    if (this.#closing)
      throw new InfrastructureError('sandbox-closed', `the sandbox ${this.name} is closed`, {
        retryable: false,
      })
  }

  #launch(argv: readonly string[], options: CommandOptions): Command {
    this.#check()
    const { bwrap, seccompFile } = this.#premises
    const bwrapArguments = [...(this.#viewArguments ?? []), ...commandArguments(this.#view, argv, options)]
    const direct = [
      bwrap,
      '--args',
      '3',
      '--json-status-fd',
      String(statusDescriptor),
      '--seccomp',
      String(seccompDescriptor),
    ]
    const blocks = Math.ceil(this.#limits.fileBytes / 512)
    const seconds = Math.ceil(this.#limits.cpuSeconds) + 1
    const command = launch(
      {
        argv: [
          '/bin/sh',
          '-c',
          script,
          'touchstone',
          ...this.#group.doors,
          '--',
          String(blocks),
          String(seconds),
          ...direct,
          '--',
          ...argv,
        ],
        bwrapArguments,
        identity: canMount ? this.#identity : undefined,
        seccompFile,
        mountDescriptors: this.#mountDescriptors,
      },
      this.#watch(),
      { ...options, outputBytes: options.outputBytes ?? this.#limits.outputBytes },
    )
    this.#commands.add(command)
    const forget = () => this.#commands.delete(command)
    command.finished.then(forget, forget)
    return command
  }

  #watch(): Watch {
    const before = this.#group.hits()
    const outOfTime = () => this.#group.cpuSeconds() > this.#limits.cpuSeconds
    return {
      exceeded: () => (outOfTime() ? 'cpu' : null),
      reached: () => {
        const after = this.#group.hits()
        if (after.memory > before.memory) return 'memory'
        if (after.processes > before.processes) return 'processes'
        if (outOfTime()) return 'cpu'
        return this.#full() ? ('disk' as LimitName) : null
      },
      killRest: () => {
        // Other commands of this sandbox share the group: only when this is the last may all be killed.
        if (this.#commands.size <= 1) this.#group.kill()
      },
    }
  }

  #full(): boolean {
    if (!canMount) return false
    const { bavail, ffree } = statfsSync(this.#directory)
    return bavail === 0 || ffree === 0
  }
}

const O_PATH = 0o10000000

function openMounts(spec: SandboxSpec): number[] {
  return (spec.mounts ?? []).map(({ host }) => {
    try {
      return openSync(host, O_PATH | constants.O_DIRECTORY)
    } catch (error) {
      throw new UsageError(
        'bad-mount',
        `${host} cannot be shown in the sandbox ${spec.name}: ${messageOf(error)}`,
      )
    }
  })
}
