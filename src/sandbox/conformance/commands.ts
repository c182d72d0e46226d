import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileSet } from '../../core/files.ts'
import { type Case, inSandbox, says, shell, text } from './case.ts'

/** Running commands at all: what comes out, how they end, what they are given. */
export const commands: readonly Case[] = [
  {
    name: 'tells stdout from stderr, and the exit code',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const done = await shell(sandbox, 'echo out; echo err >&2; exit 3')
        assert.deepEqual(
          [text(done.stdout), text(done.stderr), done.exitCode, done.signal],
          ['out\n', 'err\n', 3, null],
        )
        assert.deepEqual([done.timedOut, done.truncated, done.limit], [false, false, null])
        for (const timeoutSeconds of [Number.POSITIVE_INFINITY, 1e10])
          assert.equal((await sandbox.exec(['sleep', '0.1'], { timeoutSeconds })).timedOut, false)
      }),
  },
  {
    name: 'tells the signal that ended a command',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const done = await shell(sandbox, 'kill -SEGV $$')
        assert.deepEqual([done.exitCode, done.signal], [null, 'SIGSEGV'])
      }),
  },
  {
    name: 'a command that cannot be run is a result, as in a shell',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        assert.equal((await sandbox.exec(['no-such-command'])).exitCode, 127)
        assert.equal((await sandbox.exec(['true'], { cwd: 'no/such' })).exitCode, 126)
        const long = await sandbox.exec(['echo', 'x'.repeat(200_000)])
        assert.deepEqual([long.exitCode, /too long/.test(text(long.stderr) ?? '')], [126, true])
      }),
  },
  {
    name: 'gives input, also under the names of the standard streams',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const big = 'x'.repeat(1_000_000)
        assert.equal(text((await sandbox.exec(['wc', '-c'], { stdin: big })).stdout)?.trim(), '1000000')
        const done = await shell(sandbox, 'cat /dev/stdin > /dev/stdout; echo e > /dev/stderr', {
          stdin: 'given',
        })
        assert.deepEqual([text(done.stdout), text(done.stderr)], ['given', 'e\n'])
        assert.equal(text((await sandbox.exec(['cat'])).stdout), '')
        // A command that ends without reading its input is no error.
        assert.equal((await sandbox.exec(['true'], { stdin: big })).exitCode, 0)
      }),
  },
  {
    name: 'work directory, environment and directory of a command',
    run: (backend) =>
      inSandbox(
        backend,
        { env: { COLOUR: 'green' }, files: fileSet({ 'sub/a.txt': 'a' }) },
        async (sandbox) => {
          assert.equal(
            await says(sandbox, 'echo $COLOUR $SHAPE; cat a.txt', { cwd: 'sub', env: { SHAPE: 'round' } }),
            'green round\na',
          )
          await assert.rejects(sandbox.exec(['true'], { cwd: '../..' }), { code: 'bad-path' })
          assert.equal(await says(sandbox, 'echo one > f'), '')
          assert.equal(await says(sandbox, 'cat f'), 'one')
        },
      ),
  },
  {
    name: 'streams in both directions',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const running = await sandbox.start([
          '/bin/sh',
          '-c',
          'while read line; do echo "got $line"; done; echo bye',
        ])
        const seen: string[] = []
        await running.write('one\n')
        for await (const chunk of running.stdout) {
          seen.push(text(chunk) ?? '')
          if (seen.join('').endsWith('got one\n')) await running.write('two\n')
          else running.endInput()
        }
        assert.equal(seen.join(''), 'got one\ngot two\nbye\n')
        const done = await running.finished
        assert.deepEqual([done.exitCode, text(done.stdout)], [0, 'got one\ngot two\nbye\n'])
      }),
  },
  {
    name: 'input that is written and ended at once arrives',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const run = async (input: string) => {
          const running = await sandbox.start(['cat'], { timeoutSeconds: 20 })
          if (input) await running.write(input)
          running.endInput()
          await running.write('too late')
          return text((await running.finished).stdout)
        }
        const inputs = ['one', 'two', 'x'.repeat(1000), '', 'five']
        assert.deepEqual(await Promise.all(inputs.map(run)), inputs)
      }),
  },
  {
    name: 'kills on demand, on an aborted signal, and when the sandbox is closed',
    run: async (backend) => {
      const sandbox = await backend.open({ name: 'conformance' })
      const killed = await sandbox.start(['sleep', '100'])
      killed.kill()
      assert.equal((await killed.finished).signal, 'SIGKILL')
      const abort = new AbortController()
      const aborted = sandbox.exec(['sleep', '100'], { signal: abort.signal })
      await sleep(50)
      abort.abort()
      const done = await aborted
      assert.deepEqual([done.signal, done.timedOut], ['SIGKILL', false])
      assert.equal((await sandbox.exec(['sleep', '100'], { signal: AbortSignal.abort() })).signal, 'SIGKILL')
      const left = await sandbox.start(['sleep', '100'])
      await sandbox[Symbol.asyncDispose]()
      assert.equal((await left.finished).signal, 'SIGKILL')
      await assert.rejects(sandbox.exec(['true']), { code: 'sandbox-closed' })
    },
  },
  {
    name: 'refuses what makes no sense',
    run: async (backend) => {
      await assert.rejects(backend.open({ name: '../x' }), { code: 'sandbox-name' })
      await assert.rejects(backend.open({ name: 'x', mounts: [{ host: '/no/such', inside: '/opt/x' }] }), {
        code: 'bad-mount',
      })
      await assert.rejects(backend.open({ name: 'x', mounts: [{ host: '/usr', inside: '/proc/x' }] }), {
        code: 'bad-path',
      })
      await inSandbox(backend, {}, async (sandbox) => {
        await assert.rejects(sandbox.exec([]), { code: 'no-command' })
        await assert.rejects(sandbox.exec(['echo', 'a\0b']), { code: 'bad-argument' })
        const many = Array.from({ length: 9500 }, (_, index) => `A${index}`)
        await assert.rejects(sandbox.exec(['true', ...many]), { code: 'bad-argument' })
        const env = Object.fromEntries(many.map((name) => [name, 'x']))
        await assert.rejects(sandbox.exec(['true'], { env }), { code: 'bad-argument' })
        assert.equal((await sandbox.exec(['true', ...many.slice(0, 8400)])).exitCode, 0)
        await assert.rejects(sandbox.exec(['true'], { env: { 'A=B': '' } }), { code: 'bad-argument' })
      })
    },
  },
]
