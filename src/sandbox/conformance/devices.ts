import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { InfrastructureError } from '../../core/errors.ts'
import { type Case, inSandbox, says } from './case.ts'

/** Opening it does nothing. Where there is none that anybody may open, one that every sandbox has has to do. */
const fuse = statSync('/dev/fuse', { throwIfNoEntry: false })
const harmless = fuse && (fuse.mode & 0o006) === 0o006 ? '/dev/fuse' : '/dev/full'
const opens = (path: string) =>
  `perl -e 'open my $f, "+<", "${path}" or print "refused"; print "opened" if $f && -c $f'`

/** Devices of the host, where the back end has them: the others have to say so. */
export const devices: readonly Case[] = [
  {
    name: 'a device is there for whom it was asked for, with a read-only /sys, and for nobody else',
    run: async (backend) => {
      await withDevices(async () => {
        await inSandbox(backend, { devices: [harmless] }, async (sandbox) => {
          assert.equal(await says(sandbox, opens(harmless)), 'opened')
          assert.match(await says(sandbox, 'ls /sys/devices'), /system/)
          const changes =
            'for d in /dev /sys /sys/fs /sys/devices; do touch $d/probe 2>/dev/null && echo wrote $d; done'
          assert.equal(await says(sandbox, changes), '')
          assert.equal(
            await says(sandbox, 'ls -A /sys/fs; ls -d /dev/kmsg /dev/vda /dev/sda 2>/dev/null'),
            '',
          )
        })
      })
      await inSandbox(backend, {}, async (sandbox) => {
        const expected = harmless === '/dev/full' ? 'opened' : 'refused'
        assert.equal(await says(sandbox, `${opens(harmless)}; ls -d /sys 2>/dev/null`), expected)
      })
    },
  },
  {
    name: 'what is no device of the host is refused before anything runs',
    run: async (backend) => {
      for (const path of ['/etc/passwd', '/dev/../etc/passwd', 'null', '/dev/touchstone', '/dev/shm'])
        await assert.rejects(backend.open({ name: 'conformance', devices: [path] }), {
          code: /^(bad-device|no-devices?)$/,
        })
    },
  },
]

/** A back end may have no devices, where it says so. */
async function withDevices(work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof InfrastructureError) || error.code !== 'no-devices') throw error
  })
}
