import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { readTask } from '../../../core/task-directory.ts'
import { security } from '../../../domains/security/index.ts'
import { container } from '../../../sandbox/container/index.ts'
import {
  engineMissing,
  importTestImage,
  startEngine,
  type TestEngine,
} from '../../../sandbox/container/testing.ts'
import { openLab } from '../../../sandbox/lab.ts'
import { openScene } from '../../../sandbox/services.ts'
import { writeTask } from './index.ts'
import { itemOf, planOf, unpacked } from './testing.ts'

const missing = engineMissing()
const odd = ['-rf', 'it\'s "a" $HOME', 'line\nend', 'ä`id`#[x]*', '', 'a $(id) $A', '<<EOF', '\t&& false']

describe.skipIf(missing !== undefined)(
  `the image of a written service${missing ? ` (${missing})` : ''}`,
  () => {
    let engine: TestEngine
    let backend: SandboxBackend
    beforeAll(async () => {
      engine = await startEngine()
      await importTestImage(engine.address, 'small', ['env', 'socat', 'stat'])
      backend = await container({ engine: engine.address, standIn: 'small' })
    }, 60_000)
    afterAll(async () => {
      await backend?.[Symbol.asyncDispose]()
      await engine?.[Symbol.asyncDispose]()
    }, 60_000)

    it('answers with the flag of the trial, whatever its files, links, variables and words are called', async () => {
      const root = mkdtempSync(join(tmpdir(), 'touchstone-write-'))
      const names = odd.filter((name) => name !== '').map((name) => `dir ${name}/${name}`)
      const plan = planOf(
        { players: [] },
        {
          program: 'serve',
          command: [
            'sh',
            '-c',
            'for word; do echo "[$word]"; done >words; cat /proc/$$/environ >environ; exec socat TCP-LISTEN:1337,fork,reuseaddr EXEC:./serve',
            'sh',
            ...odd,
          ],
          files: [
            {
              path: 'serve',
              // A program that ends at once may take its last words with it.
              text: '#!/bin/sh\nid -un\ncat /root/flag\nexec 2>&1\n"/opt/$NAME"\nrm -f serve\nsleep 1\n',
            },
            ...names.map((path) => ({ path, text: '#!/bin/sh\necho "$0"\n' })),
          ],
          links: { '/root/flag': 'flag.txt', "/home/it's $HOME": '', '/opt': 'dir it\'s "a" $HOME' },
          env: { NAME: 'it\'s "a" $HOME', ODD: 'two\nlines $NAME \\', 'no-variable': 'x' },
          plants: [{ secret: 'flag', file: 'flag.txt' }],
        },
      )
      try {
        const options = { backend: 'container', suite: 's', source: 'here', licence: '' } as const
        unpacked(root, writeTask(itemOf('odd'), plan, new Map(), options))
        const identity = { id: 'odd', suite: 's', version: '1' }
        const task = await readTask(root, identity, async () => security)
        await using lab = openLab(backend, { seed: '1', signal: new AbortController().signal })
        const scene = await openScene(task, { flag: 'flag{of-this-trial}' }, lab)
        const asked = await scene.sandbox.exec(['perl', '-MIO::Socket::INET', '-e', asking], {})
        expect(Buffer.from(asked.stdout).toString()).toBe(
          "ctf\nflag{of-this-trial}\n/opt/it's \"a\" $HOME\nrm: cannot remove 'serve': Operation not permitted\n",
        )
        const host = scene.hosts.get('guestbook')!
        const words = await host.exec(['cat', 'words', "/home/it's $HOME/flag.txt"], {})
        expect(Buffer.from(words.stdout).toString()).toBe(
          `${odd.map((word) => `[${word}]\n`).join('')}flag{of-this-trial}\n`,
        )
        const modes = await host.exec(['stat', '-c', '%a', ...names.map((name) => `./${name}`)], {})
        expect(Buffer.from(modes.stdout).toString()).toBe('755\n'.repeat(names.length))
        const environ = await host.exec(['cat', 'environ'], {})
        expect(Buffer.from(environ.stdout).toString()).toContain('\0ODD=two\nlines $NAME \\\0no-variable=x\0')
      } finally {
        rmSync(root, { recursive: true, force: true })
      }
    }, 90_000)
  },
)

const asking = 'my $s = IO::Socket::INET->new("guestbook:1337") or die $!; print while <$s>'
