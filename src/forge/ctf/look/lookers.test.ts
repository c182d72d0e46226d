import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InfrastructureError } from '../../../core/errors.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { Fallen, type RawItem } from '../../source.ts'
import { findChallenges } from '../find.ts'
import { type LookMeans, openLookers } from './index.ts'
import { zipOf } from './testing.ts'

describe.skipIf(bwrapMissing())('lookers (need bubblewrap)', () => {
  let root: string
  let backend: SandboxBackend
  let items: readonly RawItem[]

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'look-'))
    chmodSync(root, 0o755)
    const write = (path: string, content: string | Uint8Array) => {
      mkdirSync(join(root, path, '..'), { recursive: true })
      writeFileSync(join(root, path), content)
    }
    write('cup/module.yml', 'name: The Cup\nchallenges:\n  - id: oven\n    name: CRYPTO - 100 - Hot Oven\n')
    write('cup/oven/DESCRIPTION.md', 'Warm. Ask `nc oven.cup.net 4000`.\n')
    write('cup/oven/REHOST.md', 'On [GitHub](https://github.com/x/y).\n')
    write('cup/oven/.flag.sha256', 'a'.repeat(64))
    write('cup/oven/.init', '#!/bin/sh\nln -s /flag /challenge/flag.txt\n')
    write(
      'cup/oven/chall',
      '#!/usr/bin/exec-suid -- /usr/bin/python3 -I\nprint(open("/challenge/flag.txt").read() if input() else 1)\n',
    )
    write('cup/oven/solve.py', 'print("cup{never_to_be_told}")\n')
    const inner = zipOf([{ name: 'www/index.php', content: Buffer.from('<?php echo 1;') }])
    write('cup/oven/dist.zip', inner)
    write('cup/other/sh', readFileSync('/bin/sh'))
    write('cup/other/Dockerfile', 'FROM debian\nEXPOSE 99\n')
    backend = await bubblewrap()
    items = await findChallenges(root)
  })

  afterAll(async () => {
    await backend?.[Symbol.asyncDispose]()
    rmSync(root, { recursive: true, force: true })
  })

  const means = (more: Partial<LookMeans> = {}): LookMeans => {
    const { signal } = new AbortController()
    return {
      root,
      backend: 'bubblewrap',
      signal,
      count: 1,
      openLab: (seed) => openLab(backend, { seed, signal }),
      ...more,
    }
  }
  const item = (name: string) => items.find(({ id }) => id === name)!

  it('tell all that is seen of a challenge', async () => {
    await using lookers = await openLookers(means())
    const facts = await lookers.look(item('cup.oven'))
    expect(facts).toMatchObject({
      title: 'Hot Oven',
      category: 'crypto',
      competition: 'The Cup',
      description: 'Warm. Ask `nc oven.cup.net 4000`.',
      init: '#!/bin/sh\nln -s /flag /challenge/flag.txt\n',
      flag: { kind: 'sha256', digest: 'a'.repeat(64), from: '.flag.sha256' },
      solvers: ['solve.py'],
      connections: [{ host: 'oven.cup.net', port: 4000, protocol: 'tcp', from: 'description' }],
      webRoots: ['dist.zip!/www'],
      left: [],
    })
    expect(facts.files.find(({ path }) => path === 'chall')).toMatchObject({
      type: 'script',
      flagPaths: ['/challenge/flag.txt'],
      script: { language: 'python', privileged: true, asks: true },
    })
    expect(JSON.stringify(facts)).not.toContain('never_to_be_told')
    const other = await lookers.look(item('cup.other'))
    expect(other.files.find(({ path }) => path === 'sh')?.elf?.kind).toBe('program')
    expect(other.dockerfiles[0]).toMatchObject({ base: 'debian', ports: [99] })
  })

  it('take files out, those in archives too', async () => {
    await using lookers = await openLookers(means())
    const files = await lookers.extract(item('cup.oven'), ['chall', 'dist.zip!/www/index.php', '.init'])
    expect(Buffer.from(files.get('dist.zip!/www/index.php')!).toString()).toBe('<?php echo 1;')
    expect(Buffer.from(files.get('chall')!)).toEqual(readFileSync(join(root, 'cup/oven/chall')))
    expect(files.size).toBe(3)
    await expect(lookers.extract(item('cup.oven'), ['chall', 'absent'])).rejects.toThrow(
      /absent is not there/,
    )
  })

  it('that die are opened again', async () => {
    await using lookers = await openLookers(means())
    await lookers.look(item('cup.other'))
    expect(signalLookers(root, 'SIGKILL')).toBeGreaterThan(0)
    expect((await lookers.look(item('cup.oven'))).title).toBe('Hot Oven')
  })

  it('that hang are opened again', async () => {
    await using lookers = await openLookers(means({ seconds: 4 }))
    signalLookers(root, 'SIGSTOP')
    expect((await lookers.look(item('cup.oven'))).title).toBe('Hot Oven')
  }, 60_000)

  it('let a challenge fall that takes too long twice', async () => {
    writeFileSync(join(root, 'cup/other/large'), Buffer.alloc(60 * 1024 ** 2, 'flag{'))
    try {
      await using lookers = await openLookers(means({ seconds: 0.01 }))
      const looked = lookers.look(item('cup.other'))
      await expect(looked).rejects.toThrow(Fallen)
      await expect(looked).rejects.toThrow(/failed twice: it took longer/)
    } finally {
      rmSync(join(root, 'cup/other/large'))
    }
  }, 60_000)

  it.skipIf(process.getuid?.() !== 0)('say at once where the material is closed to them', async () => {
    chmodSync(root, 0o700)
    try {
      const opening = openLookers(means())
      await expect(opening).rejects.toThrow(InfrastructureError)
      await expect(opening).rejects.toThrow(/chmod -R go\+rX/)
    } finally {
      chmodSync(root, 0o755)
    }
  })
})

/** Sends a signal to the lookers of this test, which are children of children of this process. Returns how many. */
function signalLookers(root: string, signal: NodeJS.Signals): number {
  let killed = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
      if (!command.includes('look/looker.ts') || !mounts.includes(root) || !/node\0/.test(command)) continue
      process.kill(Number(pid), signal)
      killed++
    } catch {
      // Gone meanwhile.
    }
  }
  return killed
}
