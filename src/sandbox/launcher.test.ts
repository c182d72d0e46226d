import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bubblewrap } from './index.ts'
import { bwrapMissing } from './testing.ts'

const open = `
  import { bubblewrap } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
  const backend = await bubblewrap()
  const sandbox = await backend.open({ name: 'x' })
  const close = async () => { await sandbox[Symbol.asyncDispose](); await backend[Symbol.asyncDispose]() }
  const text = (bytes) => Buffer.from(bytes).toString()`

const node = (script: string) => [
  process.execPath,
  '--input-type=module-typescript',
  '-e',
  `${open}\n${script}`,
]

/** The processes that start sandboxes for this one. */
function launchers(): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        return (
          Number(parent) === process.pid &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('launcher.pl')
        )
      } catch {
        return false
      }
    })
}

describe.skipIf(bwrapMissing())('the launcher', () => {
  it('passes on neither descriptors that our own parent left open nor its umask', () => {
    const directory = mkdtempSync(join(tmpdir(), 'touchstone-launcher-'))
    try {
      const secret = join(directory, 'secret')
      writeFileSync(secret, 'secret')
      const list = 'ls -l /proc/[0-9]*/fd; umask; cat /etc/passwd | wc -l; touch f; stat -c %a f'
      const script = `
        console.log(text((await sandbox.exec(['sh', '-c', ${JSON.stringify(list)}])).stdout))
        const terminal = await sandbox.terminal(['sh', '-c', ${JSON.stringify(list)}])
        await terminal.finished
        console.log((await terminal.read()).text)
        await close()`
      const argv = ['-c', 'umask 077; exec "$@" 7<"$0" 77<"$0"', secret, ...node(script)]
      const done = spawnSync('/bin/bash', argv, { encoding: 'utf8' })
      expect(done.stderr).toBe('')
      expect(done.stdout).not.toContain('secret')
      expect(done.stdout.match(/0022\s+3\s+644/g)).toHaveLength(2)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })

  it('keeps Ctrl-C at our terminal away from the sandboxes', async () => {
    const script = `
      process.on('SIGINT', () => console.log('interrupted'))
      const running = await sandbox.start(['sh', '-c', 'echo up; read line; echo $line'])
      for await (const chunk of running.stdout) { if (text(chunk) === 'up\\n') break }
      console.log('ready')
      process.once('SIGINT', async () => {
        await running.write('still here\\n')
        console.log(text((await running.finished).stdout))
        await close()
      })
      setTimeout(() => {}, 20_000).unref()`
    const [file = '', ...argv] = node(script)
    // Its own process group, as a shell gives to a job.
    const child = spawn(file, argv, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
      if (String(chunk).includes('ready')) process.kill(-(child.pid as number), 'SIGINT')
    })
    await new Promise((resolve) => child.once('close', resolve))
    expect(said).toContain('interrupted')
    expect(said).toContain('up\nstill here')
  })

  it('when killed fails what runs as infrastructure, and is started again', async () => {
    const backend = await bubblewrap()
    try {
      const sandbox = await backend.open({ name: 'x' })
      const running = await sandbox.start(['sleep', '100'])
      for (const pid of launchers()) process.kill(pid, 'SIGKILL')
      await expect(running.finished).rejects.toMatchObject({ name: 'InfrastructureError', retryable: true })
      expect((await sandbox.exec(['true'])).exitCode).toBe(0)
      await sandbox[Symbol.asyncDispose]()
    } finally {
      await backend[Symbol.asyncDispose]()
    }
  })

  it('ends the program as it should, whatever was under way when the back end was closed', () => {
    for (const work of [
      '',
      `sandbox.exec(['sleep', '9']).catch(() => {}); backend.open({ name: 'y' }).catch(() => {})`,
    ]) {
      const [file = '', ...argv] = node(`${work}; await backend[Symbol.asyncDispose](); console.log('done')`)
      const done = spawnSync(file, argv, { encoding: 'utf8' })
      expect([done.status, done.stdout, done.stderr]).toEqual([0, 'done\n', ''])
    }
  })

  it('leaves nothing when the back end is closed while sandboxes are being opened', async () => {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'touchstone-launcher-'))
    try {
      for (const delay of [0, 5, 15, 30]) {
        const backend = await bubblewrap({ stateDirectory })
        const mounts = [{ host: import.meta.dirname, inside: '/opt/x' }]
        const jobs: Promise<unknown>[] = ['a', 'b'].map(async (name) => {
          const sandbox = await backend.open({ name, mounts })
          await sandbox.exec(['sleep', '0.02'])
        })
        if (process.getuid?.() === 0) jobs.push(backend.pod('p').then((pod) => pod.open({ name: 'z' })))
        await new Promise((resolve) => setTimeout(resolve, delay))
        const closed = backend[Symbol.asyncDispose]()
        await expect(backend.open({ name: 'late' })).rejects.toMatchObject({ code: 'backend-closed' })
        await Promise.allSettled(jobs)
        await closed
        expect(readdirSync(stateDirectory)).toEqual([])
      }
      expect(launchers()).toEqual([])
    } finally {
      rmSync(stateDirectory, { recursive: true, force: true })
    }
  })

  const python = existsSync('/usr/bin/python3')
  it.skipIf(!python)(
    `a pipe that somebody else still holds does not hold up the end${python ? '' : ' (no python3)'}`,
    async () => {
      const backend = await bubblewrap()
      try {
        const sandbox = await backend.open({ name: 'x' })
        // The second command hands its output to the first, over a socket in the work directory.
        const keep =
          'import socket,time; s=socket.socket(socket.AF_UNIX); s.bind("s"); s.listen(); print("up",flush=True); c=s.accept()[0]; kept=socket.recv_fds(c,9,2); c.send(b"k"); time.sleep(60)'
        const give =
          'import socket; c=socket.socket(socket.AF_UNIX); c.connect("s"); socket.send_fds(c,[b"x"],[1,2]); c.recv(1); print("given",flush=True)'
        const keeper = await sandbox.start(['python3', '-c', keep])
        for await (const _ of keeper.stdout) break
        const done = await sandbox.exec(['python3', '-c', give], { timeoutSeconds: 20 })
        expect(Buffer.from(done.stdout).toString()).toBe('given\n')
        expect([done.exitCode, done.timedOut]).toEqual([0, false])
        await sandbox[Symbol.asyncDispose]()
      } finally {
        await backend[Symbol.asyncDispose]()
      }
    },
  )
})
