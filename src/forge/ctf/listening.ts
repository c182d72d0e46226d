import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../../core/domain.ts'
import { type FileSet, fileSet } from '../../core/files.ts'
import type { ServicePlan } from './plan.ts'

/** How often, and after how many seconds each, it is looked whether a program listens by now. */
const [looks, pause] = [8, 0.3]

/**
 * The TCP port on which a service's program listens once it is started, where it has that inside and no text says it.
 * `files` are the task's. Undefined where it listens on none, or on several. Throws what the lab throws.
 */
export async function listeningPort(
  service: ServicePlan,
  files: FileSet,
  lab: Lab,
): Promise<number | undefined> {
  const own = `services/${service.name}/`
  const inside = [...files].filter(([path]) => path.startsWith(own))
  await using pod = await lab.pod('listening')
  const sandbox = await pod.open({
    name: service.name,
    files: fileSet(inside.map(([path, bytes]) => [path.slice(own.length), bytes] as const)),
    links: service.links,
    env: service.env,
    programs32: service.programs32,
    limits: { memoryBytes: service.memoryMb * 1024 ** 2 },
  })
  const running = await sandbox.start(service.command, { timeoutSeconds: 30, outputBytes: 4096 })
  try {
    for (let look = 0; look < looks; look++) {
      await sleep(pause * 1000, undefined, { signal: lab.signal })
      const { stdout } = await sandbox.exec(['cat', '/proc/net/tcp', '/proc/net/tcp6'], { timeoutSeconds: 5 })
      const ports = portsIn(Buffer.from(stdout).toString('latin1'))
      if (ports.size > 0) return ports.size === 1 ? [...ports][0] : undefined
    }
    return undefined
  } finally {
    running.kill()
    await running.finished
  }
}

/** Sockets in the state LISTEN (0A) that others reach, in the form of proc(5), `/proc/net/tcp`. */
function portsIn(table: string): Set<number> {
  const found = table.matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm)
  const open = [...found].filter(([, address]) => address !== '0100007F')
  return new Set(open.map(([, , port]) => Number.parseInt(port ?? '', 16)))
}
