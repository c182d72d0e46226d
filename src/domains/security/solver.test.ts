import { expect, it } from 'vitest'
import { flagIn } from './solver.ts'

it.each([
  ['the last line', 'hello\nflag{a}\n', 'flag{a}'],
  ['behind words', 'trying\n[*] Flag: flag{a}\n', 'flag{a}'],
  ['before words', 'got flag{a}, bye\nclosed\n', 'flag{a}'],
  ['the last of several', 'not flag{b}\nflag{a}\n', 'flag{a}'],
  ['no flag', 'nothing\nat all\n', 'at all'],
  ['half of one', 'flag{never ends\nhere\n', 'here'],
])('a fresh flag is found as %s', (_, printed, found) => {
  expect(flagIn(printed, { kind: 'fresh', format: 'flag{*}' })).toBe(found)
})

it('what has no form of its own is the last line', () => {
  expect(flagIn('Flag: xyz\nabc\n', { kind: 'fresh', format: '*' })).toBe('abc')
  expect(flagIn('got flag{a}\nabc\n', { kind: 'static', value: 'flag{a}', ignoreCase: false })).toBe('abc')
})
