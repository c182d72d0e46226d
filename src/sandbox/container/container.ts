import { readFileSync } from 'node:fs'
import type { Duplex, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { InfrastructureError, messageOf } from '../../core/errors.ts'
import type { ResourceLimits } from '../../core/limits.ts'
import { bundleDirectory } from './bundle.ts'
import { Channel } from './channel.ts'
import { type Engine, parentGroup, refused, statusOf } from './engine.ts'
import type { Premises } from './premises.ts'

/**
 * What the supervisor, the first process, has: it makes namespaces and mounts, removes a route, becomes other users, and takes rights away.
 * Commands of plain sandboxes have none of these, those of images the ones in `imageCapabilities`.
 */
const capabilities = [
  'SYS_ADMIN',
  'SETPCAP',
  'NET_ADMIN',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'SETUID',
  'SETGID',
  'SYS_CHROOT',
  'NET_BIND_SERVICE',
  'FSETID',
]
/**
 * With CAP_SYS_RESOURCE the supervisor makes it final that the kernel, out of memory, chooses commands before it. Where
 * this machine's root does not have it, an engine here cannot give it, and would refuse the container.
 */
const resource = (boundingSet() >> 24n) & 1n ? ['SYS_RESOURCE'] : []

function boundingSet(): bigint {
  const text = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return BigInt(`0x${text ?? '0'}`)
}

/**
 * Podman as root raises these unless told, and cannot where the machine's root may not. It lowers its own number of
 * processes to the most process ids there are: more than that would be raising again.
 */
const ulimits = resource.length > 0 ? [] : [ulimit('nofile', 'open files'), ulimit('nproc', 'processes')]

function ulimit(name: string, row: string): { Name: string; Soft: number; Hard: number } {
  const own = new RegExp(`^Max ${row} +\\S+ +(\\d+)`, 'm').exec(
    readFileSync('/proc/self/limits', 'utf8'),
  )?.[1]
  const ids = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'))
  const most = Math.min(Number(own ?? ids), name === 'nproc' ? ids : Number.POSITIVE_INFINITY)
  return { Name: name, Soft: most, Hard: most }
}

/** CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, NET_BIND_SERVICE, SYS_CHROOT by their numbers (capability.h). */
export const imageCapabilities = [0, 1, 3, 5, 6, 7, 10, 18]
/** The supervisor's own memory and processes, on top of what the sandbox may use. */
const ownMemoryBytes = 24 * 1024 ** 2
const ownProcesses = 2

/** What the engine is to make. */
export interface ContainerPlan {
  readonly hostname: string
  readonly image: string
  /** Whether anybody may have made the image: nothing that it says or has may then reach the supervisor. */
  readonly foreign: boolean
  readonly binds: readonly string[]
  /** The network's id; none where absent. */
  readonly network?: string
  readonly limits: ResourceLimits
}

/** A container that runs the supervisor, and the conversation with it. */
export interface Started {
  readonly container: Docker.Container
  readonly channel: Channel
  /** Its address in the network. */
  readonly address: string
}

/** Makes and starts a container. Throws `InfrastructureError`, `no-image` where the engine does not have the image. */
export async function startContainer(premises: Premises, plan: ContainerPlan): Promise<Started> {
  const { docker } = premises.engine
  const command = await premises.supervisor()
  let container: Docker.Container
  try {
    const guard = plan.foreign ? await guardAgainst(premises.engine, plan.image) : noGuard
    container = await docker.createContainer(optionsOf(premises, plan, command, guard))
  } catch (error) {
    if (statusOf(error) !== 404) throw refused(`make a container for "${plan.hostname}"`, error)
    throw new InfrastructureError(
      'no-image',
      `the container engine has no image "${plan.image}" (${messageOf(error)}); pull or build it, or make one with scripts/make-image.sh`,
      { cause: error, retryable: false },
    )
  }
  try {
    const stream = await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    })
    const demultiplex = (from: Duplex, out: Writable, err: Writable) =>
      docker.modem.demuxStream(from, out, err)
    const channel = new Channel(stream as Duplex, demultiplex)
    await container.start()
    await channel.ready
    if (plan.network === undefined) return { container, channel, address: '' }
    const { NetworkSettings } = await container.inspect()
    const [joined] = Object.values(NetworkSettings.Networks)
    return { container, channel, address: joined?.IPAddress ?? '' }
  } catch (error) {
    await removeContainer(container).catch(() => {})
    throw error instanceof InfrastructureError
      ? error
      : refused(`start a container for "${plan.hostname}"`, error)
  }
}

/**
 * Kills and removes a container; one that is gone, or is being removed, is no error. One that ends by itself meanwhile is
 * one to Podman: it is then asked again.
 */
export async function removeContainer(container: Docker.Container): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await container.remove({ force: true, v: true })
    } catch (error) {
      const status = statusOf(error)
      if (status === 404) return
      if (status === 409) return await container.wait({ condition: 'removed' }).catch(() => {})
      if (attempt >= 10 || !/state improper/.test(messageOf(error)))
        throw refused('remove a container', error)
      await sleep(100)
    }
  }
}

/** What keeps an image's own settings and files from the supervisor. */
interface Guard {
  readonly env: readonly string[]
  readonly binds: readonly string[]
  readonly mounts: Docker.MountConfig
}

const noGuard: Guard = { env: [], binds: [], mounts: [] }

/**
 * The supervisor has rights that the image's programs must not get, and is started in the image: by a loader that heeds
 * `LD_PRELOAD` and `/etc/ld.so.preload`, as a Perl that heeds `PERL5OPT`, with the image's volumes mounted, over the
 * supervisor's own files if these say so. So the variables are taken away (a name without a value does that; Podman knows only empty ones), and empty
 * files take the places of the others. Commands get all of it as the image has it: their view is made of the image alone.
 */
async function guardAgainst({ docker, podman }: Engine, image: string): Promise<Guard> {
  const { Config } = await docker.getImage(image).inspect()
  const volumes = Object.keys((Config.Volumes as Record<string, unknown> | null) ?? {})
  return {
    env: (Config.Env ?? []).map((pair) => `${pair.split('=', 1)[0]}${podman ? '=' : ''}`),
    binds: ['/dev/null:/etc/ld.so.preload:ro'],
    mounts: volumes.map((path) => ({
      Type: 'tmpfs',
      Source: '',
      Target: path,
      TmpfsOptions: { SizeBytes: 4096, Mode: 0o555 },
    })),
  }
}

function optionsOf(
  premises: Premises,
  { hostname, image, binds, network, limits }: ContainerPlan,
  command: readonly string[],
  guard: Guard,
): Docker.ContainerCreateOptions {
  const { info } = premises.engine
  const memory = limits.memoryBytes + ownMemoryBytes
  const parent = parentGroup(premises.engine)
  return {
    name: premises.newName(hostname),
    Hostname: hostname,
    Image: image,
    Labels: { ...premises.labels },
    Entrypoint: [...command],
    Cmd: [],
    User: '0:0',
    WorkingDir: '/',
    Env: [...guard.env],
    Healthcheck: { Test: ['NONE'] },
    OpenStdin: true,
    // Where Touchstone dies, the engine closes the stream, the supervisor ends, and the engine removes the container.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      ...(parent !== undefined && { CgroupParent: parent }),
      ReadonlyRootfs: true,
      Binds: [`${premises.volume}:${bundleDirectory}:ro,nocopy`, ...guard.binds, ...binds],
      Mounts: guard.mounts,
      NetworkMode: network ?? 'none',
      // An engine's name server would ask its own machine's; names are in /etc/hosts.
      ...(network ? { Dns: ['127.0.0.1'] } : {}),
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' },
      IpcMode: 'private',
      CapDrop: ['ALL'],
      CapAdd: [...capabilities, ...resource],
      SecurityOpt: securityOptions(info.SecurityOptions ?? []),
      Memory: memory,
      MemorySwap: memory,
      ...(info.CgroupVersion === '1' && info.KernelMemoryTCP ? { KernelMemoryTCP: limits.memoryBytes } : {}),
      PidsLimit: limits.processes + ownProcesses,
      NanoCpus: Math.max(1e7, Math.round(limits.cpus * 1e9)),
      ...(ulimits.length > 0 && { Ulimits: ulimits }),
      LogConfig: { Type: 'none', Config: {} },
    },
  }
}

/**
 * The engine's own filter and AppArmor's profile forbid even the supervisor to mount. Commands get Touchstone's filter
 * (../seccomp.ts), which forbids more than the engine's, before they start.
 */
function securityOptions(offered: readonly string[]): string[] {
  const has = (name: string) => offered.some((option) => option.startsWith(`name=${name}`))
  return [
    'seccomp=unconfined',
    ...(has('apparmor') ? ['apparmor=unconfined'] : []),
    ...(has('selinux') ? ['label=disable'] : []),
  ]
}
