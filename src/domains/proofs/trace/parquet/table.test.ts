import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tables } from './columns.ts'
import { readParquet } from './read.ts'
import { type Row, writeTable } from './table.ts'

type Premise = Row<typeof tables.premises>

describe('a table', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'touchstone-table-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))
  const path = () => join(directory, 'premises.parquet')
  const row = (at: number): Premise => ({
    id: `A.v:${at}`,
    name: `ü𝔸\n"${at % 7}`,
    kind: '',
    file: 'A.v',
    module: 'A',
    start: at,
    end: at + 2 ** 30,
    line: 1,
    until: at % 3 === 0 ? null : at,
    text: at % 2 === 0 ? null : 'x'.repeat(at % 1000),
  })

  it('is read as it was written, over many row groups, and empty', async () => {
    const rows = Array.from({ length: 12_000 }, (_, at) => row(at))
    const stream = async function* (list: readonly Premise[]) {
      yield* list
    }
    expect(await writeTable(path(), tables.premises, stream(rows), {})).toBe(rows.length)
    const read = await Array.fromAsync(readParquet(directory, 'premises'))
    expect(JSON.stringify(read)).toBe(JSON.stringify(rows))
    expect(await writeTable(path(), tables.premises, stream([]), {})).toBe(0)
    expect(await Array.fromAsync(readParquet(directory, 'premises'))).toEqual([])
  })

  it('is not there, and nothing of it, where its rows cannot be had', async () => {
    await rm(path())
    const broken = async function* (): AsyncGenerator<Premise> {
      yield row(1)
      throw new Error('no more')
    }
    await expect(writeTable(path(), tables.premises, broken(), {})).rejects.toThrow('no more')
    expect(await readdir(directory)).toEqual([])
    await writeFile(path(), '')
    const below = join(path(), 'premises.parquet')
    await expect(writeTable(below, tables.premises, broken(), {})).rejects.toThrow('cannot write')
  })
})
