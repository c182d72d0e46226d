import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSet } from '../../core/files.ts'
import type { Finished, SandboxBackend } from '../../core/sandbox.ts'
import { connect, ownerLabel } from './engine.ts'
import { container } from './index.ts'
import { engineMissing, importTestImage, startEngine, type TestEngine } from './testing.ts'

const missing = engineMissing()
const MiB = 1024 ** 2
const out = ({ stdout }: Finished) => Buffer.from(stdout).toString().trim()

it('says how to start an engine where there is none', async () => {
  const failed = container({ engine: 'unix:///no/such.sock' })
  await expect(failed).rejects.toMatchObject({ code: 'no-container-engine', exitCode: 3, retryable: false })
  await expect(failed).rejects.toThrow('docs/containers.md')
})

describe.skipIf(missing !== undefined)(`images${missing ? ` (${missing})` : ''}`, () => {
  let engine: TestEngine
  let backend: SandboxBackend
  let directory: string
  beforeAll(async () => {
    engine = await startEngine()
    await importTestImage(engine.address, 'base')
    backend = await container({ engine: engine.address })
    directory = mkdtempSync(join(tmpdir(), 'touchstone-context-'))
    const dockerfile = [
      'FROM base',
      'ENV COLOUR=green',
      'WORKDIR /srv/app',
      'COPY . .',
      'RUN cp /usr/bin/cat peek && chmod 4755 peek && chmod 600 flag',
      'USER ctf',
      'ENTRYPOINT ["/bin/sh", "-c"]',
      'CMD ["id; echo $COLOUR $HOME; ./peek flag; cat flag; exec sleep 100"]',
    ]
    writeFileSync(join(directory, 'Dockerfile'), dockerfile.join('\n'))
    writeFileSync(join(directory, 'flag'), 'placeholder\n')
    writeFileSync(join(directory, 'notes.log'), 'x')
    writeFileSync(join(directory, '.dockerignore'), '*.log\n')
    symlinkSync('/etc/hostname', join(directory, 'link'))
    spawnSync('/usr/bin/mkfifo', [join(directory, 'pipe')])
  }, 60_000)
  afterAll(async () => {
    await backend?.[Symbol.asyncDispose]()
    await engine?.[Symbol.asyncDispose]()
    if (directory) rmSync(directory, { recursive: true, force: true })
  }, 60_000)

  it('closing does not wait for a build', async () => {
    const slow = mkdtempSync(join(tmpdir(), 'touchstone-context-'))
    writeFileSync(join(slow, 'Dockerfile'), 'FROM base\nRUN sleep 300\n')
    try {
      const other = await container({ engine: engine.address })
      const opening = other.open({ name: 'slow', image: { directory: slow } })
      const failed = expect(opening).rejects.toMatchObject({ code: 'image-build' })
      await new Promise((resolve) => setTimeout(resolve, 2000))
      const startedAt = performance.now()
      await other[Symbol.asyncDispose]()
      await failed
      expect(performance.now() - startedAt).toBeLessThan(15_000)
    } finally {
      rmSync(slow, { recursive: true, force: true })
    }
  }, 60_000)

  it.each([
    ['by a variable', ['ENV PERL5OPT=-Mevil PERL5LIB=/evil']],
    [
      'by a volume over its files',
      ['COPY evil.pm /.touchstone/modules/strict.pm', 'VOLUME /.touchstone/modules'],
    ],
    [
      'by a volume over its files, through a link',
      ['COPY evil.pm /other/modules/strict.pm', 'RUN ln -s /.touchstone /link', 'VOLUME /link/modules'],
    ],
    ['by the list of the loader', ['COPY evil.so /evil.so', 'RUN echo /evil.so > /etc/ld.so.preload']],
  ])('lets no image into the supervisor: %s', async (_how, lines) => {
    const hostile = mkdtempSync(join(tmpdir(), 'touchstone-hostile-'))
    const source = `#include <fcntl.h>
#include <unistd.h>
__attribute__((constructor)) static void go(void) { if (getpid() == 1) open("/dev/reached", O_CREAT, 0644); }
`
    if (lines.some((line) => line.includes('evil.so')))
      spawnSync('gcc', ['-shared', '-fPIC', '-o', join(hostile, 'evil.so'), '-xc', '-'], { input: source })
    writeFileSync(join(hostile, 'evil.pm'), 'package evil; open(my $f, ">", "/dev/reached"); 1;\n')
    const all = ['FROM base', 'COPY evil.pm /evil/evil.pm', ...lines]
    writeFileSync(join(hostile, 'Dockerfile'), all.join('\n'))
    const opening = backend.open({ name: 'hostile', image: { directory: hostile } })
    // A volume that hides the supervisor's files may keep it from starting; nothing may start in its place.
    const sandbox = await opening
      .catch((thrown) => {
        expect(thrown).toMatchObject({ exitCode: 3 })
        return undefined
      })
      .finally(() => rmSync(hostile, { recursive: true }))
    if (!sandbox) return expect(lines.join()).toMatch(/VOLUME/)
    await using _open = sandbox
    expect(out(await sandbox.exec(['/usr/bin/ls', '/dev']))).not.toMatch(/reached/)
  })

  it('has nothing fetched for a build, and waits for no pipe', async () => {
    const hostile = mkdtempSync(join(tmpdir(), 'touchstone-hostile-'))
    writeFileSync(join(hostile, 'Dockerfile'), 'FROM base\nARG U=http://127.0.0.1/\nADD $U /x\n')
    const spec = { name: 'hostile', image: { directory: hostile } }
    await expect(backend.open(spec)).rejects.toMatchObject({ code: 'image-build', retryable: false })
    await expect(backend.open(spec)).rejects.toThrow('ADD $U /x')
    writeFileSync(join(hostile, 'Dockerfile'), 'FROM base\n')
    spawnSync('/usr/bin/mkfifo', [join(hostile, '.dockerignore')])
    await using _open = await backend.open(spec)
    rmSync(join(hostile, '.dockerignore'))
    symlinkSync('/dev/zero', join(hostile, '.dockerignore'))
    await using _again = await backend.open(spec)
    rmSync(hostile, { recursive: true })
  })

  it('runs what an image runs by itself, as its user, where setuid programs work', async () => {
    const spec = { name: 'service', image: { directory }, files: fileSet({ flag: 'flag{fresh}\n' }) }
    await using sandbox = await backend.open(spec)
    const running = await sandbox.start([])
    let said = ''
    for await (const chunk of running.stdout) {
      said += Buffer.from(chunk).toString()
      if (said.includes('flag{fresh}')) break
    }
    expect(said).toBe(
      'uid=1234(ctf) gid=1234(ctf) groups=1234(ctf),77(extra)\ngreen /home/ctf\nflag{fresh}\n',
    )
    expect(await sandbox.list()).toEqual(['.dockerignore', 'Dockerfile', 'flag', 'peek'])
    expect(out(await sandbox.exec(['sh', '-c', 'ls -l link']))).toContain('-> /etc/hostname')
    running.kill()
    expect((await running.finished).signal).toBe('SIGKILL')
  })

  it('builds the same content once, and removes what was built for one sandbox', async () => {
    const { docker } = await connect(engine.address)
    const count = async () =>
      (await docker.listImages()).filter(({ RepoTags }) =>
        RepoTags?.some((tag) => tag.startsWith('touchstone-image')),
      ).length
    const before = await count()
    const one = await backend.open({ name: 'one', image: { directory } })
    const two = await backend.open({ name: 'two', image: { directory }, files: fileSet({ flag: 'second' }) })
    expect(await count()).toBe(Math.max(before, 1))
    expect(await docker.listImages({ filters: { label: [ownerLabel] } })).toHaveLength(1)
    await Promise.all([one, two].map((sandbox) => sandbox[Symbol.asyncDispose]()))
    expect(await docker.listImages({ filters: { label: [ownerLabel] } })).toEqual([])
  })

  it('tells why a build failed, once', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'touchstone-context-'))
    writeFileSync(join(broken, 'Dockerfile'), 'FROM base\nRUN echo the reason >&2; exit 3\n')
    try {
      const failed = backend.open({ name: 'broken', image: { directory: broken } })
      await expect(failed).rejects.toMatchObject({ code: 'image-build', retryable: false })
      await expect(failed).rejects.toThrow('the reason')
    } finally {
      rmSync(broken, { recursive: true })
    }
    await expect(backend.open({ name: 'x', image: { name: 'no-such-image' } })).rejects.toMatchObject({
      code: 'no-image',
    })
    const through = { name: 'x', image: { directory }, files: fileSet({ 'link/x': '1' }) }
    mkdirSync(join(directory, 'sub'))
    rmSync(join(directory, 'link'))
    symlinkSync('/etc', join(directory, 'link'))
    await expect(backend.open(through)).rejects.toMatchObject({ code: 'bad-path' })
    await expect(
      backend.open({ name: 'x', image: { name: 'base' }, mounts: [{ host: '/usr', inside: '/opt/x' }] }),
    ).rejects.toMatchObject({ code: 'bad-mount' })
  })

  it("root in an image has no way to the machine's settings, and a layer that is limited", async () => {
    await using sandbox = await backend.open({
      name: 'root',
      image: { name: 'base' },
      limits: { diskBytes: 4 * MiB },
    })
    const tries = [
      'echo x > /proc/sys/kernel/core_pattern',
      'echo b > /proc/sysrq-trigger',
      'echo 1 > /sys/fs/cgroup/memory/memory.limit_in_bytes',
      'echo -1000 > /proc/self/oom_score_adj',
      'unshare -m true',
      'unshare -U true',
      'ls /proc/1/root/',
      'cat /proc/1/environ',
      'ls /.touchstone',
      'cat /proc/kcore',
    ]
    for (const attempt of tries)
      expect((await sandbox.exec(['sh', '-c', attempt])).exitCode, attempt).not.toBe(0)
    expect(out(await sandbox.exec(['grep', 'CapEff', '/proc/self/status']))).toMatch(/00000000000404eb$/)
    const filled = await sandbox.exec(['dd', 'if=/dev/zero', 'of=/tmp/big', 'bs=1M', 'count=100'])
    expect([filled.exitCode === 0, filled.limit]).toEqual([false, 'disk'])
    expect((await sandbox.exec(['sh', '-c', 'rm /tmp/big; touch /etc/new'])).exitCode).toBe(0)
    expect(
      await backend.open({ name: 'y', image: { name: 'base' } }).then(async (other) => {
        const found = await other.read('etc/new')
        await other[Symbol.asyncDispose]()
        return found
      }),
    ).toBeUndefined()
  })

  it('removes what a killed run left, and nothing of a live one', async () => {
    const kept = await backend.pod('kept')
    const alive = await kept.open({ name: 'alive' })
    const script = `
      import { container } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
      const backend = await container({ engine: ${JSON.stringify(engine.address)} })
      const pod = await backend.pod('left')
      const sandbox = await pod.open({ name: 'a' })
      await sandbox.start(['sleep', '1000'])
      await backend.open({ name: 'b', image: { directory: ${JSON.stringify(directory)} }, files: new Map([['flag', Buffer.from('z')]]) })
      process.kill(process.pid, 'SIGKILL')`
    spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const { docker } = await connect(engine.address)
    const report = await backend.reap()
    expect([report.namespaces, report.directories]).toEqual([1, 2])
    const left = async () =>
      (await docker.listContainers({ all: true, filters: { label: [ownerLabel] } })).length
    for (let attempt = 0; attempt < 50 && (await left()) > 1; attempt++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await left()).toBe(1)
    expect((await docker.listNetworks({ filters: { label: [ownerLabel] } })).length).toBe(1)
    expect((await alive.exec(['true'])).exitCode).toBe(0)
    await kept[Symbol.asyncDispose]()
    expect((await backend.reap()).namespaces).toBe(0)
  }, 60_000)
})
