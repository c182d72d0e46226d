import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replaceTokens, tokenize } from './tokens.ts'

const texts = (source: string) => tokenize(source).tokens.map(({ text }) => text)

describe('tokenize', () => {
  it('reads names, numbers, strings and marks', () => {
    expect(texts('assign a$1 = 4\'b1x0z + 8\'hF_f - 1.5e3; "s\\"t"')).toEqual([
      ...['assign', 'a$1', '=', '4', "'b1x0z", '+', '8', "'hF_f", '-', '1.5e3', ';', '"s\\"t"'],
    ])
  })

  it('takes an escaped identifier for the name that it is', () => {
    expect(texts('\\tb .x \\a+b ;')).toEqual(['tb', '.', 'x', 'a+b', ';'])
  })

  it('leaves comments out and keeps the lines', () => {
    const { tokens, text } = tokenize('a // tb.x\n/* $finish\n */ b "/* no */"')
    expect(tokens.map((token) => [token.text, token.line])).toEqual([
      ['a', 1],
      ['b', 3],
      ['"/* no */"', 3],
    ])
    expect(text).not.toContain('finish')
    expect(text.split('\n')).toHaveLength(3)
  })

  it.each([
    ['a string that does not end', 'a "b\n"'],
    ['a comment that does not end', '/* a'],
    ['outside a comment or string', 'wire сlk;'],
    ['a space after the number', "#1'b0force"],
    ['a space after the number', '#1sforce'],
    ['an escaped identifier with', '\\a/*b '],
    ['an escaped identifier with', '\\a"b '],
  ])('refuses %s', (message, source) => {
    expect(tokenize(source).problem?.message).toContain(message)
  })

  it('reads any text without throwing, each token where it says', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('"', "'b0", '/*', '*/', '//', '\n', '\\', '`', '$', 'force ', '(*', '1'),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const source = pieces.join('')
        const { tokens, text, problem } = tokenize(source)
        for (const { kind, text: word, start, end } of tokens) {
          const raw = source.slice(start, end)
          expect(kind === 'name' ? raw.replace(/^\\/, '') : raw).toBe(word)
        }
        if (problem === undefined) expect(text).toHaveLength(source.length)
      }),
    )
  })

  it('reads the text without comments as the same tokens', () => {
    const piece = fc.constantFrom('a', ' ', '\n', '/* x */', '// y\n', '"s"', "1'b0 ", '\\e ', '+', '/')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const first = tokenize(pieces.join(''))
        if (first.problem !== undefined) return
        const again = tokenize(first.text)
        expect(again.tokens.map(({ text }) => text)).toEqual(first.tokens.map(({ text }) => text))
      }),
    )
  })
})

describe('replaceTokens', () => {
  it('changes what is asked for and nothing else', () => {
    const source = 'a b /* b */ "b" b\n'
    const { tokens } = tokenize(source)
    expect(
      replaceTokens(source, tokens, ({ kind, text }) => (kind === 'name' && text === 'b' ? 'c' : undefined)),
    ).toBe('a c /* b */ "b" c\n')
  })
})
