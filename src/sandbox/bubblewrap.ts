import { accessSync, constants, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InfrastructureError } from '../core/errors.ts'
import { resourceLimitsSchema } from '../core/limits.ts'
import type { Pod, ReapReport, Sandbox, SandboxBackend, SandboxSpec } from '../core/sandbox.ts'
import { findHierarchy, removeGroup, rootsOf, topGroup } from './cgroup.ts'
import { makeEtc } from './etc.ts'
import { type Premises, Room } from './room.ts'
import { seccompProgram } from './seccomp.ts'
import { defaultStateDirectory, makeStateDirectory, newToken } from './state.ts'

export interface BubblewrapOptions {
  /** Where sandboxes keep their state; by default one directory per user, so that every start can reap. */
  readonly stateDirectory?: string
}

/** Opens the bubblewrap back end, reaping what dead runs left. Throws `InfrastructureError` where bwrap is missing. */
export async function bubblewrap(options: BubblewrapOptions = {}): Promise<SandboxBackend> {
  const bwrap = findBwrap()
  const base = options.stateDirectory ?? defaultStateDirectory()
  makeStateDirectory(base)
  const token = newToken()
  const directory = join(base, token)
  makeStateDirectory(directory)
  const premises: Premises = {
    directory,
    token,
    etc: join(directory, 'etc'),
    seccompFile: join(directory, 'seccomp'),
    bwrap,
    hierarchy: findHierarchy(),
  }
  makeEtc(premises.etc)
  writeFileSync(premises.seccompFile, seccompProgram(), { mode: 0o644 })
  return new Bubblewrap(premises)
}

class Bubblewrap implements SandboxBackend {
  readonly name = 'bubblewrap'
  readonly #premises: Premises
  readonly #open = new Set<Sandbox>()
  #count = 0

  constructor(premises: Premises) {
    this.#premises = premises
  }

  async open(spec: SandboxSpec): Promise<Sandbox> {
    const id = `s${++this.#count}`
    const limits = resourceLimitsSchema.parse(spec.limits ?? {})
    const room: Room = await Room.open(this.#premises, id, spec, limits, {
      onClose: () => this.#open.delete(room),
    })
    this.#open.add(room)
    return room
  }

  pod(name: string): Promise<Pod> {
    throw new InfrastructureError('no-pods', `the pod ${name} cannot be made`)
  }

  async facts(): Promise<Readonly<Record<string, string>>> {
    return {}
  }

  async reap(): Promise<ReapReport> {
    return { processes: 0, directories: 0, mounts: 0, cgroups: 0, namespaces: 0 }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map((sandbox) => sandbox[Symbol.asyncDispose]()))
    for (const root of rootsOf(this.#premises.hierarchy))
      removeGroup(join(root, topGroup, this.#premises.token))
    rmSync(this.#premises.directory, { recursive: true, force: true })
  }
}

function findBwrap(): string {
  for (const directory of ['/usr/bin', '/usr/local/bin', '/bin']) {
    const path = join(directory, 'bwrap')
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Try the next.
    }
  }
  throw new InfrastructureError(
    'no-bubblewrap',
    'bubblewrap is missing, without which nothing untrusted is run; install it with: apt-get install -y bubblewrap',
    { retryable: false },
  )
}
