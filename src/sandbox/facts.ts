import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Premises } from './premises.ts'

/** What is in force on this machine for this user, by limit or protection, in words. */
export async function factsOf(premises: Premises): Promise<Readonly<Record<string, string>>> {
  const { hierarchy, launcher } = premises
  const { stdout } = await promisify(execFile)(premises.bwrap, ['--version'])
  const root = launcher.privileged
  const groups = hierarchy.version === 0 ? undefined : `cgroup v${hierarchy.version}`
  return {
    sandbox: stdout.trim(),
    user: root
      ? 'a uid of its own on the host, without capabilities'
      : "this user's own uid, in a user namespace",
    controlGroups: hierarchy.version === 0 ? hierarchy.why : `version ${hierarchy.version}`,
    memory: groups ?? 'rlimits: address space of each process, not of all together',
    processes: groups ?? 'rlimits: counted for each command',
    cpus: groups ?? 'not limited',
    cpuSeconds: groups ? `${groups}, all processes together` : 'rlimits: each process by itself',
    disk: root
      ? 'a tmpfs of that size for each sandbox'
      : 'looked at while commands run: a plain directory, which a fast writer can overfill for a moment',
    fileBytes: 'RLIMIT_FSIZE',
    output: 'counted as it comes',
    systemCalls: `seccomp filter for ${process.arch}`,
    network: 'none: an empty network namespace for each command',
    pods: root ? 'network namespaces with a bridge among themselves' : 'not available: they need root',
  }
}
