import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findHierarchy, topGroup } from './cgroup-hierarchy.ts'
import { bubblewrap } from './index.ts'
import { Machine, machineLimits } from './machine.ts'

const hierarchy = findHierarchy()

it('leaves the machine a part of its memory and processes, and takes what it is told', () => {
  const { memoryBytes, processes } = machineLimits({})
  const total = Number(/^MemTotal: +(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024
  expect(memoryBytes).toBeGreaterThan(total / 2)
  expect(memoryBytes).toBeLessThan(total * 0.85)
  expect(processes).toBeGreaterThan(1000)
  for (const odd of ['8G', '0', '-1', '1e3', 'x'])
    expect(() => machineLimits({ TOUCHSTONE_MEMORY_MB: odd })).toThrow(/whole number/)
  expect(machineLimits({ TOUCHSTONE_MEMORY_MB: '100', TOUCHSTONE_PROCESSES: '50' })).toEqual({
    memoryBytes: 100 * 1024 ** 2,
    processes: 50,
  })
})

it.skipIf(hierarchy.version === 0)('counts what all sandboxes use together', async () => {
  await using backend = await bubblewrap()
  await using hog = await backend.open({ name: 'hog' })
  const running = await hog.start([
    '/usr/bin/perl',
    '-e',
    '$| = 1; my $x = "x" x 200_000_000; print "up\n"; sleep 100',
  ])
  for await (const _ of running.stdout) break
  const { memoryBytes, processes } = machineLimits({})
  const used = new Machine(hierarchy).used()
  expect(used.memory * memoryBytes).toBeGreaterThan(200_000_000)
  expect(used.processes * processes).toBeGreaterThan(0)
})

describe('the gate (on files of its own: others run on this machine too)', () => {
  const limits = { memoryBytes: 1000, processes: 10 }
  let root: string
  const use = (bytes: number, idle: number, processes: number) => {
    writeFileSync(join(root, topGroup, 'memory.current'), `${bytes}\n`)
    writeFileSync(join(root, topGroup, 'memory.stat'), `anon 1\ninactive_file ${idle}\n`)
    writeFileSync(join(root, topGroup, 'pids.current'), `${processes}\n`)
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'touchstone-machine-'))
    mkdirSync(join(root, topGroup))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('takes no page cache that would go away for memory in use', async () => {
    use(950, 300, 1)
    const machine = new Machine({ version: 2, root }, limits)
    expect(machine.used()).toEqual({ memory: 0.65, processes: 0.1 })
    await machine.room()
  })

  it.each([
    ['memory', 900, 1],
    ['processes', 100, 9],
  ])('waits while nearly all %s are used, and no longer', async (_what, bytes, processes) => {
    use(bytes, 0, processes)
    let open = false
    const waiting = new Machine({ version: 2, root }, limits).room().then(() => {
      open = true
    })
    await sleep(300)
    expect(open).toBe(false)
    use(100, 0, 1)
    await waiting
  })

  it('ends where nobody is waiting any more', async () => {
    use(900, 0, 1)
    let asked = 0
    const check = () => {
      if (++asked > 2) throw new Error('closed')
    }
    await expect(new Machine({ version: 2, root }, limits).room(check)).rejects.toThrow('closed')
  })

  it('lets everybody in where nothing is counted', async () => {
    await new Machine({ version: 0, why: 'a test' }, { memoryBytes: 1, processes: 1 }).room()
  })
})
