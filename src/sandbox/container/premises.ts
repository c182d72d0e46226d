import { statSync } from 'node:fs'
import { messageOf, UsageError } from '../../core/errors.ts'
import { openTop } from '../cgroup-groups.ts'
import { findHierarchy } from '../cgroup-hierarchy.ts'
import { Machine } from '../machine.ts'
import { newToken } from '../state.ts'
import { type Bundle, bundleDirectory, makeBundle } from './bundle.ts'
import { bootId, bootLabel, type Engine, ownerLabel, parentGroup, refused } from './engine.ts'
import { type SystemImage, systemImage } from './system-image.ts'

/** What the containers of one back end share: its owner's token, the supervisor's volume, the image of plain sandboxes. */
export class Premises implements AsyncDisposable {
  readonly engine: Engine
  readonly token = newToken()
  readonly labels: Readonly<Record<string, string>>
  /** The limit on all sandboxes of this machine, where the engine's containers count for it. */
  readonly machine: Machine | undefined
  readonly #plainImage: string | undefined
  #base: Promise<SystemImage> | undefined
  #supervisor: Promise<readonly string[]> | undefined
  #count = 0

  constructor(engine: Engine, plainImage: string | undefined) {
    this.engine = engine
    this.machine = parentGroup(engine) === undefined ? undefined : machineOf()
    this.#plainImage = plainImage
    this.labels = { [ownerLabel]: this.token, [bootLabel]: bootId() }
  }

  /** A name in the engine that nobody else has. */
  newName(suffix: string): string {
    this.#count++
    return `touchstone-${this.token}-${this.#count}-${suffix}`
  }

  get volume(): string {
    return `touchstone-${this.token}`
  }

  /** The image of sandboxes that name none. */
  async plain(): Promise<SystemImage> {
    return this.#plainImage === undefined ? this.#system() : { name: this.#plainImage, binds: [] }
  }

  /** The command line of the supervisor, which is in the volume when this fulfils. */
  supervisor(): Promise<readonly string[]> {
    this.#supervisor ??= this.#fillVolume().catch((error) => {
      this.#supervisor = undefined
      throw error
    })
    return this.#supervisor
  }

  /** Throws `UsageError` where there is no such directory on this machine. */
  show(host: string): string {
    try {
      if (!statSync(host).isDirectory()) throw new Error('it is not a directory')
      return host
    } catch (error) {
      throw new UsageError('bad-mount', `${host} cannot be shown in a sandbox: ${messageOf(error)}`)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#supervisor) return
    await this.#supervisor.catch(() => {})
    try {
      await this.engine.docker.getVolume(this.volume).remove()
    } catch (error) {
      throw refused(`remove the volume ${this.volume}`, error)
    }
  }

  #system(): Promise<SystemImage> {
    this.#base ??= systemImage(this.engine).catch((error) => {
      this.#base = undefined
      throw error
    })
    return this.#base
  }

  async #fillVolume(): Promise<readonly string[]> {
    const [{ name }, bundle]: [SystemImage, Bundle] = await Promise.all([this.#system(), makeBundle()])
    const { docker } = this.engine
    try {
      await docker.createVolume({ Name: this.volume, Labels: { ...this.labels } })
      // Only containers can be copied into: one that never runs carries the files there.
      const carrier = await docker.createContainer({
        name: this.newName('carrier'),
        Image: name,
        Labels: { ...this.labels },
        Cmd: ['carrier'],
        HostConfig: { Binds: [`${this.volume}:${bundleDirectory}`], NetworkMode: 'none' },
      })
      try {
        await carrier.putArchive(Buffer.from(bundle.archive), { path: bundleDirectory })
      } finally {
        await carrier.remove({ force: true })
      }
      return bundle.command
    } catch (error) {
      throw refused('hold the volume of the supervisor', error)
    }
  }
}

function machineOf(): Machine {
  const hierarchy = findHierarchy()
  openTop(hierarchy)
  return new Machine(hierarchy)
}
