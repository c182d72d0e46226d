import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { posix } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { deviceArguments } from './devices.ts'
import { insideId, workDirectory } from './etc.ts'
import { linksOf } from './links.ts'

/** Of one command, a variable of its environment counting for three: bwrap takes 9,000, and other back ends as many. */
export const mostArguments = 8500

/** What every command of one sandbox has in common. */
export interface View {
  readonly hostname: string
  /** Host paths of the synthesised `/etc`, of the work directory, and of a pod's `/etc/hosts`. */
  readonly etc: string
  readonly work: string
  readonly hosts?: string
  readonly mounts: readonly { readonly host: string; readonly inside: string }[]
  readonly links?: Readonly<Record<string, string>>
  /** Paths of the host's character devices. */
  readonly devices?: readonly string[]
  /** True where the network namespace is entered before (a pod's); otherwise each command has an empty one. */
  readonly network: boolean
  readonly scratchBytes: number
  readonly env: Readonly<Record<string, string>>
}

export const minimalEnv = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  HOME: workDirectory,
  LANG: 'C.UTF-8',
  TERM: 'dumb',
  USER: 'user',
}

/** Top directories that Debian links into `/usr` since the merge; elsewhere they are directories of their own. */
const systemDirectories = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
let systemCache: string[] | undefined

function system(): string[] {
  systemCache ??= systemDirectories
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
    )
  return systemCache
}

/** bwrap's arguments for a sandbox, up to what belongs to one command. */
export function viewArguments(view: View): string[] {
  const scratch = String(view.scratchBytes)
  return [
    '--unshare-user',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    ...(view.network ? [] : ['--unshare-net']),
    '--uid',
    String(insideId),
    '--gid',
    String(insideId),
    '--hostname',
    view.hostname,
    '--die-with-parent',
    '--cap-drop',
    'ALL',
    '--ro-bind',
    '/usr',
    '/usr',
    ...system(),
    '--ro-bind',
    view.etc,
    '/etc',
    ...(view.hosts ? ['--ro-bind', view.hosts, '/etc/hosts'] : []),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--perms',
    '1777',
    '--size',
    scratch,
    '--tmpfs',
    '/dev/shm',
    '--perms',
    '1777',
    '--size',
    scratch,
    '--tmpfs',
    '/tmp',
    '--bind',
    view.work,
    workDirectory,
    ...view.mounts.flatMap(({ host, inside }) => ['--ro-bind', host, checkInside(inside)]),
    ...linksOf(view.links).flatMap(({ at, to }) => ['--symlink', to, at]),
    ...deviceArguments(view.devices),
    '--remount-ro',
    '/dev',
    '--remount-ro',
    '/',
  ]
}

/** bwrap, up to the untrusted command: its arguments come through descriptor 3, the seccomp filter through 4. */
export function bwrapCommand(bwrap: string, terminal: boolean): string[] {
  const common = [bwrap, '--args', '3', '--seccomp', '4']
  // Ctrl-C must reach the program, not bwrap in the same foreground group: that ignores what env(1) restores.
  if (terminal) return [...common, '--', '/usr/bin/env', '--default-signal=INT,QUIT,TSTP']
  return [...common, '--json-status-fd', '5', '--']
}

/**
 * The rest for one command. All but the command itself goes through a descriptor, so that environment and host
 * paths are in no process list, neither outside nor inside. Throws `UsageError`.
 */
export function commandArguments(
  view: View,
  argv: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>>; terminal?: boolean },
): string[] {
  const env = { ...minimalEnv, ...view.env, ...options.env }
  const wrong = Object.keys(env).find((name) => name === '' || name.includes('='))
  if (wrong !== undefined)
    throw new UsageError('bad-argument', `"${wrong}" is not the name of an environment variable`)
  const cwd = posix.join(workDirectory, options.cwd ?? '.')
  if (cwd !== workDirectory && !cwd.startsWith(`${workDirectory}/`)) {
    throw new UsageError('bad-path', `the directory "${options.cwd}" is not inside the work directory`)
  }
  if (argv.length === 0 || argv[0] === '') throw new UsageError('no-command', 'there is no command to run')
  const all = [
    ...(options.terminal ? [] : ['--new-session']),
    '--clearenv',
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--chdir',
    cwd,
  ]
  // bwrap takes 9,000 arguments, the sandbox's own among them.
  if (all.length + argv.length > mostArguments)
    throw new UsageError(
      'bad-argument',
      `a command with ${argv.length} arguments and ${Object.keys(env).length} variables is too long; at most about ${mostArguments} together, a variable counting for three`,
    )
  if ([...all, ...argv].some((text) => text.includes('\0')))
    throw new UsageError('bad-argument', 'a command, its directory and its environment cannot contain NUL')
  return all
}

/** Where the caller's directories may appear: not over what isolation rests on. */
export function checkInside(path: string): string {
  const clean = posix.normalize(path)
  const [, top = ''] = clean.split('/')
  if (!clean.startsWith('/') || clean === '/' || ['proc', 'dev', 'sys', 'etc', 'work'].includes(top)) {
    throw new UsageError(
      'bad-path',
      `"${path}" cannot be a mount's place inside a sandbox; use a path such as /opt/data`,
    )
  }
  return clean
}
