import { Fallen } from '../../source.ts'
import type { FileFacts } from '../facts.ts'
import type { Decision, ServicePlan } from '../plan.ts'
import { listens } from './candidates.ts'
import { showScript, writesFiles } from './one-shot.ts'
import { baseName, innerPath } from './paths.ts'
import { decidePort, usualPort } from './port.ts'
import type { View } from './view.ts'

/** How a service runs, before its files are gathered. */
export interface Running {
  readonly transport: ServicePlan['transport']
  readonly port: number
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly packages: readonly string[]
  readonly memoryMb: number
  readonly decisions: readonly Decision[]
}

/** Functions that print through a buffer that a socket fills up unseen. */
const buffered = ['printf', '__printf_chk', 'puts', 'putchar', 'vprintf', 'fwrite', 'putc', 'fputs']
const unbuffers = ['setvbuf', 'setbuf', 'setlinebuf', 'fflush', 'setbuffer']

/**
 * How the program speaks and what starts it. `program` is its path in the service's files, `prefix` what a native one is
 * started by. Throws `Fallen` (`needs-compiling`, `needs-node-module`, `no-port`).
 */
export function decideTransport(
  view: View,
  file: FileFacts,
  program: string,
  prefix: readonly string[],
): Running {
  const { script, elf } = file
  if (elf) {
    if (listens(elf.imports)) return ownSocket(view, file, [...prefix, `./${program}`])
    const pty =
      elf.imports.some((name) => buffered.includes(name)) &&
      !elf.imports.some((name) => unbuffers.includes(name))
    const blind = elf.static && elf.imports.length === 0 && !isModern(elf)
    return behindSocat(view, file, [...prefix, `./${program}`], {
      terminal: pty || blind,
      why: pty
        ? 'it prints through a buffer that it never empties, so socat gives it a terminal'
        : blind
          ? 'it is linked statically, and may print through a buffer: socat gives it a terminal'
          : 'it reads its input and prints, so socat starts it for each connection',
    })
  }
  if (!script) throw new Fallen('needs-compiling', `${file.path} is no program that can be started`)
  const line = commandOf(view, file, program)
  if (script.serves === 'http') return overHttp(view, file, line)
  if (script.serves === 'socket')
    return { ...ownSocket(view, file, line.command), packages: line.packages, env: line.env }
  const writes = writesFiles(file, view)
  const started = behindSocat(view, file, writes ? ['bash', showScript, ...line.command] : line.command, {
    terminal: false,
    why: script.asks
      ? 'it reads its standard input, so socat starts it for each connection'
      : writes
        ? 'it writes files and ends, so socat runs it for each connection and shows what it wrote'
        : 'it prints and ends, so socat runs it for each connection: everybody gets what was made from the fresh flag',
  })
  return { ...started, packages: [...line.packages, 'socat'], env: line.env, memoryMb: line.memoryMb }
}

interface Line {
  readonly command: readonly string[]
  readonly packages: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly memoryMb: number
}

/** What runs a script; the interpreter that its first line names is the platform's, and is left out. */
function commandOf(view: View, file: FileFacts, program: string): Line {
  const { script } = file
  const plain = { env: {}, memoryMb: 512 }
  switch (script?.language) {
    case 'python': {
      if (
        script.serves === 'http' &&
        script.imports.includes('flask') &&
        script.ports.every((port) => port === 5000)
      )
        return {
          ...plain,
          command: [
            'python3',
            '-m',
            'flask',
            '--app',
            `./${program}`,
            'run',
            '--host',
            '0.0.0.0',
            '--port',
            String(decidePort(view, file).value ?? usualPort.http),
          ],
          packages: ['python3'],
        }
      // Programs older than Python 3.11 print numbers of any length.
      return {
        ...plain,
        command: ['python3', '-u', program],
        packages: ['python3'],
        env: { PYTHONINTMAXSTRDIGITS: '0' },
      }
    }
    case 'shell':
      return { ...plain, command: ['bash', program], packages: ['bash'] }
    case 'perl':
      return { ...plain, command: ['perl', program], packages: ['perl'] }
    case 'ruby':
      return { ...plain, command: ['ruby', program], packages: ['ruby'] }
    case 'lua':
      return { ...plain, command: ['lua5.3', program], packages: ['lua5.3'] }
    case 'java':
      return {
        ...plain,
        command: ['java', '-XX:+UseSerialGC', '-Xmx256m', program],
        packages: ['default-jdk-headless'],
        memoryMb: 1024,
      }
    case 'php':
      return script.serves === 'http'
        ? {
            ...plain,
            command: ['php', '-S', `0.0.0.0:${decidePort(view, file).value ?? usualPort.http}`],
            packages: ['php-cli'],
          }
        : { ...plain, command: ['php', program], packages: ['php-cli'] }
    case 'node': {
      const absent = script.imports.filter(
        (name) => !name.startsWith('node:') && !builtin.has(name.split('/')[0] ?? name),
      )
      const shipped = (name: string) => view.files.some(({ path }) => path.includes(`node_modules/${name}/`))
      const debian = absent.flatMap((name) => nodePackages.get(name) ?? [])
      const lacking = absent.find((name) => !shipped(name) && !nodePackages.has(name))
      if (lacking !== undefined)
        throw new Fallen('needs-node-module', `${file.path} imports ${lacking}, which is not among its files`)
      return { ...plain, command: ['node', program], packages: ['nodejs', ...debian], memoryMb: 1024 }
    }
    default:
      throw new Fallen(
        'needs-compiling',
        `${file.path} is written in ${script?.language ?? 'no language'} that has to be compiled`,
      )
  }
}

/** Debian has some of npm's packages; its nodejs finds them without being told. */
const nodePackages = new Map(
  [
    'express',
    'ejs',
    'body-parser',
    'cookie-parser',
    'express-session',
    'uuid',
    'multer',
    'ws',
    'lodash',
    'morgan',
  ].map((name) => [name, `node-${name}`]),
)

const builtin = new Set(
  'assert buffer child_process cluster console constants crypto dgram dns domain events fs http http2 https module net os path perf_hooks process punycode querystring readline repl stream string_decoder timers tls tty url util v8 vm worker_threads zlib'.split(
    ' ',
  ),
)

/** socat splits its own words at spaces, commas and colons. */
function behindSocat(
  view: View,
  file: FileFacts,
  line: readonly string[],
  how: { terminal: boolean; why: string },
): Running {
  const { value, decision } = decidePort(view, file)
  const port = value ?? usualPort.stdin
  const options = how.terminal ? 'pty,raw,echo=0,setsid,stderr' : 'stderr'
  return {
    transport: 'stdin',
    port,
    command: [
      'socat',
      `TCP-LISTEN:${port},fork,reuseaddr,backlog=64,max-children=50`,
      `EXEC:${line.join(' ')},${options}`,
    ],
    env: {},
    packages: ['socat'],
    memoryMb: 512,
    decisions: [{ what: 'transport', choice: 'stdin', why: how.why, confidence: 0.95 }, decision],
  }
}

function ownSocket(view: View, file: FileFacts, command: readonly string[]): Running {
  const { value, decision } = decidePort(view, file)
  if (value === undefined)
    throw new Fallen(
      'no-port',
      `${innerPath(file.path)} listens on a port that neither it nor a text of the challenge names`,
    )
  return {
    transport: 'socket',
    port: value,
    command,
    env: {},
    packages: [],
    memoryMb: 512,
    decisions: [
      {
        what: 'transport',
        choice: 'socket',
        why: `${baseName(file.path)} listens by itself`,
        confidence: 0.93,
      },
      decision,
    ],
  }
}

function overHttp(view: View, file: FileFacts, line: Line): Running {
  const { value, decision } = decidePort(view, file)
  return {
    transport: 'http',
    port: value ?? usualPort.http,
    ...line,
    decisions: [
      { what: 'transport', choice: 'http', why: `${baseName(file.path)} serves HTTP`, confidence: 0.93 },
      decision,
    ],
  }
}

/** Go and Rust do not buffer what they print as C does. */
function isModern({ imports }: { imports: readonly string[] }): boolean {
  return imports.some((name) => name.startsWith('runtime.') || name.includes('rust'))
}
