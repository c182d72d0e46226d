import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { unpacked } from '../src/cli/forge-archive.ts'
import { takeLock } from '../src/core/lock.ts'
import { readTree } from '../src/core/task-directory.ts'
import { temporaryDirectory } from './support/temporary.ts'

describe.skipIf(!existsSync('/usr/bin/bwrap'))('an archive file of raw material', { timeout: 30_000 }, () => {
  beforeEach(async () => vi.stubEnv('XDG_CACHE_HOME', await temporaryDirectory()))
  afterEach(() => void vi.unstubAllEnvs())

  it('comes out whole, without links, devices and names that lead out', async () => {
    const directory = await temporaryDirectory()
    await mkdir(join(directory, 'in'))
    const path = join(directory, 'in/it.tar.gz')
    const large = Buffer.alloc(9 * 1024 ** 2, 'large')
    const tar = pack()
    tar.entry({ name: 'a/large' }, large)
    tar.entry({ name: 'a/run', mode: 0o755 }, '#!/bin/sh')
    tar.entry({ name: '../out' }, 'bad')
    tar.entry({ name: '/etc/cron' }, 'rooted')
    tar.entry({ name: 'link', type: 'symlink', linkname: '/etc/passwd' })
    tar.entry({ name: 'link/under' }, 'through a link')
    tar.entry({ name: 'device', type: 'character-device' })
    tar.entry({ name: 'a/run' }, 'twice')
    tar.entry({ name: 'a/run/under' }, 'below a file')
    tar.finalize()
    await pipeline(tar, createGzip(), createWriteStream(path))
    const root = await unpacked(path)
    const files = await readTree(root)
    expect([...files.keys()].sort()).toEqual(['a/large', 'a/run', 'etc/cron', 'link/under'])
    expect(Buffer.from(files.get('a/large')!).equals(large)).toBe(true)
    expect(await readFile(join(root, 'a/run'), 'utf8')).toBe('#!/bin/sh')
    expect(await unpacked(path)).toBe(root)
    expect(existsSync(join(root, '../out'))).toBe(false)
  })

  it('is refused where it becomes far more than it is', async () => {
    const path = join(await temporaryDirectory(), 'it.tar.gz')
    const tar = pack()
    tar.entry({ name: 'zeros' }, Buffer.alloc(257 * 1024 ** 2))
    tar.finalize()
    await pipeline(tar, createGzip(), createWriteStream(path))
    await expect(unpacked(path)).rejects.toMatchObject({
      code: 'bad-archive',
      message: expect.stringContaining('a bomb'),
    })
    expect(await readdir(join(process.env.XDG_CACHE_HOME!, 'touchstone/archives'))).toEqual([])
  })

  it('takes away what a process that died has left, and nothing of one that lives', async () => {
    const cache = join(process.env.XDG_CACHE_HOME!, 'touchstone/archives')
    await mkdir(join(cache, 'dead.part/out'), { recursive: true })
    await mkdir(join(cache, 'alive.part/out'), { recursive: true })
    await using _lock = await takeLock(join(cache, 'alive.part.lock'))
    const path = join(await temporaryDirectory(), 'it.tar')
    const tar = pack()
    tar.entry({ name: 'a' }, 'a')
    tar.finalize()
    await pipeline(tar, createWriteStream(path))
    const root = await unpacked(path)
    expect((await readdir(cache)).sort()).toEqual(['alive.part', 'alive.part.lock', basename(root)].sort())
  })

  it('says that the disk will not do where that is why', async () => {
    vi.stubEnv('XDG_CACHE_HOME', '/proc/none')
    const path = join(await temporaryDirectory(), 'it.tar')
    await writeFile(path, Buffer.alloc(10_240))
    await expect(unpacked(path)).rejects.toMatchObject({ code: 'cannot-write', exitCode: 3 })
  })

  it('is refused where it is none', async () => {
    const path = join(await temporaryDirectory(), 'it.zip')
    await writeFile(path, 'not an archive')
    await expect(unpacked(path)).rejects.toMatchObject({ code: 'bad-archive', exitCode: 2 })
  })
})
