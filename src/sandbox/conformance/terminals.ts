import assert from 'node:assert/strict'
import { type Case, inSandbox } from './case.ts'

/** Commands on a pseudo-terminal. */
export const terminals: readonly Case[] = [
  {
    name: 'an interactive shell: prompts, Ctrl-C, screen, size, exit',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const terminal = await sandbox.terminal(['/bin/bash', '--norc', '--noprofile', '-i'], {
          columns: 100,
          rows: 30,
        })
        const prompt = { until: /\$ $/, timeoutSeconds: 15 }
        assert.equal((await terminal.read(prompt)).matched, true)
        terminal.write('stty size; test -t 0 && echo terminal\n')
        assert.match(
          (await terminal.read({ until: /terminal\r\n[^\n]*\$ $/, timeoutSeconds: 15 })).text,
          /30 100\r\nterminal/,
        )
        // By then it is what Ctrl-C is for, and not the shell that is about to start it.
        terminal.write("sh -c 'echo up; exec sleep 100'\n")
        await terminal.read({ until: /\nup\r\n/, timeoutSeconds: 15 })
        terminal.write('\u0003')
        assert.equal((await terminal.read(prompt)).matched, true)
        terminal.write('clear; printf "\\033[3;5Hpla""ced"\n')
        await terminal.read({ until: /placed/, timeoutSeconds: 15 })
        assert.equal(terminal.screen().split('\n')[2]?.slice(4, 10), 'placed')
        terminal.write('exit 7\n')
        assert.deepEqual(await terminal.finished, { exitCode: 7, signal: null })
        assert.equal((await terminal.read()).ended, true)
      }),
  },
  {
    name: 'Ctrl-C reaches the program itself',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const script = '$| = 1; $SIG{INT} = sub { print "caught\\n"; exit 5 }; print "ready\\n"; sleep 100'
        const terminal = await sandbox.terminal(['/usr/bin/perl', '-e', script])
        await terminal.read({ until: /ready/, timeoutSeconds: 15 })
        terminal.write('\u0003')
        assert.equal((await terminal.read({ until: /caught/, timeoutSeconds: 15 })).matched, true)
        assert.equal((await terminal.finished).exitCode, 5)
      }),
  },
  {
    name: 'nothing can be typed into the terminal from inside (TIOCSTI)',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const script =
          'use Errno; for my $n (0x5412, 0x541c, (1 << 32) | 0x5412) { my $c = "x"; my $r = syscall(' +
          `${process.arch === 'arm64' ? 29 : 16}, 0, $n, $c); print $r == -1 && $!{EPERM} ? "refused\\n" : "typed\\n" }`
        const terminal = await sandbox.terminal(['/usr/bin/perl', '-e', script])
        await terminal.finished
        assert.equal((await terminal.read()).text, 'refused\r\n'.repeat(3))
      }),
  },
  {
    name: 'absurd counts and sizes do not hold up the caller',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const script = 'print map("\\e[20000000$_", qw(@ I L M P S T X Z b)), "\\e[H\\e[2Lstill"'
        const size = { columns: 1e9, rows: Number.NaN }
        const started = performance.now()
        const terminal = await sandbox.terminal(['/usr/bin/perl', '-e', script], {
          ...size,
          timeoutSeconds: Number.POSITIVE_INFINITY,
        })
        assert.deepEqual(await terminal.finished, { exitCode: 0, signal: null })
        await terminal.read()
        terminal.resize(1e9, 1e9)
        assert.match(terminal.screen(), /^still/)
        assert.ok(performance.now() - started < 10_000)
      }),
  },
  {
    name: 'a program that asks without end is not answered without end',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const script =
          'system "stty raw -echo"; $| = 1; print "\\e[c" x 20_000; vec(my $in, 0, 1) = 1; my $n = 0; ' +
          'while (select(my $r = $in, undef, undef, 0.7)) { $n += sysread(STDIN, my $b, 4096) } print "got $n."'
        const terminal = await sandbox.terminal(['/usr/bin/perl', '-e', script])
        const { text } = await terminal.read({ until: /got \d+\./, timeoutSeconds: 20 })
        const bytes = Number(/got (\d+)/.exec(text)?.[1])
        assert.ok(bytes > 0 && bytes < 50_000, `${bytes} bytes of answers`)
      }),
  },
  {
    name: 'a time-out and the end of the sandbox end it',
    run: async (backend) => {
      const sandbox = await backend.open({ name: 'conformance' })
      const timed = await sandbox.terminal(['sleep', '100'], { timeoutSeconds: 0.3 })
      assert.equal((await timed.finished).signal, 'SIGKILL')
      const left = await sandbox.terminal(['/bin/sh', '-c', "trap '' HUP TERM; sleep 100"])
      await sandbox[Symbol.asyncDispose]()
      assert.equal((await left.finished).signal, 'SIGKILL')
    },
  },
]
