import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { forgeFiles } from './layout.ts'
import { readRecords } from './record.ts'

it('passes over what is no record: names that lead out of the directory, links and pipes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'records-'))
  const { records } = forgeFiles(directory)
  mkdirSync(records, { recursive: true })
  for (const name of ['...json', '..json', '.json', 'it.json']) writeFileSync(join(records, name), '{}')
  symlinkSync('it.json', join(records, 'link.json'))
  spawnSync('mkfifo', [join(records, 'pipe.json')])
  const ids: string[] = []
  for await (const { id } of readRecords(directory)) ids.push(id)
  rmSync(directory, { recursive: true })
  expect(ids).toEqual(['it'])
})
