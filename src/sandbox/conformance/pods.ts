import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Running, Sandbox } from '../../core/sandbox.ts'
import { type Case, perl, says, text } from './case.ts'

/** Serves one greeting after another on a port, and says so first. */
async function serve(sandbox: Sandbox, port: number, greeting: string): Promise<Running> {
  const script = `use IO::Socket; $| = 1; my $s = IO::Socket::INET->new(Listen => 5, LocalPort => ${port}, ReuseAddr => 1) or die $!; print "up\\n"; while (my $c = $s->accept) { print $c "${greeting}" }`
  const running = await sandbox.start(['/usr/bin/perl', '-e', script])
  for await (const chunk of running.stdout) if (text(chunk)?.includes('up')) break
  return running
}

const fetch = async (sandbox: Sandbox, host: string, port: number) =>
  text(
    (
      await perl(
        sandbox,
        `use IO::Socket; my $s = IO::Socket::INET->new(PeerAddr => "${host}", PeerPort => ${port}, Timeout => 2); print $s ? $s->getline : "no"`,
      )
    ).stdout,
  )

/** What the host itself hears at an address; whatever is beyond its own network may answer something. */
function greeting(host: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 80, timeout: 500 })
    socket.once('data', (chunk) => resolve(chunk.toString()))
    for (const end of ['error', 'timeout', 'close']) socket.once(end, () => resolve(''))
    socket.once('timeout', () => socket.destroy())
  })
}

/** Private networks. */
export const pods: readonly Case[] = [
  {
    name: 'sandboxes of a pod reach each other by name, both ways, and nothing else',
    needsPods: true,
    run: async (backend) => {
      const pod = await backend.pod('net')
      const other = await backend.pod('other')
      const host = createServer((socket) => socket.end('host'))
      await new Promise<void>((resolve) => host.listen(0, '0.0.0.0', resolve))
      try {
        const alpha = await pod.open({ name: 'alpha' })
        const beta = await pod.open({ name: 'beta' })
        const stranger = await other.open({ name: 'stranger' })
        await serve(alpha, 80, 'I am alpha')
        await serve(beta, 8080, 'I am beta')
        await serve(stranger, 80, 'I am a stranger')
        assert.equal(await fetch(beta, 'alpha', 80), 'I am alpha')
        assert.equal(await fetch(alpha, 'beta', 8080), 'I am beta')
        assert.equal(await fetch(alpha, 'stranger', 80), 'no')
        // Later commands of the same sandbox are on the same network, and its own loopback is up.
        assert.equal(await fetch(alpha, '127.0.0.1', 80), 'I am alpha')

        const { port } = host.address() as { port: number }
        const own = Object.values(networkInterfaces())
          .flat()
          .flatMap((face) => (face?.family === 'IPv4' ? [face.address] : []))
        for (const address of ['127.0.0.1', ...own])
          assert.equal(await fetch(alpha, address, port), 'no', address)
        const address = (await says(alpha, 'hostname -I || ip -4 -o addr show eth0')).match(
          /\d+\.\d+\.\d+\.\d+/,
        )?.[0]
        assert.notEqual(
          await greeting(address ?? '10.77.0.1'),
          'I am alpha',
          'the host reached a sandbox in a pod',
        )
      } finally {
        host.close()
        await pod[Symbol.asyncDispose]()
        await other[Symbol.asyncDispose]()
      }
    },
  },
  {
    name: 'a pod refuses two sandboxes of one name, and closes what is in it',
    needsPods: true,
    run: async (backend) => {
      const pod = await backend.pod('net')
      const alpha = await pod.open({ name: 'alpha' })
      for (const name of ['alpha', 'localhost', '10'])
        await assert.rejects(pod.open({ name }), { code: 'pod-name' }, name)
      const running = await alpha.start(['sleep', '100'])
      await pod[Symbol.asyncDispose]()
      assert.equal((await running.finished).signal, 'SIGKILL')
      await assert.rejects(pod.open({ name: 'gamma' }), { code: 'pod-closed' })
    },
  },
]
