import { describe, expect, it } from 'vitest'
import { readStep } from './allowed.ts'
import { axiomsIn, theoremText } from './close.ts'
import { errorOf } from './errors.ts'
import { searchProgram } from './search.ts'
import { bareStatement, declaredIn, statedIn } from './statements.ts'
import { blanked, joined, namespaceAt, splitHeader } from './text.ts'

describe("Lean's text", () => {
  it.each([
    ['a -- b\nc', 'a     \nc'],
    ['a /- b /- c -/ -/ d', `a ${' '.repeat(15)} d`],
    ['f "a -- \\" b" x', 'f             x'],
    ['f r#"a " b"# x', 'f            x'],
    ["f' 'x' h' '\\n' '\"'", "f'     h'         "],
  ])('has its comments and strings blanked: %j', (text, plain) => {
    const read = blanked(text)
    expect(read.ok && read.text.trimEnd()).toBe(plain.trimEnd())
    expect(read.ok && read.text).toHaveLength(text.length)
  })

  it.each(['/- a /- b -/', '"a', 'r#"a"'])('says what does not end: %j', (text) => {
    expect(blanked(text).ok).toBe(false)
  })

  it('is split behind its imports, which come first where texts are joined', () => {
    const file = '/- words -/\nimport A.B\nimport C -- why\n\nopen C\ntheorem x : True := trivial'
    expect(splitHeader(file)).toEqual({
      header: '/- words -/\nimport A.B\nimport C',
      rest: expect.stringContaining('open C'),
    })
    expect(splitHeader('open C')).toEqual({ header: '', rest: 'open C' })
    expect(joined(['import A\nopen A', 'import B\nimport A\ndef x := 1', ''])).toBe(
      'import A\nimport B\n\nopen A\n\ndef x := 1',
    )
  })

  it('knows which namespaces are open', () => {
    expect(namespaceAt('namespace A\nsection\nnamespace B.C\n-- end\n')).toEqual(['A', 'B.C'])
    expect(namespaceAt('namespace A\nsection X\nend X\nend A')).toEqual([])
  })
})

describe('statements', () => {
  it('are found in a stub, with their words', () => {
    const stub =
      'import A\nnamespace N\n/-- `sorry`: a word -/\n@[simp] theorem N.a\'₁ (n : Nat)\n  (h : n = "sorry".length) : n = n := by\n  sorry\nend N\n'
    expect(statedIn(stub)).toEqual({
      name: "N.a'₁",
      before: 'import A\nnamespace N',
      statement:
        '/-- `sorry`: a word -/\n@[simp] theorem N.a\'₁ (n : Nat)\n  (h : n = "sorry".length) : n = n',
      after: 'end N',
    })
    const worded = statedIn('/-- of c -/ def c := 1\n/-- of d,\nin two lines -/\ntheorem d : True := sorry')
    expect(worded).toMatchObject({
      before: '/-- of c -/ def c := 1',
      statement: '/-- of d,\nin two lines -/\ntheorem d : True',
    })
    expect(statedIn('/- no words -/\ntheorem e : True := sorry')).toMatchObject({ before: '/- no words -/' })
    expect(statedIn('theorem a : True := trivial')).toBeUndefined()
    expect(statedIn('-- theorem a : True := sorry')).toBeUndefined()
    expect(statedIn('lemma b : True := sorry')).toMatchObject({ name: 'b', statement: 'lemma b : True' })
  })

  it.each([
    ['theorem a : True := by sorry', 'theorem a : True'],
    ['theorem a : True :=\n  sorry  ', 'theorem a : True'],
    ['theorem a : True := by', 'theorem a : True'],
    ['theorem a : (x : Nat := 1) → True', 'theorem a : (x : Nat := 1) → True'],
  ])('lose a proof that is none: %j', (text, bare) => {
    expect(bareStatement(text)).toBe(bare)
  })

  it('have names, but for examples', () => {
    expect(declaredIn('theorem «a b».c : True')).toEqual({ name: '«a b».c' })
    expect(declaredIn('example : True')).toEqual({})
    expect(declaredIn('axiom a : False')).toBeUndefined()
    expect(declaredIn('theorem')).toBeUndefined()
  })
})

describe('steps', () => {
  const sent = (tactic: string) => {
    const read = readStep(tactic)
    return read.ok ? read.sent : read.message
  }
  it.each([
    ['  intro x', 'intro x'],
    ['intro x\nsimp', '(intro x\n simp)'],
    ['intro x; simp', '(intro x; simp)'],
    ['constructor <;> simp', 'constructor <;> simp'],
    [
      'induction x with\n| zero => rfl\n| succ n ih =>\n  simp',
      'induction x with\n| zero => rfl\n| succ n ih =>\n  simp',
    ],
    ['  constructor\n  · rfl\n  · simp -- end', '(constructor\n · rfl\n · simp -- end\n)'],
    ['have h : True := by\n  trivial', 'have h : True := by\n  trivial'],
  ])('are put in parentheses where they are several: %j', (tactic, expected) => {
    expect(sent(tactic)).toBe(expected)
  })

  it('name the word where Lean says it is wrong', () => {
    const at = (tactic: string, place: string) => {
      const read = readStep(tactic)
      if (!read.ok) throw new Error(read.message)
      const error = errorOf(`Lean error:\n<input>:${place}: wrong`, tactic, read)
      return error.at && tactic.slice(...error.at)
    }
    expect(at('exat 42', '1:1')).toBe('exat')
    expect(at('\n  intro x\n  zap y', '2:1')).toBe('zap')
    expect(at('𝕜 zap', '1:2')).toBe('zap')
    expect(at('intro x', '9:9')).toBeUndefined()
  })
})

describe('what is said and asked of a theorem', () => {
  it('has its axioms', () => {
    expect(axiomsIn("'a' does not depend on any axioms")).toEqual([])
    expect(axiomsIn("'a' depends on axioms: [propext,\n Classical.choice]")).toEqual([
      'propext',
      'Classical.choice',
    ])
    expect(axiomsIn('unknown constant')).toBeUndefined()
  })

  it('is written as in a file', () => {
    expect(
      theoremText({ statement: 'theorem a : True', script: ['intro x', 'cases x with\n| a => rfl'] }),
    ).toBe('theorem a : True := by\n  intro x\n  cases x with\n  | a => rfl')
  })

  it('is searched for by a program that takes texts as texts', () => {
    const program = searchProgram({ by: 'words', text: 'ADD "x" \\n «MOST»', most: 3 }, true)
    expect(program).toContain('words : List String := ["add", "\\"x\\"", "\\\\n", "«most»"]')
    expect(program).toContain('most : Nat := 3')
    expect(program).not.toMatch(/«[A-Z]+»/)
  })
})
