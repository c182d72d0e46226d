import { describe, expect, it } from 'vitest'
import { flagLikes } from './traces.ts'

describe('flagLikes', () => {
  it('finds every text of a flag’s form, whatever stands around it', () => {
    expect(flagLikes('x\0ctf{one}\0=a-b_1{two words}; {none} f{} f{no\nline} g{{h{in}}')).toEqual([
      'ctf{one}',
      'a-b_1{two words}',
      'h{in}',
    ])
    expect(flagLikes(`${'a'.repeat(100)}{x}`)).toEqual([`${'a'.repeat(40)}{x}`])
    expect(flagLikes(`f{${'a'.repeat(200)}} f{${'a'.repeat(201)}}`)).toHaveLength(1)
  })

  it('is not kept by texts that are made for it', () => {
    for (const row of ['a', '{', 'a{', 'a{b}', '-{\0']) {
      const began = performance.now()
      flagLikes(row.repeat((4 * 1024 ** 2) / row.length))
      expect([row, performance.now() - began < 3000]).toEqual([row, true])
    }
  })
})
