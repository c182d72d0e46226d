import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { Left, OutOfTime } from './limits.ts'
import { piecesOf } from './pieces.ts'
import { filesOf } from './tree.ts'

const root = mkdtempSync(join(tmpdir(), 'pieces-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('has no half of the facts where the time is over, in an archive either', async () => {
  writeFileSync(join(root, 'a.gz'), gzipSync('a'.repeat(10_000)))
  writeFileSync(join(root, 'b'), 'b')
  const left = new Left()
  const seen = async (deadline: number) => {
    const paths: string[] = []
    const means = { left, deadline, opens: () => true }
    for await (const { path } of piecesOf(root, filesOf(root, left), means)) {
      paths.push(path)
      // Between the archive and what is in it.
      while (performance.now() < deadline && Number.isFinite(deadline));
    }
    return paths
  }
  expect(await seen(Number.POSITIVE_INFINITY)).toEqual(['a.gz', 'a.gz!/a', 'b'])
  await expect(seen(performance.now() - 1)).rejects.toThrow(OutOfTime)
  await expect(seen(performance.now() + 200)).rejects.toThrow(OutOfTime)
  expect(left.all).toEqual([])
})
