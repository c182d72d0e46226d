import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UsageError } from '../core/errors.ts'
import { openRun, removeGroup } from './cgroup-groups.ts'
import { findHierarchy, type Hierarchy, rootsOf, topGroup } from './cgroup-hierarchy.ts'
import { makeEtc } from './etc.ts'
import { Launcher } from './launcher.ts'
import { Machine } from './machine.ts'
import { PipePool } from './pipes.ts'
import { seccompProgram, seccompProgram32 } from './seccomp.ts'
import { makeStateDirectory, newToken } from './state.ts'
import { removeTree } from './workfiles.ts'

/** What the sandboxes of one backend share: its directory, the prepared `/etc`, the filter, pipes, and mounts. */
export class Premises implements AsyncDisposable {
  readonly token: string
  /** The run's own directory; its name is the owner's token. */
  readonly directory: string
  readonly etc: string
  readonly seccompFile: string
  /** The filter where programs of 32 bits run. */
  readonly seccompFile32: string
  readonly bwrap: string
  readonly hierarchy: Hierarchy
  readonly machine: Machine
  readonly launcher: Launcher
  readonly pipes: PipePool
  readonly #shown = new Map<string, Promise<string>>()
  #count = 0

  /** Throws `InfrastructureError` where the state directory cannot be made. */
  constructor(bwrap: string, stateDirectory: string) {
    this.bwrap = bwrap
    this.token = newToken()
    this.directory = join(stateDirectory, this.token)
    makeStateDirectory(this.directory)
    this.etc = join(this.directory, 'etc')
    makeEtc(this.etc)
    this.seccompFile = join(this.directory, 'seccomp')
    writeFileSync(this.seccompFile, seccompProgram(), { mode: 0o644 })
    this.seccompFile32 = join(this.directory, 'seccomp32')
    writeFileSync(this.seccompFile32, seccompProgram32(), { mode: 0o644 })
    this.hierarchy = findHierarchy()
    openRun(this.hierarchy, this.token)
    this.machine = new Machine(this.hierarchy)
    this.launcher = new Launcher()
    this.pipes = new PipePool(this.directory, this.launcher)
  }

  /** A name below `directory` that nobody has used. */
  newId(prefix: string): string {
    this.#count++
    return `${prefix}${this.#count}`
  }

  /**
   * A path by which a sandbox's uid reaches the host directory, even where it lies below one closed to others (such
   * as `/root`): its own permissions decide, not its parents'. Throws `UsageError` where there is no such directory.
   */
  show(host: string): Promise<string> {
    let shown = this.#shown.get(host)
    if (!shown) {
      shown = this.#bind(host)
      this.#shown.set(host, shown)
      shown.catch(() => this.#shown.delete(host))
    }
    return shown
  }

  async #bind(host: string): Promise<string> {
    try {
      if (!statSync(host).isDirectory()) throw new Error('it is not a directory')
    } catch (error) {
      throw new UsageError('bad-mount', `${host} cannot be shown in a sandbox: ${messageOf(error)}`)
    }
    if (!this.launcher.privileged) return host
    const place = join(this.directory, this.newId('mount'))
    mkdirSync(place, { mode: 0o711 })
    await this.launcher.bind(host, place)
    return place
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const shown = await Promise.allSettled(this.#shown.values())
    const places = shown.flatMap((place) => (place.status === 'fulfilled' ? [place.value] : []))
    // One that stays keeps the directory from being removed, which says so.
    if (this.launcher.privileged)
      await Promise.allSettled(places.map((place) => this.launcher.unmount(place)))
    await this.launcher[Symbol.asyncDispose]()
    for (const root of rootsOf(this.hierarchy)) removeGroup(join(root, topGroup, this.token))
    removeTree(this.directory)
  }
}
