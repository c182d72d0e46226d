import assert from 'node:assert/strict'
import { type Case, inSandbox } from './case.ts'

/** Tells its pid and where a buffer of its own lies, and then, for every line, what stands in the buffer. */
const holder = String.raw`
sub used { my ($user, $system) = times; $user + $system }
$| = 1; my $buffer = "before--";
printf "%d %d\n", $$, unpack("J", pack("P", $buffer));
while (<STDIN>) { print "$buffer\n"; if (/burn/) { my $until = used() + 0.3; 1 while used() < $until; print "burnt\n" } }
`

/** What is measured and reached from outside, where the back end can. */
export const gauge: readonly Case[] = [
  {
    name: 'processor time of a sandbox and memory of its processes are seen from outside',
    needsControlGroups: true,
    run: async (backend) => {
      await inSandbox(backend, {}, async (sandbox) => {
        const { gauge: own } = sandbox
        if (!own) return
        const running = await sandbox.start(['/usr/bin/perl', '-e', holder])
        const lines = linesOf(running.stdout)
        const [pid = 0, address = 0] = (await lines()).split(' ').map(Number)
        {
          await using memory = await own.memory(pid)
          const seen = new Uint8Array(8)
          assert.equal(await memory.read(address, seen), true)
          assert.equal(Buffer.from(seen).toString(), 'before--')
          assert.equal(await memory.write(address, Buffer.from('after---')), true)
          await running.write('say\n')
          assert.equal(await lines(), 'after---')
          assert.equal(await memory.read(8, seen), false, 'nothing is mapped there')
          const idle = own.cpuSeconds()
          await running.write('burn\n')
          await lines()
          assert.equal(await lines(), 'burnt')
          const used = own.cpuSeconds() - idle
          assert.ok(used > 0.25 && used < 0.6, `it used ${used} s`)
          running.kill()
          await running.finished
          assert.equal(await memory.read(address, seen), false, 'the process is gone')
        }
        await assert.rejects(own.memory(pid), { code: 'no-process' })
      })
    },
  },
]

/** Lines of an output, one a call. */
function linesOf(output: AsyncIterable<Uint8Array>): () => Promise<string> {
  const chunks = output[Symbol.asyncIterator]()
  let held = ''
  return async () => {
    while (!held.includes('\n')) {
      const { value, done } = await chunks.next()
      if (done) throw new Error(`it ended after "${held}"`)
      held += Buffer.from(value).toString()
    }
    const end = held.indexOf('\n')
    const line = held.slice(0, end)
    held = held.slice(end + 1)
    return line
  }
}
