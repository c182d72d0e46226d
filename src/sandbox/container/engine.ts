import { readFileSync, statSync } from 'node:fs'
import Docker from 'dockerode'
import { InfrastructureError, messageOf } from '../../core/errors.ts'
import { topGroup } from '../cgroup-hierarchy.ts'

/** Label of everything that this back end makes in an engine: the owner's token (see state.ts). */
export const ownerLabel = 'touchstone.owner'
/** Label with the boot that the owner lives in: process ids of another boot or machine mean nothing here. */
export const bootLabel = 'touchstone.boot'

const usual = ['/var/run/docker.sock', '/run/podman/podman.sock']

/** A reachable engine and what it says of itself. */
export interface Engine {
  readonly docker: Docker
  readonly info: EngineInfo
  readonly address: string
  /** Whether it is Podman's socket, which differs where Docker's interface leaves room. */
  readonly podman: boolean
}

/**
 * The control group that an engine of this machine is told to put containers below, so that they count for the limit on
 * all sandboxes together. Undefined where the engine is another machine's, or systemd has the groups (it names them itself).
 */
export function parentGroup({ address, info }: Engine): string | undefined {
  const local = address.startsWith('unix://') || address.startsWith('/')
  return local && info.CgroupDriver === 'cgroupfs' ? `/${topGroup}` : undefined
}

/** The part of the engine's `info` that decides anything here. */
export interface EngineInfo {
  readonly ServerVersion?: string
  readonly CgroupVersion?: string
  readonly CgroupDriver?: string
  readonly Architecture?: string
  readonly SecurityOptions?: readonly string[]
  readonly KernelMemoryTCP?: boolean
  readonly Driver?: string
  readonly OSType?: string
}

/**
 * Connects to an engine: the address given, else `DOCKER_HOST`, else the usual sockets of Docker and Podman.
 * Throws `InfrastructureError` (`no-container-engine`) where none answers.
 */
export async function connect(address?: string): Promise<Engine> {
  const wanted = address ?? process.env.DOCKER_HOST ?? usual.find(isSocket) ?? usual[0] ?? ''
  // Without options the library reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH itself.
  const options = address === undefined && process.env.DOCKER_HOST ? undefined : optionsOf(wanted)
  const docker = new Docker(options)
  try {
    const [info, version] = await Promise.all([docker.info(), docker.version()])
    const podman = version.Components?.some(({ Name }) => /podman/i.test(Name)) ?? false
    return { docker, info: info as EngineInfo, address: wanted, podman }
  } catch (error) {
    throw new InfrastructureError(
      'no-container-engine',
      `no container engine answers at ${wanted}: ${messageOf(error) || (error as NodeJS.ErrnoException).code}. Start one (as root: \`systemctl start docker\`, \`systemctl start podman.socket\`, or by hand as docs/containers.md says), or name its socket in DOCKER_HOST`,
      { cause: error, retryable: false },
    )
  }
}

function optionsOf(address: string): Docker.DockerOptions {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) }
  if (address.startsWith('/')) return { socketPath: address }
  const { protocol, hostname, port } = new URL(address)
  return { host: hostname, port: Number(port) || 2375, protocol: protocol === 'https:' ? 'https' : 'http' }
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket()
  } catch {
    return false
  }
}

/** The HTTP status that the engine answered with, where that is what failed. */
export const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode

/** An engine's refusal in words that name what was asked. */
export function refused(what: string, error: unknown, code = 'container'): InfrastructureError {
  return new InfrastructureError(code, `the container engine cannot ${what}: ${messageOf(error)}`, {
    cause: error,
  })
}

let boot: string | undefined

/** Which boot of which machine this is. */
export function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return boot
}
