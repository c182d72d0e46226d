import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Piece, ReplyReader } from './reader.ts'

const read = (text: string, size = 65_536): Piece[] => {
  const reader = new ReplyReader()
  const bytes = Buffer.from(text)
  const pieces: Piece[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(...reader.push(bytes.subarray(at, at + size)))
  return pieces
}

describe("the REPL's output", () => {
  it('is replies and what was printed before them', () => {
    expect(read('hello {"a": 1}\n{"env": 3}\n\n\n\nbye\n\n{"message": "a\\n\\n{\\"env\\": 1}"}\n\n')).toEqual(
      [
        { kind: 'noise', text: 'hello {"a": 1}' },
        { kind: 'reply', reply: { kind: 'command', value: { env: 3 } } },
        { kind: 'noise', text: 'bye' },
        { kind: 'reply', reply: { kind: 'error', value: { message: 'a\n\n{"env": 1}' } } },
      ],
    )
  })

  it.each([
    '{"env": -1}',
    '{"env": "1"}',
    '{"proofState": 1}',
    '[1]',
    'null',
    '{"goals": []}',
    '{"env": 1} x',
  ])('has no reply in %s', (text) => {
    expect(read(`${text}\n\n`)).toEqual([{ kind: 'noise', text }])
  })

  it('says the same in whatever pieces it comes', () => {
    const part = fc.constantFrom('{"env": 1}', '\n', '\n\n', '⊢', '"', '{', '}', '{"message": "é"}', 'x', ' ')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (parts, size) => {
        expect(read(parts.join(''), size)).toEqual(read(parts.join('')))
      }),
    )
  })

  it.each([
    ['nested without an end', '{"env":'.repeat(1e6)],
    ['lists of lists', `{"env":1,"infotree":${'['.repeat(3e6)}${']'.repeat(3e6)}}`],
    ['many beginnings', `{"env":1,"x":[${'{"env":1},'.repeat(3e5)}`],
    ['blank lines', '\n'.repeat(8e6)],
    ['backslashes', `{"message":"${'\\\\'.repeat(3e6)}`],
  ])('is read in time: %s', (_, text) => {
    const start = performance.now()
    expect(read(`${text}\n\n`).filter(({ kind }) => kind === 'reply')).toEqual([])
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
