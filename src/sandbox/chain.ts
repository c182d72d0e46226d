import type { ResourceLimits } from '../core/limits.ts'
import type { Identity } from './identity.ts'

/** bwrap's arguments come through descriptor 3; descriptor 5, a copy of it, tells how the command ended. */
export const channelDescriptor = 3
const [seccompDescriptor, statusDescriptor] = [4, 5]

/**
 * Enters the control groups (a process that writes 0 moves itself), lowers the limits that only a process can set for
 * itself, and becomes bwrap. Parameters: seccomp file, argument file or nothing, doors …, --, file blocks, CPU
 * seconds, address space in KiB, then the command. The caller's own parent may have left descriptors open that node
 * passes on; dash cannot close one above 9, so bash does where there is one.
 */
const script = `set -e
exec 4<"$1"
if [ -n "$2" ]; then exec 3<"$2"; rm -f -- "$2"; trap '' INT QUIT TSTP; else exec 5>&3; fi
shift 2
while [ "$1" != -- ]; do echo 0 >"$1"; shift; done
shift
ulimit -c 0; ulimit -f "$1"; ulimit -t "$2"; ulimit -v "$3"; shift 3
for path in /proc/self/fd/*; do
  if [ "\${path##*/}" -gt 5 ] && [ -e "$path" ]; then exec /bin/bash -c '
    for path in /proc/self/fd/*; do n=\${path##*/}; if (( n > 5 )); then eval "exec $n>&-"; fi; done
    exec "$@"' bash "$@"; fi
done
exec "$@"`

export interface Chain {
  readonly bwrap: string
  readonly seccompFile: string
  /** Where bwrap's arguments are, for a terminal, which has no further descriptors; it is removed as it is opened. */
  readonly argumentFile?: string
  readonly doors: readonly string[]
  readonly limits: ResourceLimits
  /** True where no control group holds memory and processes, so that rlimits have to. */
  readonly rlimitsOnly: boolean
  /** A pod's network namespace to enter. */
  readonly namespace?: string
  /** To be taken on after what needs root; undefined where the chain starts with it. */
  readonly become?: Identity
}

/** The one command line from here to the untrusted program: sh → [nsenter → setpriv →] bwrap → the program. */
export function chainArguments(chain: Chain, argv: readonly string[]): string[] {
  const { limits, argumentFile, become } = chain
  const terminal = argumentFile !== undefined
  return [
    '/bin/sh',
    '-c',
    script,
    'touchstone',
    chain.seccompFile,
    argumentFile ?? '',
    ...chain.doors,
    '--',
    String(Math.ceil(limits.fileBytes / 512)),
    String(Math.ceil(limits.cpuSeconds) + 1),
    chain.rlimitsOnly ? String(Math.ceil(limits.memoryBytes / 1024)) : 'unlimited',
    ...(chain.namespace ? ['/usr/bin/nsenter', `--net=${chain.namespace}`, '--'] : []),
    ...(become
      ? [
          '/usr/bin/setpriv',
          '--reuid',
          String(become.uid),
          '--regid',
          String(become.gid),
          '--clear-groups',
          '--',
        ]
      : []),
    chain.bwrap,
    '--args',
    String(channelDescriptor),
    ...(terminal ? [] : ['--json-status-fd', String(statusDescriptor)]),
    '--seccomp',
    String(seccompDescriptor),
    '--',
    // Counted per user namespace since Linux 5.14: the user's other processes do not matter in here.
    ...(chain.rlimitsOnly ? ['/usr/bin/prlimit', `--nproc=${limits.processes + 2}`, '--'] : []),
    // Ctrl-C must reach the program, not bwrap, which is in the same foreground group: it ignores what this restores.
    ...(terminal ? ['/usr/bin/env', '--default-signal=INT,QUIT,TSTP'] : []),
    ...argv,
  ]
}
