import type { EnvironmentSecrets, Lab } from '../core/domain.ts'
import { InfrastructureError } from '../core/errors.ts'
import type { Sandbox } from '../core/sandbox.ts'
import type { Service } from '../core/service.ts'
import type { Scene } from '../core/task.ts'
import { planted } from './plant.ts'
import { probe, type Seen } from './probe.ts'
import { ServiceProcess } from './service-process.ts'

/** What a service may use where the task does not say. */
const serviceMemoryBytes = 512 * 1024 ** 2
const serviceDiskBytes = 64 * 1024 ** 2

/** A task's sandboxes: the agent's own, and one for each service, in a private network. */
export interface OpenScene extends AsyncDisposable {
  /** The agent's sandbox. */
  readonly sandbox: Sandbox
  readonly services: readonly Service[]
  /** The services' own sandboxes by name, for whoever proves that they are what they should be; no environment shows them. */
  readonly hosts: ReadonlyMap<string, Sandbox>
  /** The end of what a service printed so far. */
  log(service: string): string
}

/** A service did not come up. In a trial that is the infrastructure's; who tries out a service may find it the service's. */
export class ServiceNotReady extends InfrastructureError {
  readonly service: string
  /** The end of what it printed. */
  readonly log: string
  /** How often its program ended meanwhile. */
  readonly ends: number
  /** How it ended the last time, in words. */
  readonly lastEnd: string | undefined
  /** What was seen at its port last. */
  readonly seen: Seen

  constructor(process: ServiceProcess, seen: Seen, why: string) {
    const log = process.log()
    super('service-not-ready', `the service ${why}\nIts last output:\n${log || '(none)'}`)
    this.service = process.service.name
    this.log = log
    this.ends = process.ends
    this.lastEnd = process.lastEnd
    this.seen = seen
  }
}

/** The host name of the agent's sandbox; no service may have it. */
export const agentName = 'agent'

/**
 * Opens what an environment is made of. Where the task has services, each has a sandbox of its own with the trial's
 * secrets in it, and all have answered when this returns. A service that ends is started again, with the same secrets:
 * killing it gains nothing. Throws `ServiceNotReady` (an `InfrastructureError`, with the service's log), `UsageError`
 * (`broken-task`), and what the lab throws.
 */
export async function openScene(scene: Scene, secrets: EnvironmentSecrets, lab: Lab): Promise<OpenScene> {
  const { brief, services = [] } = scene
  const programs32 = services.some((service) => service.programs32)
  const own = {
    name: agentName,
    files: brief.files,
    limits: brief.limits.sandbox,
    ...(programs32 && { programs32 }),
  }
  if (services.length === 0) {
    const sandbox = await lab.open(own)
    return {
      sandbox,
      services,
      hosts: new Map(),
      log: () => '',
      [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
    }
  }
  const pod = await lab.pod(scene.id.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 40))
  const processes: ServiceProcess[] = []
  const hosts = new Map<string, Sandbox>()
  const close = async () => {
    for (const process of processes) process.stop()
    await pod[Symbol.asyncDispose]()
  }
  try {
    // The agent's comes first, so that its address is the same in every trial.
    const sandbox = await pod.open(own)
    const started = services.map(async (service) => {
      const { files, env } = await planted(service, secrets)
      const host = await pod.open({
        name: service.name,
        aliases: service.aliases,
        files,
        env,
        ...(service.image && { image: service.image }),
        ...(service.links && { links: service.links }),
        ...(service.programs32 && { programs32: true }),
        limits: {
          memoryBytes: service.memoryBytes ?? serviceMemoryBytes,
          diskBytes: serviceDiskBytes,
          cpuSeconds: Math.max(600, brief.limits.wallSeconds),
        },
      })
      hosts.set(service.name, host)
      const process = new ServiceProcess(host, service, {
        seconds: brief.limits.wallSeconds,
        patience: services.length > 1 ? service.ready.seconds : 0,
      })
      processes.push(process)
      await untilReady(sandbox, process, lab.signal)
    })
    await Promise.all(started)
    const log = (name: string) => processes.find(({ service }) => service.name === name)?.log() ?? ''
    return { sandbox, services, hosts, log, [Symbol.asyncDispose]: close }
  } catch (thrown) {
    await close().catch(() => {})
    throw thrown
  }
}

async function untilReady(from: Sandbox, process: ServiceProcess, signal: AbortSignal): Promise<void> {
  const { service } = process
  const stop = new AbortController()
  void process.gone.then(() => stop.abort())
  const begunAt = performance.now()
  const answer = await probe(from, service, AbortSignal.any([signal, stop.signal]))
  signal.throwIfAborted()
  if (answer.ready) return
  if (process.failure) throw process.failure
  const within = `within ${Math.max(1, Math.round((performance.now() - begunAt) / 1000))} s`
  const { ends, lastEnd } = process
  const times = ends === 1 ? 'once' : `${ends} times`
  const found = process.ended ? '' : `; ${answer.why}`
  const why =
    ends > 0
      ? `"${service.name}" ended ${times} ${within} (the last time: ${lastEnd}), before it answered${found}`
      : `never answered ${within}: ${answer.why}`
  throw new ServiceNotReady(process, answer.seen, why)
}
