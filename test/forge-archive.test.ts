import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { unpacked } from '../src/cli/forge-archive.ts'
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

  it('is refused where it is none', async () => {
    const path = join(await temporaryDirectory(), 'it.zip')
    await writeFile(path, 'not an archive')
    await expect(unpacked(path)).rejects.toMatchObject({ code: 'bad-archive', exitCode: 2 })
  })
})
