import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../core/sandbox.ts'
import { findHierarchy, rootsOf, topGroup } from './cgroup-hierarchy.ts'
import { bubblewrap } from './index.ts'
import { mountsBelow } from './mounts.ts'
import { isOrphan, newToken } from './state.ts'
import { bwrapMissing } from './testing.ts'
import { removeTree } from './workfiles.ts'

const root = process.getuid?.() === 0

/** Opens sandboxes and a pod that are busy, says so, and waits to be killed. */
const holder = `
  import { bubblewrap } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
  const [, stateDirectory, marker] = process.argv
  const backend = await bubblewrap({ stateDirectory })
  const own = []
  for (const name of ['a', 'b']) own.push(await backend.open({ name }))
  if (process.getuid() === 0) own.push(await (await backend.pod('net')).open({ name: 'c' }))
  for (const sandbox of own) {
    const running = await sandbox.start(['/bin/sh', '-c', 'echo up; exec sleep ' + marker], { timeoutSeconds: 1000 })
    for await (const _ of running.stdout) break
  }
  const terminal = await own[0].terminal(['/bin/sh', '-c', 'echo up; exec sleep ' + marker], { timeoutSeconds: 1000 })
  await terminal.read({ until: /up/ })
  await own[0].write(new Map([['alive', Buffer.from('yes')]]))
  console.log('ready')
  process.stdin.on('data', async () => {
    console.log(Buffer.from((await own[0].exec(['cat', 'alive'])).stdout).toString())
  })`

let stateDirectory: string
const children: ChildProcess[] = []

async function hold(marker: string): Promise<ChildProcess> {
  const argv = ['--input-type=module-typescript', '-e', holder, '--', stateDirectory, marker]
  const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  assert.match(await nextLine(child), /ready/)
  return child
}

const nextLine = (child: ChildProcess) =>
  new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk)))
    child.once('exit', () => reject(new Error('the holder ended')))
  })

/** Host processes whose command line ends so. */
function running(marker: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(`sleep\0${marker}\0`)
    } catch {
      return false
    }
  }).length
}

function groups(): string[] {
  return rootsOf(findHierarchy())
    .map((path) => join(path, topGroup))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).filter((name) => /^\d+-/.test(name)))
}

describe.skipIf(bwrapMissing())('what a killed run leaves behind', () => {
  let backend: SandboxBackend | undefined
  beforeEach(() => {
    stateDirectory = mkdtempSync(join(tmpdir(), 'touchstone-reap-'))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await sleep(100)
    await backend?.reap()
    await backend?.[Symbol.asyncDispose]()
    backend = undefined
    rmSync(stateDirectory, { recursive: true, force: true })
  })

  it('is gone after the next start, while what belongs to a live run stays', async () => {
    const [dead, live] = await Promise.all([hold('987001'), hold('987002')])
    const token = readdirSync(stateDirectory).find((name) => name.startsWith(`${dead.pid}-`)) as string
    const liveToken = readdirSync(stateDirectory).find((name) => name.startsWith(`${live.pid}-`)) as string
    const exit = new Promise((resolve) => dead.once('exit', resolve))
    dead.kill('SIGKILL')
    await exit
    expect(isOrphan(token)).toBe(true)
    if (root) expect(mountsBelow(join(stateDirectory, token)).length).toBeGreaterThan(3)

    backend = await bubblewrap({ stateDirectory })
    expect(running('987001')).toBe(0)
    expect(groups()).not.toContain(token)
    expect(existsSync(join(stateDirectory, token))).toBe(false)
    expect(mountsBelow(join(stateDirectory, token))).toEqual([])

    // Opening found it; whoever asks then is told, once.
    expect((await backend.reap()).directories).toBe(1)
    expect((await backend.reap()).directories).toBe(0)
    if (root) expect(groups()).toContain(liveToken)
    expect(running('987002')).toBeGreaterThan(2)
    const line = nextLine(live)
    live.stdin?.write('\n')
    expect(await line).toBe('yes\n')
  })

  it('is counted, once', async () => {
    backend = await bubblewrap({ stateDirectory })
    const dead = await hold('987003')
    const exit = new Promise((resolve) => dead.once('exit', resolve))
    dead.kill('SIGKILL')
    await exit
    const report = await backend.reap()
    expect(report.directories).toBe(1)
    if (root) {
      expect(report.mounts).toBe(3)
      expect(report.namespaces).toBe(2)
      expect(report.cgroups).toBe(3 * rootsOf(findHierarchy()).length)
    }
    const nothing = { processes: 0, directories: 0, mounts: 0, cgroups: 0, namespaces: 0 }
    expect(await backend.reap()).toEqual(nothing)
  })

  it.skipIf(!root)(
    `never takes along what was shown of the host, wherever a link leads${root ? '' : ' (needs root)'}`,
    async () => {
      const [real, precious] = [join(stateDirectory, 'real'), join(stateDirectory, 'precious')]
      for (const directory of [real, precious]) mkdirSync(directory)
      writeFileSync(join(precious, 'thesis'), 'years of work')
      symlinkSync(real, join(stateDirectory, 'link'))
      const linked = join(stateDirectory, 'link/state')
      const script = `
        import { bubblewrap } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
        const [, stateDirectory, host] = process.argv
        const backend = await bubblewrap({ stateDirectory })
        await backend.open({ name: 'a', mounts: [{ host, inside: '/opt/data' }] })
        process.kill(process.pid, 'SIGKILL')`
      const argv = ['--input-type=module-typescript', '-e', script, '--', linked, precious]
      spawnSync(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] })
      const [left] = mountsBelow(real).filter(({ path }) => existsSync(join(path, 'thesis')))
      assert.ok(left)
      // Not even somebody who ignored all this could remove it.
      expect(() => unlinkSync(join(left.path, 'thesis'))).toThrow('EROFS')
      expect(() => removeTree(join(linked, readdirSync(linked)[0] ?? ''))).toThrow('is mounted in it')

      backend = await bubblewrap({ stateDirectory: linked })
      expect((await backend.reap()).directories).toBe(1)
      await backend[Symbol.asyncDispose]()
      expect(readdirSync(linked)).toEqual([])
      expect(mountsBelow(real)).toEqual([])
      expect(readFileSync(join(precious, 'thesis'), 'utf8')).toBe('years of work')
    },
  )

  it('nobody reaps their own, or a name that is no token', () => {
    expect(isOrphan(newToken())).toBe(false)
    expect(isOrphan('some-directory')).toBe(false)
    expect(isOrphan(newToken().replace(/^\d+-\d+/, '1-1'))).toBe(true)
    // A process of another pid namespace cannot be looked up.
    expect(isOrphan(newToken().replace(/^\d+-\d+-\d+/, '1-1-1'))).toBe(false)
  })
})
