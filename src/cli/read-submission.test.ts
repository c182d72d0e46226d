import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf } from '../core/files.ts'
import { readSubmission } from './read-submission.ts'

describe('a submission from disk', () => {
  let scratch: string
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'touchstone-submission-'))
    await mkdir(join(scratch, 'empty'))
    for (const name of ['Answer.v', 'Answer.lean', 'other.v'])
      await writeFile(join(scratch, name), `of ${name}`)
  })
  afterAll(() => rm(scratch, { recursive: true, force: true }))

  const read = async (name: string, paths: string[], maxBytes = 100) => {
    const submission = await readSubmission(join(scratch, name), { kind: 'files', paths, maxBytes })
    if (submission.kind !== 'files') throw new Error('no files')
    return Object.fromEntries([...submission.files.keys()].map((at) => [at, textOf(submission.files, at)]))
  }

  it('is one file of any name, where one is asked for', async () => {
    expect(await read('other.v', ['src/Top.v'])).toEqual({ 'src/Top.v': 'of other.v' })
  })

  it('is the file of that name, where several are asked for', async () => {
    expect(await read('Answer.v', ['Answer.v', 'Answer.lean'])).toEqual({ 'Answer.v': 'of Answer.v' })
    await expect(read('other.v', ['Answer.v', 'Answer.lean'])).rejects.toThrow(/name it as one of them/)
    await expect(read('Answer.v', ['a/Answer.v', 'b/Answer.v'])).rejects.toThrow(/give a directory/)
  })

  it('is what a directory has of the files asked for', async () => {
    expect(await read('.', ['Answer.v', 'Answer.lean', 'absent.v'])).toEqual({
      'Answer.v': 'of Answer.v',
      'Answer.lean': 'of Answer.lean',
    })
    await expect(read('empty', ['Answer.v'])).rejects.toThrow(/has none of the files asked for/)
    await expect(read('.', ['Answer.v'], 3)).rejects.toThrow(/the task allows 3/)
  })
})
