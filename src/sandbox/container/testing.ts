import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pack } from 'tar-stream'
import { connect } from './engine.ts'

/** What starts an engine that keeps everything below `$0` and answers at `$0/docker.sock`. */
const engines = {
  docker: {
    program: '/usr/sbin/dockerd',
    hint: 'apt-get install -y docker.io',
    script:
      '/usr/sbin/dockerd --data-root "$0/data" --exec-root "$0/exec" --pidfile "$0/pid" -H "unix://$0/docker.sock" --group root --bridge none',
  },
  podman: {
    program: '/usr/bin/podman',
    hint: 'apt-get install -y podman runc',
    script:
      '/usr/bin/podman --root "$0/data" --runroot "$0/run" --tmpdir "$0/tmp" --runtime /usr/bin/runc --cgroup-manager cgroupfs --events-backend file system service --time 0 "unix://$0/docker.sock"',
  },
}
/** `TOUCHSTONE_TEST_ENGINE=podman` runs the tests on Podman. */
const { program, hint, script } =
  engines[process.env.TOUCHSTONE_TEST_ENGINE === 'podman' ? 'podman' : 'docker']

/** Why tests cannot start an engine of their own here, or undefined where they can. */
export function engineMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'an engine is started by root only'
  if (!existsSync(program)) return `${program} is not installed: ${hint}`
  return undefined
}

/** An engine for tests, with a store of its own, in a network namespace of its own. */
export interface TestEngine extends AsyncDisposable {
  readonly address: string
}

/** Starts the engine and waits until it answers. Disposing it ends it and removes all that it kept. */
export async function startEngine(): Promise<TestEngine> {
  const directory = mkdtempSync(join(tmpdir(), 'touchstone-engine-'))
  const address = `unix://${directory}/docker.sock`
  const log = join(directory, 'log')
  const output = openSync(log, 'w')
  const line = `ip link set lo up; exec ${script}`
  const child = spawn('/usr/bin/unshare', ['--net', '/bin/sh', '-c', line, directory], {
    stdio: ['ignore', output, output],
    // Podman's monitors leave files where they were started.
    cwd: directory,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  })
  closeSync(output)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    // What the store still has mounted keeps it from being removed.
    const mounted = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '')
      .filter((path) => path.startsWith(`${directory}/`))
    for (const path of mounted.reverse()) spawnSync('/bin/umount', ['-l', path])
    rmSync(directory, { recursive: true, force: true })
  }
  for (let attempt = 0; ; attempt++) {
    try {
      await connect(address)
      return { address, [Symbol.asyncDispose]: stop }
    } catch (error) {
      if (attempt < 150 && child.exitCode === null) {
        await sleep(200)
        continue
      }
      const said = readFileSync(log, 'utf8').slice(-2000)
      await stop()
      throw new Error(`${program} did not start: ${said}`, { cause: error })
    }
  }
}

const tools = [
  'sh',
  'cat',
  'cp',
  'chmod',
  'dd',
  'grep',
  'id',
  'ln',
  'ls',
  'mkdir',
  'rm',
  'sleep',
  'touch',
  'unshare',
]

/** Puts an image of a shell and a few of this machine's tools into an engine: there is no registry to pull one from. */
export async function importTestImage(
  address: string,
  repo: string,
  further: readonly string[] = [],
): Promise<void> {
  const files = new Set([...tools, ...further].map((name) => `/usr/bin/${name}`))
  for (const tool of [...files]) {
    const { stdout } = spawnSync('/usr/bin/ldd', [tool], { encoding: 'utf8' })
    for (const [, path = ''] of stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)) files.add(path)
  }
  const archive = pack()
  for (const name of ['tmp', 'etc', 'proc', 'dev', 'sys']) archive.entry({ name, type: 'directory' })
  const passwd = 'root:x:0:0::/root:/bin/sh\nctf:x:1234:1234::/home/ctf:/bin/sh\n'
  archive.entry({ name: 'etc/passwd' }, passwd)
  archive.entry({ name: 'etc/group' }, 'root:x:0:\nctf:x:1234:\nextra:x:77:ctf\n')
  archive.entry({ name: 'bin', type: 'symlink', linkname: 'usr/bin' })
  for (const path of files) {
    const name = path.replace(/^\//, '').replace(/^bin\//, 'usr/bin/')
    archive.entry({ name, mode: 0o755 }, readFileSync(realpathSync(path)))
  }
  archive.finalize()
  const { docker } = await connect(address)
  const answer = await docker.importImage(archive as never, { repo, tag: 'latest' })
  for await (const _ of answer);
}
