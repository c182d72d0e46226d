import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { Fallen, type RawItem } from '../../source.ts'
import type { Facts } from '../facts.ts'
import { findChallenges } from '../find.ts'
import { type Lookers, openLookers } from './index.ts'
import { isPlain } from './limits.ts'
import { zipOf } from './testing.ts'

const canMakeDevices = process.getuid?.() === 0

describe.skipIf(bwrapMissing())('looking at a hostile archive (needs bubblewrap)', () => {
  let top: string
  let root: string
  let backend: SandboxBackend
  let lookers: Lookers
  let items: readonly RawItem[]
  let server: Server
  let outside: string

  const at = (...parts: string[]) => {
    const path = join(root, ...parts)
    mkdirSync(dirname(path), { recursive: true })
    return path
  }
  const look = async (id: string): Promise<Facts> => {
    const item = items.find((each) => each.id === id)
    if (!item) throw new Error(`${id} was not found among ${items.map((each) => each.id).join(' ')}`)
    return lookers.look(item)
  }
  const paths = ({ files }: Facts) => files.map(({ path }) => path)
  const why = ({ left }: Facts) => left.join('\n')

  beforeAll(async () => {
    top = mkdtempSync(join(tmpdir(), 'hostile-'))
    chmodSync(top, 0o755)
    root = join(top, 'raw')
    writeFileSync(join(top, 'secret'), 'flag{outside}')
    writeFileSync(at('plain', 'chall.py'), 'print(open("flag.txt").read())\n')
    server = await hostile(at)
    outside = stateOf(top)
    backend = await bubblewrap()
    const signal = new AbortController().signal
    lookers = await openLookers({
      root,
      backend: 'bubblewrap',
      signal,
      count: 2,
      openLab: (seed) => openLab(backend, { seed, signal }),
    })
    items = await findChallenges(root)
  }, 120_000)

  afterAll(async () => {
    server?.close()
    await lookers?.[Symbol.asyncDispose]()
    await backend?.[Symbol.asyncDispose]()
    rmSync(top, { recursive: true, force: true })
  }, 60_000)

  it('finds every directory, also those with odd names', () => {
    expect(items.length).toBe(readdirSync(root).length)
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
    for (const { id } of items) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)
  })

  it('follows no link, and waits for no pipe, socket or device', async () => {
    const facts = await look('links')
    expect(paths(facts)).toEqual(['chall.py'])
    expect(why(facts)).toContain('passwd: a link')
    expect(why(facts)).toContain('etc: a link')
    expect(why(facts)).toContain('pipe: neither')
    expect(why(facts)).toContain('socket: neither')
    if (canMakeDevices) expect(why(facts)).toContain('zero: neither')
    await expect(lookers.extract(items.find(({ id }) => id === 'links')!, ['passwd'])).rejects.toThrow(Fallen)
    await expect(lookers.extract(items.find(({ id }) => id === 'links')!, ['../../secret'])).rejects.toThrow(
      Fallen,
    )
    await expect(lookers.extract(items.find(({ id }) => id === 'links')!, ['etc/passwd'])).rejects.toThrow(
      Fallen,
    )
  })

  it('leaves out what is too much, and says so', async () => {
    const many = await look('many')
    expect(many.files.length).toBeLessThanOrEqual(5000)
    expect(why(many)).toMatch(/only \d+/)
    const sparse = await look('sparse')
    expect(why(sparse)).toContain('which is too large')
    expect(paths(sparse)).toEqual(['chall.py'])
    const long = await look('long')
    expect(long.description.length).toBeLessThanOrEqual(64 * 1024)
    expect(why(long)).toContain('DESCRIPTION.md: only its first')
    const deep = await look('deep')
    expect(why(deep)).toMatch(/deeper than|cannot be/)
    expect(paths(deep)).toContain('chall.py')
  })

  it('tells of names that cannot be used', async () => {
    const facts = await look('names')
    expect(paths(facts)).toEqual(['chall.py'])
    expect(facts.left.filter((line) => line.includes('cannot be used')).length).toBe(3)
    expect(why(facts)).toContain('not UTF-8')
    for (const line of facts.left) expect(isPlain(line)).toBe(true)
    const odd = items.find(({ path }) => path.includes('\uFFFD'))!
    await expect(look(odd.id)).rejects.toThrow(/its directory cannot be read/)
  })

  it('refuses bombs and overlapping files in zip archives', async () => {
    const facts = await look('zips')
    expect(why(facts)).toContain('bomb.zip!/zeros: it would be more than 200 times its size: a bomb')
    expect(why(facts)).toContain('overlap.zip: its files overlap: a bomb')
    expect(why(facts)).toContain('locked.zip!/flag.txt: encrypted')
    expect(why(facts)).toContain('odd.zip!/link: a link')
    expect(why(facts)).toMatch(/odd\.zip!\/\.\.\/\.\.\/x: its path leaves/)
    expect(why(facts)).toMatch(/odd\.zip!\/\/etc\/x: its path leaves/)
    expect(why(facts)).toContain('lies.zip: a broken zip archive')
    expect(why(facts)).toContain('broken.zip: a broken zip archive')
    expect(paths(facts)).toContain('odd.zip!/fine.py')
    expect(paths(facts)).toContain('nested.zip!/inner.zip!/fine.py')
    expect(why(facts)).toContain('3 deep')
  })

  it('refuses links, devices and traversal in tar archives, and bombs', async () => {
    const facts = await look('tars')
    expect(why(facts)).toMatch(/evil\.tar\.gz!\/\.\.\/\.\.\/x: its path leaves/)
    expect(why(facts)).toContain('evil.tar.gz!/link: a link')
    expect(why(facts)).toContain('evil.tar.gz!/hard: a link')
    expect(why(facts)).toContain('evil.tar.gz!/null: not a file')
    expect(paths(facts)).toContain('evil.tar.gz!/fine.py')
    expect(why(facts)).toContain('bomb.gz: it would be more than 200 times its size: a bomb')
    expect(why(facts)).toContain('cut.tar.gz: it is broken')
    const item = items.find(({ id }) => id === 'tars')!
    const files = await lookers.extract(item, ['evil.tar.gz!/fine.py'])
    expect(Buffer.from(files.get('evil.tar.gz!/fine.py')!).toString()).toBe('import os\n')
    await expect(lookers.extract(item, ['evil.tar.gz!/../../x'])).rejects.toThrow(Fallen)
  })

  it('is not held up by papers that grow when they are read', async () => {
    const began = performance.now()
    const yaml = await look('yaml')
    expect(why(yaml)).toContain('challenge.yml: it cannot be read')
    for (const nested of ['nested-keys', 'nested-lists'])
      expect(why(await look(nested))).toContain('nested as no description is')
    expect(paths(await look('json'))).toContain('challenge.json')
    expect(paths(await look('words'))).toContain('chall.py')
    expect(performance.now() - began).toBeLessThan(30_000)
  })

  it('still looks at the rest, and has changed nothing', async () => {
    expect((await look('plain')).files[0]).toMatchObject({ path: 'chall.py', flagPaths: ['flag.txt'] })
    expect(stateOf(top)).toBe(outside)
  })
})

/** Everything below a directory with size and time, but not what is only many. */
function stateOf(directory: string): string {
  return execFileSync('find', [directory, '-path', '*/many', '-prune', '-o', '-printf', '%p %s %T@ %y\n'], {
    maxBuffer: 64 * 1024 ** 2,
  }).toString('latin1')
}

async function hostile(at: (...parts: string[]) => string): Promise<Server> {
  for (const name of ['links', 'sparse', 'long', 'deep', 'names', 'words', 'many'])
    writeFileSync(at(name, 'chall.py'), 'import os\nprint(1)\n')
  symlinkSync('/etc/passwd', at('links', 'passwd'))
  symlinkSync('/etc', at('links', 'etc'))
  execFileSync('mkfifo', [at('links', 'pipe')])
  if (canMakeDevices) execFileSync('mknod', [at('links', 'zero'), 'c', '1', '5'])
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(at('links', 'socket'), resolve))
  // More than are looked at; with 100,000 the test is only slower.
  execFileSync('sh', ['-c', 'seq 1 25000 | xargs touch'], { cwd: dirname(at('many', 'x')) })
  const sparse = openSync(at('sparse', 'disk.img'), 'w')
  ftruncateSync(sparse, 10 * 1024 ** 3)
  closeSync(sparse)
  writeFileSync(at('long', 'DESCRIPTION.md'), Buffer.alloc(100 * 1024 ** 2, 'words '))
  let deep = at('deep', 'x')
  for (let depth = 0; depth < 60; depth++) deep = join(deep, 'd'.repeat(20))
  mkdirSync(deep, { recursive: true })
  for (const name of ['new\nline', 'escape\x1b[31m', 'back\\slash']) writeFileSync(at('names', name), 'x')
  writeFileSync(Buffer.concat([Buffer.from(`${at('names', 'latin-')}`), Buffer.from([0xff])]), 'x')
  const odd = Buffer.concat([Buffer.from(dirname(at('names'))), Buffer.from('/odd-'), Buffer.from([0xfe])])
  mkdirSync(odd)
  writeFileSync(Buffer.concat([odd, Buffer.from('/chall')]), 'x')
  zips(at)
  await tars(at)
  const aliases = Array.from(
    { length: 30 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`,
  )
  writeFileSync(at('yaml', 'challenge.yml'), `a0: &a0 [x, x]\n${aliases.join('\n')}\n`)
  writeFileSync(at('nested-keys', 'challenge.yml'), '? '.repeat(2000))
  writeFileSync(at('nested-lists', 'challenge.yml'), '- '.repeat(2000))
  writeFileSync(at('json', 'challenge.json'), '['.repeat(200_000))
  writeFileSync(at('words', 'DESCRIPTION.md'), 'nc '.repeat(20_000))
  writeFileSync(at('words', 'a.py'), `import os\n${'flag{'.repeat(1_000_000)}`)
  writeFileSync(at('words', 'b.py'), `def f(${'('.repeat(1_000_000)}`)
  return server
}

function zips(at: (...parts: string[]) => string): void {
  const fine = { name: 'fine.py', content: Buffer.from('import os\n') }
  writeFileSync(at('zips', 'bomb.zip'), zipOf([{ name: 'zeros', content: Buffer.alloc(60 * 1024 ** 2) }]))
  const overlap = { content: Buffer.alloc(1000), offset: 0 }
  writeFileSync(
    at('zips', 'overlap.zip'),
    zipOf([
      { name: 'a', ...overlap },
      { name: 'b', ...overlap },
    ]),
  )
  writeFileSync(
    at('zips', 'locked.zip'),
    zipOf([{ name: 'flag.txt', content: Buffer.from('flag'), flags: 1 }]),
  )
  const odd = [
    { name: 'link', content: Buffer.from('/etc/passwd'), mode: 0o120777 },
    { name: '../../x', content: Buffer.from('x') },
    { name: '/etc/x', content: Buffer.from('x') },
    { name: Buffer.from([0xff, 0xfe]), content: Buffer.from('x') },
    fine,
  ]
  writeFileSync(at('zips', 'odd.zip'), zipOf(odd))
  const lies = zipOf([{ name: 'a', content: Buffer.from('abc'), method: 0 }])
  lies.writeUInt32LE(2, lies.lastIndexOf(Buffer.from('504b0102', 'hex')) + 20)
  writeFileSync(at('zips', 'lies.zip'), lies)
  writeFileSync(at('zips', 'broken.zip'), zipOf([fine]).subarray(0, 40))
  const inner = zipOf([fine, { name: 'third.zip', content: zipOf([fine]) }])
  writeFileSync(at('zips', 'nested.zip'), zipOf([{ name: 'inner.zip', content: inner }]))
}

async function tars(at: (...parts: string[]) => string): Promise<void> {
  const archive = pack()
  archive.entry({ name: '../../x' }, 'x')
  archive.entry({ name: 'link', type: 'symlink', linkname: '/etc/passwd' })
  archive.entry({ name: 'hard', type: 'link', linkname: '/etc/passwd' })
  archive.entry({ name: 'null', type: 'character-device' })
  archive.entry({ name: 'fine.py' }, 'import os\n')
  archive.finalize()
  const parts: Uint8Array[] = []
  for await (const part of archive) parts.push(part as Uint8Array)
  const packed = gzipSync(Buffer.concat(parts))
  writeFileSync(at('tars', 'evil.tar.gz'), packed)
  writeFileSync(at('tars', 'cut.tar.gz'), packed.subarray(0, packed.length - 20))
  writeFileSync(at('tars', 'bomb.gz'), gzipSync(Buffer.alloc(60 * 1024 ** 2)))
}
