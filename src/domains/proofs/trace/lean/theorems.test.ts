import { describe, expect, it } from 'vitest'
import { Offsets } from '../offsets.ts'
import { foundSchema } from './found.ts'
import { BadPlace } from './places.ts'
import { Answer } from './testing/fake-lean.ts'
import { theoremsOf } from './theorems.ts'

const text = `-- größer: 𝔸
namespace N
theorem one (n : Nat) : n + 0 = n := by
  induction n with
  | zero => rfl
  | succ n ih => simp [Nat.add_zero]
lemma two : True := trivial
def three : Nat := 3
end N
`
const answer = () =>
  new Answer(text)
    .declaration(
      'theorem one (n : Nat) : n + 0 = n',
      ':= by\n  induction n with\n  | zero => rfl\n  | succ n ih => simp [Nat.add_zero]',
      'one',
      'N.one',
    )
    .declaration('lemma two : True', ':= trivial', 'two', 'N.two')
    .declaration('def three : Nat', ':= 3', 'three', 'N.three', 'def')
    .step('rfl', ['0 + 0 = 0'], [])
    .step('induction n with\n  | zero => rfl\n  | succ n ih => simp [Nat.add_zero]', ['n + 0 = n'], [])
    .step('simp [Nat.add_zero]', ['n + 1 + 0 = n + 1'], [])
    .use('Nat', 0, 'Nat', 'inductive', 'Init.Prelude')
    .use('Nat.add_zero', 0, 'Nat.add_zero', 'theorem', 'Init.Core')
    .use('trivial', 0, 'trivial', 'theorem', 'Init.Prelude')

const read = (document: unknown) => {
  const found = foundSchema.parse(document)
  if (!found.header) throw new Error('it has no header')
  const facts = { file: 'A.lean', module: 'A', text, offsets: new Offsets(text), placeOf: () => undefined }
  return theoremsOf(facts, found)
}

describe("what Lean's program says of a file (its answers are written by hand)", () => {
  it('is theorems with steps within steps', () => {
    const { theorems, definitions } = read(answer().document)
    expect(theorems.map(({ name, head, statement }) => [name, head, statement])).toEqual([
      ['N.one', 'theorem', 'theorem one (n : Nat) : n + 0 = n'],
      ['N.two', 'lemma', 'lemma two : True'],
    ])
    const [one, two] = theorems
    expect(one!.steps.map(({ tactic }) => tactic.slice(0, 9))).toEqual(['induction', 'rfl', 'simp [Nat'])
    expect(one!.steps.map(({ before, after }) => [before, after])).toEqual([
      [0, 1],
      [2, 1],
      [3, 1],
    ])
    expect(one!.states[0]!.goals[0]!.conclusion).toBe('n + 0 = n')
    expect(one!.premises.map(({ name }) => name)).toEqual(['Nat', 'Nat.add_zero'])
    expect(one!.statementPremises).toEqual([0])
    expect(one!.steps.map(({ premises }) => premises)).toEqual([[1], [], [1]])
    expect(one!.endingPremises).toEqual([])
    expect(one!.dependencies).toEqual(['Nat.add_zero'])
    expect(two).toMatchObject({ ending: ':= trivial', steps: [], states: [], endingPremises: [0] })
    for (const { span, statement } of theorems) expect(text.slice(span.start, span.end)).toBe(statement)
    expect(definitions.map(({ name, kind }) => [name, kind])).toContainEqual(['N.three', 'def'])
    expect(text.slice(definitions[2]!.sentence!.start, definitions[2]!.sentence!.end)).toBe(
      'def three : Nat := 3',
    )
  })

  it('leaves out what has an error, and knows what has holes', () => {
    const wrong = answer()
    wrong.document.errors.push({ line: 5, message: 'no' })
    expect(read(wrong.document).theorems.map(({ name }) => name)).toEqual(['N.two'])
    const holes = answer()
    Object.assign(holes.document.declarations[1]!, { incomplete: true })
    expect(read(holes.document).theorems.map(({ proved }) => proved)).toEqual([true, false])
  })

  it('is not believed where it cannot be so', () => {
    const outside = answer()
    outside.document.steps.push({ start: 5, end: 10_000, before: [], after: [] })
    expect(() => read(outside.document)).toThrow(BadPlace)
    const backwards = answer()
    backwards.document.uses.push({ start: 9, end: 3, name: 'x', kind: 'def', module: '' })
    expect(() => read(backwards.document)).toThrow(BadPlace)
    const twice = answer()
    twice.document.declarations.push(twice.document.declarations[0]!)
    expect(() => read(twice.document)).toThrow('overlaps')
    expect(() => read({ ...answer().document, steps: [{ start: -1 }] })).toThrow()
  })

  it('costs little whatever it says', () => {
    const { start, end } = answer().at(text.slice(text.indexOf('induction'), text.indexOf('\nlemma')))
    const many = answer()
    for (let count = 0; count < 20_000; count++) {
      many.document.steps.push({ start, end, before: [], after: [] })
      many.document.uses.push({ start, end, name: `n${count}`, kind: 'def', module: '' })
    }
    const begun = performance.now()
    expect(() => read(many.document)).toThrow('too much')
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})
