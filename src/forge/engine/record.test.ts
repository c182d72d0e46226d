import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { forgeFiles } from './layout.ts'
import { readRecords } from './record.ts'

it('passes over records of what no item can be called: they would lead out of their directory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'records-'))
  const { records } = forgeFiles(directory)
  mkdirSync(records, { recursive: true })
  for (const name of ['...json', '..json', '.json', 'it.json']) writeFileSync(join(records, name), '{}')
  const ids: string[] = []
  for await (const { id } of readRecords(directory)) ids.push(id)
  rmSync(directory, { recursive: true })
  expect(ids).toEqual(['it'])
})
