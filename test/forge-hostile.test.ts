import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRecords } from '../src/forge/engine/record.ts'
import { bwrapMissing } from '../src/sandbox/testing.ts'
import { forgeRaw } from './support/forge-raw.ts'
import { hostileChallenges } from './support/hostile-challenges.ts'

const scratch = mkdtempSync(join(tmpdir(), 'touchstone-hostile-'))
const material = join(scratch, 'material')
const out = join(scratch, 'out')
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Names, kinds, links' targets and contents of everything below a directory; large files by their size. */
function digestOf(directory: string): string {
  const hash = createHash('sha256')
  const visit = (path: string | Buffer) => {
    for (const name of readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare)) {
      const inside = Buffer.concat([Buffer.from(path), Buffer.from('/'), name])
      const stat = lstatSync(inside)
      hash.update(`${inside.toString('latin1')}\0${stat.mode}\0${stat.isFile() ? stat.size : ''}\0`)
      if (stat.isSymbolicLink()) hash.update(readlinkSync(inside))
      else if (stat.isDirectory()) visit(inside)
      else if (stat.isFile() && stat.size < 1024 ** 2) hash.update(readFileSync(inside))
    }
  }
  visit(directory)
  return hash.digest('hex')
}

describe.skipIf(bwrapMissing())('a pile of challenges that mean harm (skipped without bubblewrap)', () => {
  const outcomes = new Map<string, string>()
  const told = new Map<string, string>()
  let honest: string[] = []
  let [before, after] = ['', '']

  beforeAll(async () => {
    honest = await hostileChallenges(material)
    // The looker is another user.
    chmodSync(scratch, 0o755)
    before = digestOf(material)
    const summary = await forgeRaw(join(material, 'pile'), out)
    expect(summary.ended).toBe('complete')
    after = digestOf(material)
    for await (const { id, record } of readRecords(out)) {
      outcomes.set(id, record?.fallen?.kind ?? record?.outcome ?? 'no record')
      told.set(id, JSON.stringify(record?.plan))
    }
  }, 240_000)

  it('changes nothing outside the directory that it was told', () => {
    expect(after).toBe(before)
    expect(readdirSync(scratch).sort()).toEqual(['material', 'out'])
  })

  it('is told challenge by challenge, the honest ones proved', () => {
    for (const name of honest) expect(outcomes.get(name), name).toBe('proved')
    expect([...outcomes.values()]).not.toContain('void')
    // Which of its processes is heard first is chance.
    expect(outcomes.get('fork-bomb')).toMatch(/^(limit|crashed|ended-at-once)$/)
    expect(outcomes.get('ends')).toBe('ended-at-once')
    expect(outcomes.get('mute')).toBe('silent')
    for (const name of ['links', 'pipes', 'traversal', 'names', 'huge', 'reaches-out'])
      expect(outcomes.get(name), name).toBe('proved')
  })

  it('is told what of it was left out', () => {
    expect(told.get('links')).toMatch(/left out: 3.*passwd/)
    expect(told.get('pipes')).toMatch(/left out: 2.*fifo/)
    expect(told.get('traversal')).toMatch(/left out: .*outside/)
    expect(told.get('names')).toMatch(/left out: .*UTF-8/)
    expect(told.get('honest-one')).not.toContain('left out')
  })

  it('has nothing of the machine in what is written', () => {
    const visit = (directory: string): string[] =>
      readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
        const path = join(directory, entry.name)
        if (entry.isDirectory()) return visit(path)
        expect(entry.isFile(), path).toBe(true)
        return [readFileSync(path, 'latin1')]
      })
    const all = visit(out).join('\n')
    expect(all).toContain('honest-one')
    expect(all).not.toContain('the secret of the machine')
    expect(all).not.toContain('root:x:0:0:root:/root:/bin/bash')
  })
})
