import { InfrastructureError, UsageError } from '../../core/errors.ts'
import type { FileSet } from '../../core/files.ts'
import { type ResourceLimits, resourceLimitsSchema } from '../../core/limits.ts'
import type { CommandOptions, Finished, Running, Sandbox, SandboxSpec, Terminal } from '../../core/sandbox.ts'
import { checkInside, minimalEnv } from '../arguments.ts'
import { refuseDevices } from '../devices.ts'
import { hostsFile, insideId, workDirectory } from '../etc.ts'
import { linksOf } from '../links.ts'
import { seccompProgram, seccompProgram32 } from '../seccomp.ts'
import { openScreen, type TerminalOptions } from '../terminal.ts'
import { ContainerCommand } from './command.ts'
import { imageCapabilities, removeContainer, type Started, startContainer } from './container.ts'
import { listFiles, readFile, writeFiles } from './files.ts'
import type { ReadyImage } from './images.ts'
import { orderOf, type Setting } from './orders.ts'
import type { Premises } from './premises.ts'
import { imageFilter } from './seccomp.ts'
import { noWatch, terminalChild } from './terminal.ts'

const defaultReadBytes = 16 * 1024 ** 2

/** Where a sandbox stands, and what happens when it is closed. */
export interface Place {
  readonly network?: string
  readonly onClose: () => void | Promise<void>
}

interface Active {
  kill(): void
  readonly finished: Promise<unknown>
}

/** One container. Its commands are started by the supervisor in it, each in namespaces of its own. */
export class ContainerSandbox implements Sandbox {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly #started: Started
  readonly #setting: Setting
  readonly #limits: ResourceLimits
  readonly #onClose: Place['onClose']
  readonly #active = new Set<Active>()
  #closing: Promise<void> | undefined

  private constructor(
    started: Started,
    spec: SandboxSpec,
    setting: Setting,
    limits: ResourceLimits,
    place: Place,
  ) {
    this.#started = started
    this.id = started.container.id.slice(0, 12)
    this.name = spec.name
    this.address = started.address
    this.#setting = setting
    this.#limits = limits
    this.#onClose = place.onClose
  }

  /** Makes a sandbox, of an image where one is given. Throws `UsageError` and `InfrastructureError`. */
  static async open(
    premises: Premises,
    spec: SandboxSpec,
    place: Place,
    image?: ReadyImage,
  ): Promise<ContainerSandbox> {
    if (!/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(spec.name)) {
      throw new UsageError(
        'sandbox-name',
        `"${spec.name}" is not a sandbox's name: letters, digits and "-", at most 63`,
      )
    }
    const limits = resourceLimitsSchema.parse(spec.limits ?? {})
    if (image && spec.mounts && spec.mounts.length > 0)
      throw new UsageError(
        'bad-mount',
        `"${spec.name}" runs in an image: directories of this machine are not shown there`,
      )
    if (image && spec.links)
      throw new UsageError('bad-link', `"${spec.name}" runs in an image: its links are made there`)
    refuseDevices(spec.name, spec.devices)
    const shown = (spec.mounts ?? []).map(
      ({ host, inside }) => `${premises.show(host)}:${checkInside(inside)}:ro`,
    )
    const base = image ? { name: image.id, binds: [] } : await premises.plain()
    const started = await startContainer(premises, {
      hostname: spec.name,
      image: base.name,
      foreign: image !== undefined,
      binds: [...base.binds, ...shown],
      limits,
      ...(place.network ? { network: place.network } : {}),
    })
    const setting = settingOf(spec, image)
    const sandbox = new ContainerSandbox(started, spec, setting, limits, place)
    try {
      await sandbox.#setUp(image, linksOf(spec.links), spec.programs32 ?? false)
      if (spec.files && spec.files.size > 0 && !image?.filesIncluded) await sandbox.write(spec.files)
      return sandbox
    } catch (error) {
      await sandbox[Symbol.asyncDispose]().catch(() => {})
      throw error
    }
  }

  async exec(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
    this.#checkCommand(argv)
    return this.#launch(argv, options, false).finished
  }

  async start(argv: readonly string[], options: CommandOptions = {}): Promise<Running> {
    return this.#launch(argv, options, options.stdin === undefined)
  }

  async terminal(argv: readonly string[], options: TerminalOptions = {}): Promise<Terminal> {
    this.#check()
    this.#checkCommand(argv)
    const order = orderOf(this.#setting, argv, options)
    const { channel } = this.#started
    const outputBytes = options.outputBytes ?? this.#limits.outputBytes
    const terminal = await openScreen(
      (columns, rows) => terminalChild(channel, order, columns, rows),
      noWatch,
      { ...options, outputBytes },
    )
    return this.#keep(terminal)
  }

  async write(files: FileSet): Promise<void> {
    this.#check()
    await writeFiles(this.#started.channel, files)
  }

  async read(path: string, options: { maxBytes?: number } = {}): Promise<Uint8Array | undefined> {
    this.#check()
    return readFile(this.#started.channel, path, options.maxBytes ?? defaultReadBytes)
  }

  async list(): Promise<string[]> {
    this.#check()
    return listFiles(this.#started.channel)
  }

  /** What `/etc/hosts` says from now on. */
  async nameHosts(hosts: readonly { address: string; name: string }[]): Promise<void> {
    if (!this.#closing) await this.#started.channel.request('hosts', [], Buffer.from(hostsFile(hosts)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const active of this.#active) active.kill()
    this.#started.channel.close()
    try {
      await Promise.allSettled([...this.#active].map((active) => active.finished))
      await removeContainer(this.#started.container)
    } finally {
      await this.#onClose()
    }
  }

  async #setUp(
    image: ReadyImage | undefined,
    links: readonly { readonly at: string; readonly to: string }[],
    programs32: boolean,
  ): Promise<void> {
    const { diskBytes, memoryBytes, fileBytes, cpuSeconds } = this.#limits
    // What stays in memory must leave the supervisor room; each file takes a part of the kernel's memory too.
    const disk = Math.min(diskBytes, memoryBytes)
    const config = {
      plain: image ? '' : '1',
      work: this.#setting.work,
      workOptions: `size=${disk},nr_inodes=${Math.max(4096, Math.ceil(disk / 4096))},mode=0700`,
      scratchBytes: String(disk),
      fileBytes: String(fileBytes),
      cpuSeconds: String(cpuSeconds),
      capabilities: image ? imageCapabilities.join(' ') : '',
      hostname: this.name,
      hosts: hostsFile([]),
      links: links.flatMap(({ at, to }) => [at, to]).join('\n'),
      user: image?.user ?? '',
      uid: String(insideId),
      gid: String(insideId),
    }
    const filter = image ? imageFilter() : programs32 ? seccompProgram32() : seccompProgram()
    const { channel } = this.#started
    const { kind, fields } = await channel.request('setup', Object.entries(config).flat(), filter)
    if (kind !== 'ok')
      throw new InfrastructureError(
        'sandbox-start',
        `the sandbox ${this.name} cannot be set up: ${fields[1]}`,
      )
  }

  #check(): void {
    if (!this.#closing) return
    throw new InfrastructureError('sandbox-closed', `the sandbox ${this.name} is closed`, {
      retryable: false,
    })
  }

  /** Only `start` runs what an image runs by itself. */
  #checkCommand(argv: readonly string[]): void {
    if (argv.length === 0) throw new UsageError('no-command', 'there is no command to run')
  }

  #launch(argv: readonly string[], options: CommandOptions, input: boolean): ContainerCommand {
    this.#check()
    const order = orderOf(this.#setting, argv, options)
    const outputBytes = options.outputBytes ?? this.#limits.outputBytes
    return this.#keep(new ContainerCommand(this.#started.channel, order, { ...options, outputBytes, input }))
  }

  #keep<T extends Active>(active: T): T {
    this.#active.add(active)
    const forget = () => this.#active.delete(active)
    active.finished.then(forget, forget)
    return active
  }
}

function settingOf(spec: SandboxSpec, image: ReadyImage | undefined): Setting {
  if (!image) return { work: workDirectory, env: { ...minimalEnv, ...spec.env }, argv: [] }
  return { work: image.work, env: { PATH: minimalEnv.PATH, ...image.env, ...spec.env }, argv: image.argv }
}
