import { describe, expect, it } from 'vitest'
import { closureOf, ordered } from './order.ts'
import { moduleOf, readProject } from './source.ts'

describe('a project', () => {
  it('says where its modules are', () => {
    const { mappings, flags } = readProject(
      '# a comment -R x Y\n-R theories/ Some.Name -Q ./more "More"\n-arg "-w none -noinit"\n-arg -async-proofs\ntheories/A.v\n',
    )
    expect(flags).toEqual(['-noinit'])
    expect(moduleOf('theories/Sub/A.v', mappings)).toBe('Some.Name.Sub.A')
    expect(moduleOf('more/B.v', mappings)).toBe('More.B')
    expect(moduleOf('other/B.v', mappings)).toBeUndefined()
    expect(moduleOf('theories/no-name.v', mappings)).toBeUndefined()
    expect(moduleOf('A.v', readProject('').mappings)).toBe('A')
  })
  it.each(['-R', '-R theories', '-Q ../out Out', '-R /etc Etc'])('is refused: %s', (text) => {
    expect(() => readProject(text)).toThrow('_CoqProject')
  })
})

describe('the order of files', () => {
  const requires = new Map([
    ['z', []],
    ['a', ['m']],
    ['m', ['z']],
    ['p', ['q', 'z']],
    ['q', ['p']],
  ])
  it('puts each behind what it requires, and finds circles', () => {
    expect(ordered(requires)).toEqual({ order: ['z', 'm', 'a'], cyclic: ['p', 'q'] })
    expect(closureOf('a', requires)).toEqual(['m', 'z'])
    expect(closureOf('p', requires)).toEqual(['p', 'q', 'z'])
  })
})
