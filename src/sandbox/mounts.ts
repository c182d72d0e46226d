import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { InfrastructureError, messageOf } from '../core/errors.ts'
import type { Identity } from './identity.ts'

const run = promisify(execFile)

/** Only root may mount; others get plain directories. */
const canMount = process.getuid?.() === 0

const perl = '/usr/bin/perl'
const numbers: Partial<Record<string, { mount: number; umount2: number }>> = {
  x64: { mount: 165, umount2: 166 },
  arm64: { mount: 40, umount2: 39 },
}

/**
 * A line is `m DIRECTORY OPTIONS`, `b FROM TO` (in hexadecimal), or `u DIRECTORY`; the answer is `ok` or why not.
 * Flags: MS_NOSUID | MS_NODEV (6), MS_BIND | MS_REC (0x5000), MNT_DETACH (2).
 */
const server = `
use POSIX (); $| = 1; my ($mount, $umount) = (shift, shift);
while (<STDIN>) {
  chomp; my ($op, $path, @rest) = split / /; my $bad;
  if ($op eq 'm') { my ($from, $type, $options) = ('touchstone', 'tmpfs', @rest);
    $bad = syscall($mount + 0, $from, $path, $type, 6, $options) }
  elsif ($op eq 'b') { my ($to, $none) = (pack('H*', $rest[0]), ''); $path = pack('H*', $path);
    $bad = syscall($mount + 0, $path, $to, $none, 0x5000, $none) }
  else { $bad = syscall($umount + 0, $path, 2) }
  print $bad ? "$!\\n" : "ok\\n";
}`

/**
 * Mounts and unmounts work directories. Node has no mount(2), and a mount(8) for each costs 3 ms of a sandbox's 10:
 * where Perl is (everywhere on Debian), one small process makes the system calls as it is asked to, 0.1 ms each.
 */
export class Mounter implements AsyncDisposable {
  /** False for anybody but root: the methods must then not be called. */
  readonly able = canMount
  readonly #waiting: ((answer: string) => void)[] = []
  #server: ChildProcess | undefined

  constructor() {
    const table = numbers[process.arch]
    if (!canMount || !table || !executable(perl)) return
    const child = spawn(perl, ['-e', server, String(table.mount), String(table.umount2)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
      cwd: '/',
    })
    this.#server = child
    const gone = () => {
      this.#server = undefined
      for (const answer of this.#waiting.splice(0)) answer('the mounting process ended')
    }
    child.once('error', gone)
    child.once('exit', gone)
    child.stdin.on('error', () => {})
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiting.shift()?.(line))
    // It must not keep an otherwise finished program alive; when that ends, so does its input.
    child.unref()
    for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref()
  }

  /** Mounts an empty tmpfs of a fixed size. Throws `InfrastructureError`. */
  async mountWork(directory: string, bytes: number, owner: Identity): Promise<void> {
    const inodes = Math.max(1024, Math.ceil(bytes / 4096))
    const options = `size=${bytes},nr_inodes=${inodes},mode=0700,uid=${owner.uid},gid=${owner.gid}`
    const failed = this.#server
      ? await this.#ask(`m ${directory} ${options}`)
      : await command(
          'mount',
          '-i',
          '-n',
          '-t',
          'tmpfs',
          '-o',
          `nosuid,nodev,${options}`,
          'touchstone',
          directory,
        )
    if (failed)
      throw new InfrastructureError('mount', `cannot mount a work directory at ${directory}: ${failed}`)
  }

  /** Shows a directory, and what is mounted below it, at another place. Throws `InfrastructureError`. */
  async bind(from: string, to: string): Promise<void> {
    const hex = (text: string) => Buffer.from(text).toString('hex')
    const failed = this.#server
      ? await this.#ask(`b ${hex(from)} ${hex(to)}`)
      : await command('mount', '-i', '-n', '--rbind', from, to)
    if (failed) throw new InfrastructureError('mount', `cannot show ${from} at ${to}: ${failed}`)
  }

  /** Detaches a mount; processes that still are in it keep it until they end. Throws `InfrastructureError`. */
  async unmount(directory: string): Promise<void> {
    const failed = this.#server
      ? await this.#ask(`u ${directory}`)
      : await command('umount', '-i', '-n', '-l', directory)
    if (failed) throw new InfrastructureError('mount', `cannot unmount ${directory}: ${failed}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.stdin?.end()
    this.#server = undefined
  }

  /** Undefined where it went well. */
  async #ask(line: string): Promise<string | undefined> {
    const child = this.#server as ChildProcess
    // While an answer is due, the program has something to wait for.
    child.ref()
    const answer = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve)
      child.stdin?.write(`${line}\n`)
    })
    if (this.#waiting.length === 0) child.unref()
    return answer === 'ok' ? undefined : answer
  }
}

async function command(name: 'mount' | 'umount', ...argv: string[]): Promise<string | undefined> {
  try {
    await run(`/usr/bin/${name}`, argv, { env: {} })
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What is mounted below a directory, innermost first. */
export function mountsBelow(directory: string): { path: string; type: string }[] {
  const prefix = `${directory}/`
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ')
      return { path: unescapeOctal(before.split(' ')[4] ?? ''), type: after.split(' ')[0] ?? '' }
    })
    .filter(({ path }) => path.startsWith(prefix))
    .reverse()
}

/** mountinfo writes spaces and the like in octal (proc(5)). */
function unescapeOctal(path: string): string {
  return path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
