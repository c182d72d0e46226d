import { normalize, posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeContent, decodeSubmission, encodeContent, encodeSubmission } from './encoding.ts'
import { submissionRecordSchema } from './events.ts'
import { checkPath, fileSet, isPath, sizeOf, textOf } from './files.ts'

describe('checkPath', () => {
  it.each(['a', 'a/b.c', '.hidden', '..a', 'a..', '...', 'ü/ß', 'a b', 'x'.repeat(255)])(
    'takes %j',
    (path) => {
      expect(checkPath(path)).toBe(path)
    },
  )

  it.each([
    '',
    '/',
    '/etc/passwd',
    '.',
    '..',
    '../a',
    'a/..',
    'a/../b',
    './a',
    'a//b',
    'a/',
    'a\\b',
    'a\0b',
    'x'.repeat(256),
    'ü'.repeat(128),
    `${'a/'.repeat(2001)}a`,
  ])('refuses %j', (path) => {
    expect(() => checkPath(path)).toThrow(expect.objectContaining({ code: 'bad-path', exitCode: 2 }))
  })

  it('lets nothing through that leaves the directory or is not in normal form', () => {
    const part = fc.constantFrom('.', '..', '', 'a', 'b.c', '...', ' ', '\\', '\0', '~')
    const path = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')),
    )
    fc.assert(
      fc.property(path, (given) => {
        if (!isPath(given)) return
        const root = '/some/dir'
        expect(posix.resolve(root, given).startsWith(`${root}/`)).toBe(true)
        expect(normalize(given)).toBe(given)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a file set', () => {
  it('takes an object or entries, and knows its size in bytes', () => {
    const files = fileSet({ 'a.txt': 'ü', 'b/c': new Uint8Array([255]) })
    expect(sizeOf(files)).toBe(3)
    expect(textOf(files, 'a.txt')).toBe('ü')
    expect(textOf(files, 'b/c')).toBe('\uFFFD')
    expect(textOf(files, 'none')).toBeUndefined()
    expect([...fileSet(files)]).toEqual([...files])
  })

  it('refuses a bad path', () => {
    expect(() => fileSet([['../x', '']])).toThrow('not a path inside the work directory')
  })
})

describe('as JSON', () => {
  it('bytes come back exactly', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        const content = JSON.parse(JSON.stringify(encodeContent(given)))
        expect(Buffer.from(decodeContent(content))).toEqual(Buffer.from(given))
      }),
    )
    const mark = new Uint8Array([0xef, 0xbb, 0xbf, 0x61])
    expect(Buffer.from(decodeContent(encodeContent(mark)))).toEqual(Buffer.from(mark))
  })

  it('submissions come back exactly', () => {
    const files = fc.dictionary(
      fc.string().filter((path) => isPath(path) && path !== '__proto__'),
      fc.uint8Array(),
    )
    fc.assert(
      fc.property(files, (given) => {
        const submission = { kind: 'files', files: fileSet(given) } as const
        const record = submissionRecordSchema.parse(JSON.parse(JSON.stringify(encodeSubmission(submission))))
        const back = decodeSubmission(record)
        expect(back.kind === 'files' && [...back.files].map(([path, bytes]) => [path, [...bytes]])).toEqual(
          [...submission.files].map(([path, bytes]) => [path, [...bytes]]).sort(byIndex),
        )
      }),
    )
  })
})

/** JSON objects put keys that are whole numbers first; the order of files means nothing. */
function byIndex([a]: unknown[], [b]: unknown[]): number {
  const index = (path: unknown) =>
    /^(0|[1-9]\d*)$/.test(String(path)) && Number(path) < 2 ** 32 - 1 ? Number(path) : Infinity
  return index(a) === index(b) ? 0 : index(a) - index(b)
}
