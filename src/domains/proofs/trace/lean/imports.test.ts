import { describe, expect, it } from 'vitest'
import { importsOf } from './imports.ts'
import { leanModule } from './project.ts'

describe("a Lean file's imports", () => {
  it('are those of its header', () => {
    const text = `/- a comment /- in it import No -/ -/
module
prelude
-- import No
public import Mathlib.Data.Nat import all A.«B C».D
meta import Ünï.x₁
import runtime Init
/-- import No -/
theorem t : True := trivial
import No
`
    expect(importsOf(text)).toEqual(['Mathlib.Data.Nat', 'A.B C.D', 'Ünï.x₁', 'Init'])
  })
  it.each(['', '/- without an end', 'import', 'imports A', 'moduleX\nimport A', 'module.a\nimport B'])(
    'are none in %j',
    (text) => {
      expect(importsOf(text)).toEqual([])
    },
  )
  it('are modules by the nearest root', () => {
    expect(leanModule('src/A/B.lean', ['.', 'src'])).toBe('A.B')
    expect(leanModule('C.lean', ['.', 'src'])).toBe('C')
    expect(leanModule('C.lean', ['src'])).toBeUndefined()
    expect(leanModule('src/A b.lean', ['src'])).toBeUndefined()
  })
})
