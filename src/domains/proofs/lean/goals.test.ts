import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goalOf } from './goals.ts'

describe('a goal as Lean prints it', () => {
  it.each([
    ['⊢ 1 = 1', { hypotheses: [], conclusion: '1 = 1' }],
    [
      'case succ.inl\nn✝ m : ℕ\ninst✝¹ : Group G\nh₁ : n✝ = m\n⊢ n✝ + 1 =\n    m + 1',
      {
        name: 'succ.inl',
        hypotheses: [
          { names: ['n✝', 'm'], type: 'ℕ' },
          { names: ['inst✝¹'], type: 'Group G' },
          { names: ['h₁'], type: 'n✝ = m' },
        ],
        conclusion: 'n✝ + 1 = m + 1',
      },
    ],
    [
      'x : ℕ := 3\nf : ℕ → ℕ := fun y => y\n⊢ True',
      {
        hypotheses: [
          { names: ['x'], type: 'ℕ', body: '3' },
          { names: ['f'], type: 'ℕ → ℕ', body: 'fun y => y' },
        ],
        conclusion: 'True',
      },
    ],
    [
      'h :\n  ∀ (aLongName : ℕ),\n    aLongName = 3\nthis : (x : ℕ := 1) → x = 1\n⊢ False',
      {
        hypotheses: [
          { names: ['h'], type: '∀ (aLongName : ℕ), aLongName = 3' },
          { names: ['this'], type: '(x : ℕ := 1) → x = 1' },
        ],
        conclusion: 'False',
      },
    ],
    [
      'h : s = "⊢ a : b := c"\nk : let y := 2;\n  y = 2\n«a : b» c : Prop\n⊢ let z := 1;\n  z = 1',
      {
        hypotheses: [
          { names: ['h'], type: 's = "⊢ a : b := c"' },
          { names: ['k'], type: 'let y := 2;\n  y = 2' },
          { names: ['«a : b»', 'c'], type: 'Prop' },
        ],
        conclusion: 'let z := 1;\n  z = 1',
      },
    ],
    ['x : ℕ\n| x + 0', { hypotheses: [{ names: ['x'], type: 'ℕ' }], conclusion: 'x + 0' }],
    ['no goals', { hypotheses: [], conclusion: 'no goals' }],
    ['', { hypotheses: [], conclusion: '' }],
  ])('is taken apart: %j', (text, goal) => {
    expect(goalOf(text)).toEqual(goal)
  })

  it('is quick and never fails, whatever stands in it', () => {
    const part = fc.constantFrom(
      '⊢ ',
      'case ',
      ' : ',
      ':=',
      '\n',
      '  ',
      'x',
      '"',
      '«',
      '(',
      ')',
      'let ',
      '| ',
      '\\',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        expect(typeof goalOf(parts.join('')).conclusion).toBe('string')
      }),
    )
    const strings = `x : ${'"\\'.repeat(200_000)}`
    const long = `${strings}\n${'a '.repeat(200_000)}\n${'(let x :='.repeat(20_000)}\n${'"'.repeat(5000)}\n⊢ ${'⊢ '.repeat(100_000)}${' '.repeat(200_000)}.`
    const start = performance.now()
    goalOf(long)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
