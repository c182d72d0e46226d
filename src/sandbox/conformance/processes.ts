import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileSet } from '../../core/files.ts'
import { type Case, inSandbox, says, shell, text } from './case.ts'

/** Nothing outlives its command, and no sandbox meets another. */
export const processes: readonly Case[] = [
  {
    name: 'what a command leaves in the background dies with it, a double fork with setsid too',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        await shell(
          sandbox,
          '(sleep 1; touch survived) & (setsid sh -c "setsid sh -c \\"sleep 1; touch daemon\\" &" &) ; nohup sh -c "sleep 1; touch nohup" >/dev/null 2>&1 &',
        )
        await sleep(1500)
        assert.deepEqual(await sandbox.list(), [])
      }),
  },
  {
    name: 'commands of one sandbox share files and do not see each other',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const first = await sandbox.start(['/bin/sh', '-c', 'echo 1 > shared; sleep 100'])
        while (!(await sandbox.read('shared'))) await sleep(10)
        assert.equal(
          await says(
            sandbox,
            'cat shared; kill -9 -1 2>/dev/null; grep -l "sleep" /proc/[0-9]*/comm | wc -l',
          ),
          '1\n0',
        )
        first.kill()
        await first.finished
      }),
  },
  {
    name: 'sandboxes see neither the files nor the processes of others',
    run: (backend) =>
      inSandbox(backend, { files: fileSet({ 'private-name.txt': 'a secret' }) }, (holder) =>
        inSandbox(backend, {}, async (other) => {
          const running = await holder.start(['/bin/sh', '-c', 'echo up; sleep 100'])
          for await (const _ of running.stdout) break
          assert.equal(
            await says(
              other,
              'find / -name private-name.txt 2>/dev/null; grep -ls a.secret -r /proc/[0-9]*/root/work /tmp /dev/shm 2>/dev/null',
            ),
            '',
          )
          assert.ok(Number(await says(other, 'ls -d /proc/[0-9]* | wc -l')) < 8)
          await shell(other, 'kill -9 -1')
          assert.equal(text(await holder.read('private-name.txt')), 'a secret')
          running.kill()
          assert.equal((await running.finished).signal, 'SIGKILL')
        }),
      ),
  },
  {
    name: '200 sandboxes at once',
    run: async (backend) => {
      const all = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          backend.open({ name: `n${index}`, files: fileSet({ me: `${index}` }) }),
        ),
      )
      try {
        const said = await Promise.all(
          all.map((sandbox) => says(sandbox, 'echo "$(cat me) $(ls | wc -l) $(hostname)"')),
        )
        assert.deepEqual(
          said,
          all.map((_, index) => `${index} 1 n${index}`),
        )
      } finally {
        await Promise.all(all.map((sandbox) => sandbox[Symbol.asyncDispose]()))
      }
    },
  },
]
