import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { UsageError } from '../../core/errors.ts'
import { namePattern } from '../../core/task.ts'
import { findChallenges } from './find.ts'

const made: string[] = []
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
})

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'find-'))
  made.push(root)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

const ids = async (root: string) => (await findChallenges(root)).map(({ id }) => id)

describe('findChallenges', () => {
  it("reads the CTF Archive's layout", async () => {
    const root = tree({
      'README.md': '',
      'build.py': '',
      'cup/module.yml':
        'name: Cup\nchallenges:\n  - id: a\n    name: PWN - 5 - A\n  - id: b\n    name: Alone\n',
      'cup/DESCRIPTION.md': '',
      'cup/a/DESCRIPTION.md': '',
      'cup/a/src/README.md': '',
      'cup/a/src/x.c': '',
      'cup/b/REHOST.md': '',
      'cup/c/chall': '',
      'docs/x/y.md': '',
    })
    const items = await findChallenges(root)
    expect(items.map(({ id, path, category }) => [id, path, category])).toEqual([
      ['cup.a', 'cup/a', 'pwn'],
      ['cup.b', 'cup/b', 'misc'],
      ['cup.c', 'cup/c', 'misc'],
    ])
  })

  it("keeps the names of the suite's own files free", async () => {
    const root = tree({ 'suite.toml/a': '', 'Test_Dataset.json/a': '', 'suite.toml-2/a': '' })
    const found = await ids(root)
    expect(new Set(found.map((id) => id.toLowerCase())).size).toBe(3)
    expect(found.filter((id) => /^(suite\.toml|test_dataset\.json)$/i.test(id))).toEqual([])
  })

  it('finds what has a mark, wherever it is, and nothing in it', async () => {
    const root = tree({
      '2020/Quals/web/shop/challenge.json': '{"category": "web exploitation"}',
      '2020/Quals/web/shop/dist/README.md': '',
      '2020/Quals/crypto/xor/challenge.yml': '',
      '2021/Quals/crypto/xor/Dockerfile': '',
      '2021/Quals/crypto/xor/chall.py': '',
      'scripts/tool.py': '',
      'README.md': '',
    })
    const items = await findChallenges(root)
    expect(items.map(({ id, category }) => [id, category])).toEqual([
      ['2020.Quals.crypto.xor', 'crypto'],
      ['2020.Quals.web.shop', 'web'],
      ['2021.Quals.crypto.xor', 'crypto'],
    ])
  })

  it('takes a pile of directories as it is, with categories above them where there are', async () => {
    const root = tree({
      'pwn-heap/zoo': '',
      'pwn-heap/services/zoo/Dockerfile': '',
      'pwn-heap/services/zoo/zoo': '',
      'misc-maze/deep/deeper/x': '',
      'web/one/index.php': '',
      'web/two/index.php': '',
    })
    mkdirSync(join(root, 'empty'))
    expect(await ids(root)).toEqual(['misc-maze', 'pwn-heap', 'web.one', 'web.two'])
    expect((await findChallenges(root)).map(({ category }) => category)).toEqual([
      'misc',
      'pwn',
      'web',
      'web',
    ])
  })

  it('takes a single challenge', async () => {
    const root = tree({ 'challenge.json': '{}', 'files/x': '' })
    expect((await findChallenges(root)).map(({ path }) => path)).toEqual([''])
    expect((await findChallenges(tree({ chall: '' }))).map(({ path }) => path)).toEqual([''])
  })

  it('gives every one a name of its own that a task may have', async () => {
    const root = tree({
      'A b!/x': '',
      'a-b/x': '',
      'ünïcödé/x': '',
      '日本/x': '',
      '-x/x': '',
      [`${'l'.repeat(250)}/x`]: '',
    })
    const found = await ids(root)
    expect(new Set(found.map((id) => id.toLowerCase())).size).toBe(found.length)
    for (const id of found) expect(id).toMatch(namePattern)
    expect(found.length).toBe(6)
  })

  it('follows no links', async () => {
    const root = tree({ 'a/x': '' })
    symlinkSync('/etc', join(root, 'b'))
    symlinkSync('/etc', join(root, 'a/etc'))
    expect(await ids(root)).toEqual(['a'])
  })

  it('has fingerprints that change with the files, and only then', async () => {
    const root = tree({ 'a/x': '1', 'b/x': '1' })
    const [a, b] = await findChallenges(root)
    expect((await findChallenges(root)).map(({ fingerprint }) => fingerprint)).toEqual([
      a!.fingerprint,
      b!.fingerprint,
    ])
    utimesSync(join(root, 'a/x'), 1, 1)
    const [later, same] = await findChallenges(root)
    expect(later!.fingerprint).not.toBe(a!.fingerprint)
    expect(same!.fingerprint).toBe(b!.fingerprint)
  })

  it('says where there is nothing', async () => {
    await expect(findChallenges('/no/such/place')).rejects.toThrow(UsageError)
    const root = tree({})
    await expect(findChallenges(root)).rejects.toThrow(/no challenges/)
  })

  it('is not spoilt by a module that cannot be read', async () => {
    const began = performance.now()
    const bomb = [
      'a: &a [x,x]',
      ...Array.from({ length: 20 }, (_, i) => `${'b'.repeat(i + 1)}: &${'b'.repeat(i + 1)} [*a,*a,*a]`),
    ]
    for (const text of [
      `[${'['.repeat(50_000)}`,
      bomb.join('\n'),
      'challenges: 5',
      '\0',
      `challenges: [${'{id: x}, '.repeat(5000)}]`,
    ]) {
      const root = tree({ 'cup/module.yml': text, 'cup/a/chall': '' })
      expect(await ids(root)).toEqual(['cup.a'])
    }
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})
