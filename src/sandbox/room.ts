import { mkdirSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InfrastructureError, type LimitName, LimitReached, UsageError } from '../core/errors.ts'
import { type FileSet, sizeOf } from '../core/files.ts'
import type { ResourceLimits } from '../core/limits.ts'
import type {
  CommandOptions,
  Finished,
  Gauge,
  Running,
  Sandbox,
  SandboxSpec,
  Terminal,
} from '../core/sandbox.ts'
import { bwrapCommand, commandArguments, type View, viewArguments } from './arguments.ts'
import { ControlGroup } from './cgroup.ts'
import { Command, type Watch } from './command.ts'
import { gaugeOf } from './gauge.ts'
import { type Identity, newIdentity } from './identity.ts'
import { becoming, becomingMessage, type Preparation } from './launcher.ts'
import { machineFull } from './machine.ts'
import { workOptions } from './mounts.ts'
import type { Premises } from './premises.ts'
import { openTerminal, type TerminalOptions } from './terminal.ts'
import { listFiles, readFile, removeTree, usedBytes, writeFiles } from './workfiles.ts'

/** A pod's network, as one of its sandboxes sees it: the namespace to enter, and the file of names. */
export interface Network {
  readonly namespace: string
  readonly hosts: string
}

const defaultReadBytes = 16 * 1024 ** 2

/** What is running in a sandbox, as far as closing it is concerned. */
interface Active {
  kill(): void
  readonly finished: Promise<unknown>
}

/** One bubblewrap sandbox: a work directory, a control group and an identity; each command is a bwrap of its own. */
export class Room implements Sandbox {
  readonly id: string
  readonly name: string
  readonly #premises: Premises
  readonly #limits: ResourceLimits
  readonly #identity: Identity = newIdentity()
  readonly #group: ControlGroup
  readonly #directory: string
  readonly #network: Network | undefined
  readonly #active = new Set<Active>()
  readonly #onClose: () => void
  #view: View | undefined
  #viewArguments: string[] = []
  #programs32 = false
  readonly #starting = new Set<Promise<unknown>>()
  #lookAgainAt = 0
  #closing: Promise<void> | undefined

  private constructor(premises: Premises, spec: SandboxSpec, limits: ResourceLimits, place: Place) {
    this.#premises = premises
    this.id = premises.newId('s')
    this.name = spec.name
    this.#limits = limits
    this.#network = place.network
    this.#onClose = place.onClose
    this.#directory = join(premises.directory, this.id)
    this.#group = new ControlGroup(premises.hierarchy, join(premises.token, this.id), limits)
  }

  /** Makes a sandbox. Throws `UsageError` for a spec that makes no sense, and `InfrastructureError`. */
  static async open(
    premises: Premises,
    spec: SandboxSpec,
    limits: ResourceLimits,
    place: Place,
  ): Promise<Room> {
    if (!/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(spec.name)) {
      throw new UsageError(
        'sandbox-name',
        `"${spec.name}" is not a sandbox's name: letters, digits and "-", at most 63`,
      )
    }
    const mounts = await Promise.all(
      (spec.mounts ?? []).map(async ({ host, inside }) => ({ host: await premises.show(host), inside })),
    )
    const room = new Room(premises, spec, limits, place)
    try {
      room.#look(spec, mounts)
      mkdirSync(room.#directory, { mode: 0o700 })
      if (premises.launcher.privileged) {
        await premises.launcher.mount(room.#directory, workOptions(limits.diskBytes, room.#identity))
      }
      if (spec.files && spec.files.size > 0) await room.write(spec.files)
      return room
    } catch (error) {
      await room[Symbol.asyncDispose]().catch(() => {})
      throw error
    }
  }

  #look(spec: SandboxSpec, mounts: View['mounts']): void {
    this.#view = {
      hostname: spec.name,
      etc: this.#premises.etc,
      work: this.#directory,
      mounts,
      ...(spec.links && { links: spec.links }),
      ...(spec.devices && { devices: spec.devices }),
      network: this.#network !== undefined,
      scratchBytes: this.#limits.diskBytes,
      env: spec.env ?? {},
      ...(this.#network ? { hosts: this.#network.hosts } : {}),
    }
    this.#viewArguments = viewArguments(this.#view)
    this.#programs32 = spec.programs32 ?? false
  }

  async exec(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    return (await this.#launch(argv, options, false)).finished
  }

  async start(argv: readonly string[], options: CommandOptions = {}): Promise<Running> {
    return this.#launch(argv, options, options.stdin === undefined)
  }

  async terminal(argv: readonly string[], options: TerminalOptions = {}): Promise<Terminal> {
    this.#check()
    const message = join(this.#premises.directory, this.#premises.newId('terminal'))
    writeFileSync(message, becomingMessage(this.#preparation(argv, options, true)), { mode: 0o600 })
    const outputBytes = options.outputBytes ?? this.#limits.outputBytes
    return this.#begin(openTerminal(becoming(message), this.#watch(), { ...options, outputBytes }))
  }

  async write(files: FileSet): Promise<void> {
    this.#check()
    if (
      !this.#premises.launcher.privileged &&
      usedBytes(this.#directory) + sizeOf(files) > this.#limits.diskBytes
    ) {
      throw new LimitReached('disk', `no room for ${sizeOf(files)} bytes in the work directory`)
    }
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

  get gauge(): Gauge | undefined {
    return this.#group.counts ? gaugeOf(this.#group, this.name) : undefined
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // Closing may have begun while pipes were being made.
    await Promise.allSettled(this.#starting)
    for (const active of this.#active) active.kill()
    await Promise.allSettled([...this.#active].map((active) => active.finished))
    await this.#group.remove()
    try {
      if (this.#premises.launcher.privileged) await this.#premises.launcher.unmount(this.#directory)
    } finally {
      removeTree(this.#directory)
      this.#onClose()
    }
  }

  #check(): void {
    if (this.#closing) {
      throw new InfrastructureError('sandbox-closed', `the sandbox ${this.name} is closed`, {
        retryable: false,
      })
    }
  }

  async #launch(argv: readonly string[], options: CommandOptions, input: boolean): Promise<Command> {
    this.#check()
    const plan = {
      preparation: this.#preparation(argv, options, false),
      owner: this.#identity,
      launcher: this.#premises.launcher,
      pipes: this.#premises.pipes,
      input,
    }
    const outputBytes = options.outputBytes ?? this.#limits.outputBytes
    return this.#begin(Command.start(plan, this.#watch(), { ...options, outputBytes }))
  }

  async #begin<T extends Active>(starting: Promise<T>): Promise<T> {
    const active = starting.then((started) => this.#keep(started))
    this.#starting.add(active)
    try {
      return await active
    } finally {
      this.#starting.delete(active)
    }
  }

  #preparation(argv: readonly string[], options: CommandOptions, terminal: boolean): Preparation {
    const { bwrap, hierarchy, launcher } = this.#premises
    const own = commandArguments(this.#view as View, argv, { ...options, terminal })
    const rlimitsOnly = hierarchy.version === 0
    const { fileBytes, cpuSeconds, memoryBytes, processes } = this.#limits
    return {
      namespace: this.#network?.namespace,
      identity: launcher.privileged ? this.#identity : undefined,
      limits: { fsize: fileBytes, cpu: cpuSeconds + 1, ...(rlimitsOnly ? { as: memoryBytes } : {}) },
      doors: this.#group.doors,
      bwrapArguments: [...this.#viewArguments, ...own].map((text) => `${text}\0`).join(''),
      seccompFile: this.#programs32 ? this.#premises.seccompFile32 : this.#premises.seccompFile,
      argv: [
        ...bwrapCommand(bwrap, terminal),
        // Counted per user namespace since Linux 5.14: the user's other processes do not matter in here.
        ...(rlimitsOnly ? ['/usr/bin/prlimit', `--nproc=${processes + 2}`, '--'] : []),
        ...argv,
      ],
    }
  }

  #keep<T extends Active>(active: T): T {
    this.#active.add(active)
    const forget = () => this.#active.delete(active)
    active.finished.then(forget, forget)
    return active
  }

  #watch(): Watch {
    const before = this.#group.hits()
    const outOfTime = () => this.#group.cpuSeconds() > this.#limits.cpuSeconds
    return {
      exceeded: () => (outOfTime() ? 'cpu' : this.#overfull() ? 'disk' : null),
      reached: (failed): LimitName | null => {
        const after = this.#group.hits()
        if (outOfTime()) return 'cpu'
        // A command that did what it was to do has run into nothing; another one of the sandbox may have.
        if (!failed) return null
        if (after.memory > before.memory) {
          if (!after.ownMemory) throw machineFull('memory')
          return 'memory'
        }
        if (after.processes > before.processes) return 'processes'
        return this.#full() ? 'disk' : null
      },
      // Other commands of this sandbox share the group: only when this is the last may all be killed.
      killRest: () => {
        if (this.#active.size + this.#starting.size <= 1) this.#group.kill()
      },
    }
  }

  #full(): boolean {
    if (!this.#premises.launcher.privileged) return usedBytes(this.#directory) > this.#limits.diskBytes
    const { bavail, ffree } = statfsSync(this.#directory)
    return bavail === 0 || ffree === 0
  }

  /** Where no tmpfs of a fixed size can be mounted, the directory is looked at, at most twice a second. */
  #overfull(): boolean {
    if (this.#premises.launcher.privileged || performance.now() < this.#lookAgainAt) return false
    this.#lookAgainAt = performance.now() + 500
    return this.#full()
  }
}

/** Where a sandbox stands: alone or in a pod's network. */
interface Place {
  readonly network?: Network
  readonly onClose: () => void
}
