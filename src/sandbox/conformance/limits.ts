import assert from 'node:assert/strict'
import { type Case, inSandbox, perl, says, shell, text } from './case.ts'

const MiB = 1024 ** 2

/** Limits hold, are told by name, and leave the sandbox usable. */
export const limits: readonly Case[] = [
  {
    name: 'a fork bomb stops at the process limit and leaves nothing',
    needsControlGroups: true,
    run: (backend) =>
      inSandbox(backend, { limits: { processes: 30 } }, async (sandbox) => {
        const done = await perl(sandbox, 'fork while 1', { timeoutSeconds: 1.5 })
        assert.deepEqual([done.timedOut, done.limit], [true, 'processes'])
        assert.ok(Number(await says(sandbox, 'ls -d /proc/[0-9]* | wc -l')) < 8)
      }),
  },
  {
    name: 'a sandbox that is full of processes tells so when it is asked for one more, and recovers',
    needsControlGroups: true,
    run: (backend) =>
      inSandbox(backend, { limits: { processes: 20 } }, async (sandbox) => {
        const full = await sandbox.start([
          '/usr/bin/perl',
          '-e',
          '$| = 1; while (1) { my $p = fork // last; sleep 100 unless $p } print "full"; sleep 100',
        ])
        for await (const chunk of full.stdout) if (text(chunk)?.includes('full')) break
        const refused = await sandbox.exec(['true'])
        assert.deepEqual([refused.exitCode === 0, refused.limit], [false, 'processes'])
        full.kill()
        await full.finished
        assert.equal((await sandbox.exec(['true'])).exitCode, 0)
      }),
  },
  {
    name: 'a memory hog is killed, by the sum over its processes too',
    needsControlGroups: true,
    run: (backend) =>
      inSandbox(backend, { limits: { memoryBytes: 64 * MiB } }, async (sandbox) => {
        const one = await perl(sandbox, 'my $x = "a" x (256 << 20); print length $x')
        assert.deepEqual([text(one.stdout), one.limit], ['', 'memory'])
        const many = await perl(
          sandbox,
          'for (1..8) { fork or do { my $x = "a" x (20 << 20); sleep 5; exit } } sleep 2; exit 1',
        )
        assert.equal(many.limit, 'memory')
        assert.equal(await says(sandbox, 'echo fine'), 'fine')
        const survived = await shell(sandbox, `perl -e 'my $x = "a" x (256 << 20)'; exit 0`)
        assert.deepEqual([survived.exitCode, survived.limit], [0, null])
      }),
  },
  {
    name: 'files in memory count as memory',
    needsControlGroups: true,
    run: (backend) =>
      inSandbox(backend, { limits: { memoryBytes: 32 * MiB } }, async (sandbox) => {
        const done = await shell(
          sandbox,
          'for d in /dev/shm /tmp; do dd if=/dev/zero of=$d/x bs=1M count=100 2>&1; done; sleep 1; exit 1',
        )
        assert.equal(done.limit, 'memory')
      }),
  },
  {
    name: 'a disk filler finds the disk full, by bytes and by number of files',
    run: (backend) =>
      inSandbox(backend, { limits: { diskBytes: 4 * MiB } }, async (sandbox) => {
        const done = await shell(
          sandbox,
          'i=0; while [ $i -lt 400 ]; do dd if=/dev/zero of=f$i bs=1M count=1 2>/dev/null || exit 9; i=$((i+1)); sleep 0.02; done',
        )
        assert.equal(done.limit, 'disk')
        assert.equal(await says(sandbox, 'rm -f f*; echo fine'), 'fine')
      }),
  },
  {
    name: 'a single file stops at its limit',
    run: (backend) =>
      inSandbox(backend, { limits: { fileBytes: MiB } }, async (sandbox) => {
        const done = await sandbox.exec(['dd', 'if=/dev/zero', 'of=big', 'bs=64k', 'count=100'])
        assert.equal(done.limit, 'disk')
        assert.ok(((await sandbox.read('big'))?.byteLength ?? 0) <= MiB)
      }),
  },
  {
    name: 'output beyond the limit is counted and dropped; a flood is ended',
    run: (backend) =>
      inSandbox(backend, { limits: { outputBytes: 1000 } }, async (sandbox) => {
        const more = await shell(sandbox, 'head -c 5000 /dev/zero; echo end >&2')
        assert.deepEqual(
          [more.exitCode, more.stdout.byteLength, more.truncated, text(more.stderr)],
          [0, 1000, true, 'end\n'],
        )
        const flood = await shell(sandbox, 'yes', { timeoutSeconds: 20 })
        assert.deepEqual([flood.limit, flood.timedOut, flood.stdout.byteLength], ['output', false, 1000])
        const wide = await shell(sandbox, 'head -c 5000 /dev/zero', { outputBytes: 6000 })
        assert.deepEqual([wide.stdout.byteLength, wide.truncated], [5000, false])
      }),
  },
  {
    name: 'processor time runs out, also when spread over processes',
    needsControlGroups: true,
    run: (backend) =>
      inSandbox(backend, { limits: { cpuSeconds: 0.7, cpus: 2 } }, async (sandbox) => {
        const done = await perl(sandbox, 'for (1..3) { fork or last } 1 while 1', { timeoutSeconds: 20 })
        assert.deepEqual([done.limit, done.timedOut], ['cpu', false])
        // It is the sandbox's time, not the command's.
        const next = await shell(sandbox, 'echo ran; touch ran')
        assert.deepEqual([text(next.stdout), next.limit, next.signal], ['', 'cpu', 'SIGKILL'])
        assert.deepEqual(await sandbox.list(), [])
      }),
  },
  {
    name: 'a share of the processor is no more than that',
    needsControlGroups: true,
    run: (backend) =>
      inSandbox(backend, { limits: { cpus: 0.25 } }, async (sandbox) => {
        const script =
          'for (1..3) { fork or last } $SIG{ALRM} = sub { print join(" ", (times)[0] + (times)[1]), "\\n"; exit }; alarm 1; 1 while 1'
        const done = await perl(sandbox, `${script}`)
        const used = Number(text(done.stdout)?.split('\n')[0])
        assert.ok(used < 0.5, `one of four processes used ${used} s in a second at a quarter of a processor`)
      }),
  },
  {
    name: 'a time-out kills the whole tree and returns at once, while output is pending too',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const done = await shell(
          sandbox,
          'head -c 100000 /dev/zero; (while :; do echo x; sleep 0.01; done) & sleep 100',
          { timeoutSeconds: 0.5 },
        )
        assert.equal(done.timedOut, true)
        assert.ok(done.stdout.byteLength > 100_000)
        assert.ok(done.wallSeconds < 5, `took ${done.wallSeconds} s`)
      }),
  },
  {
    name: 'ignoring SIGTERM and its like does not help',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const done = await shell(sandbox, "trap '' TERM INT HUP QUIT; while :; do sleep 1; done", {
          timeoutSeconds: 0.3,
        })
        assert.deepEqual([done.timedOut, done.signal], [true, 'SIGKILL'])
        assert.ok(done.wallSeconds < 5)
      }),
  },
]
