import { rm } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { textOf } from '../../../../core/files.ts'
import { miniF2F } from '../minif2f.ts'
import { proofNet } from '../proofnet.ts'
import { directoryOf, taskOf } from '../testing.ts'
import { scanLean } from './scan.ts'

const file = `import Mathlib
import Own.Basics
/-! # A file /- nested -/ with theorem words -/
open Nat Real
set_option maxHeartbeats 0
noncomputable section

def twice (n : ℕ) := n + n

namespace Numbers
variable (k : ℕ)
/-- Twice \`n\` is even: "sorry". -/
@[simp] theorem even_twice (n : ℕ) (h : n = (let m := 1; m)) : Even (twice n) :=
  by sorry -- theorem not : False := sorry

lemma proved : 1 = 1 := rfl
instance data : Inhabited ℕ := sorry
end Numbers

theorem later {x : ℕ} (h : x > 0) :
    x ≠ 0 := by
  have : x > 0 := h
  sorry
private theorem hidden : True := sorry
example : True := sorry
`

describe('a Lean file', () => {
  it('has its holes with what is in force at them, and says what is no theorem', () => {
    const { holes, others, imports, broken } = scanLean(file)
    expect(broken).toBe(false)
    expect(imports).toEqual(['Mathlib', 'Own.Basics'])
    const [even, later] = holes
    expect(holes).toHaveLength(2)
    expect(even).toMatchObject({ name: 'Numbers.even_twice', informal: 'Twice `n` is even: "sorry".' })
    expect(even!.statement).toBe(
      '@[simp] theorem even_twice (n : ℕ) (h : n = (let m := 1; m)) : Even (twice n)',
    )
    expect(even!.prelude).toMatch(
      /^import Mathlib\nimport Own\.Basics\nimport Context\nopen Nat Real\n[\s\S]*namespace Numbers\nvariable/,
    )
    expect(even!.context).toContain('def twice')
    expect(even!.prelude).not.toContain('def twice')
    expect(later).toMatchObject({
      name: 'later',
      statement: 'theorem later {x : ℕ} (h : x > 0) :\n    x ≠ 0',
    })
    expect(later!.context).not.toContain('even_twice')
    expect(later!.context).toContain('lemma proved')
    expect(others.map(({ kind, line }) => [kind, line])).toEqual([
      ['not-a-theorem', 17],
      ['private', 24],
      ['not-a-theorem', 25],
    ])
  })

  it('is told broken where a comment does not end', () => {
    expect(scanLean('theorem a : True := sorry\n/- theorem b : True := sorry')).toMatchObject({
      broken: true,
      holes: [{ name: 'a' }],
    })
  })
})

let root = 'none'
afterEach(() => rm(root, { recursive: true, force: true }))

describe('miniF2F and ProofNet', () => {
  it('are read from the files of a Lake project, split by their names', async () => {
    root = await directoryOf({
      'lakefile.lean': 'import Lake',
      'Own/Basics.lean': 'def base := 1',
      'Own/Test/a.lean': 'import Mathlib\nimport Own.Basics\n\ntheorem a : base = 1 := by sorry',
      'Own/Valid.lean': 'import Mathlib\ntheorem b : True := sorry\ntheorem c : True :=\nsorry\n',
    })
    const suite = await miniF2F.load(root, { errata: false })
    expect(suite.tasks.map(({ id, category }) => [id, category])).toEqual([
      ['Own.Test.a', 'test'],
      ['Own.Valid.b', 'valid'],
      ['Own.Valid.c', 'valid'],
    ])
    expect((await miniF2F.load(root, { errata: false, variant: 'test' })).tasks).toHaveLength(1)
    const { brief, key } = await taskOf(suite, 'Own.Test.a')
    expect([...brief.files.keys()]).toEqual(['Own/Basics.lean', 'Answer.lean'])
    expect(textOf(brief.files, 'Answer.lean')).toBe(
      'import Mathlib\nimport Own.Basics\n\ntheorem a : base = 1 := by\n  sorry\n',
    )
    expect(key).toMatchObject({ theorem: 'a', formal: { lean: { statement: 'theorem a : base = 1' } } })
  })

  it('are read from rows too, which have words', async () => {
    const row = (more: object) =>
      JSON.stringify({ name: 'x1', split: 'test', header: 'import Mathlib\nopen Nat', ...more })
    root = await directoryOf({
      'data.jsonl': [
        row({ formal_statement: 'theorem x1 : 1 + 1 = 2 := by', informal_prefix: '/-- One and one. -/\n' }),
        row({
          name: 'x2',
          formal_statement: 'theorem x2 : True := sorry',
          informal_stmt: 'True.\n\\begin{proof}no\\end{proof}',
        }),
        row({ formal_statement: 'instance : Inhabited Nat := sorry' }),
        '{"name": 3}',
        'not json',
      ].join('\n'),
    })
    const suite = await proofNet.load(root, { errata: false })
    expect(suite.tasks.map(({ id, title, category }) => [id, title, category])).toEqual([
      ['x1', 'One and one.', 'test'],
      ['x2', 'True.', 'test'],
    ])
    expect(suite.unavailable!.map(({ kind }) => kind)).toEqual(['not-a-theorem', 'broken', 'broken'])
    expect((await taskOf(suite, 'x1')).key.formal.lean).toMatchObject({
      prelude: 'import Mathlib\nopen Nat',
      statement: 'theorem x1 : 1 + 1 = 2',
    })
    await expect(proofNet.load(root, { errata: false, variant: 'valid' })).rejects.toMatchObject({
      code: 'no-split',
    })
  })

  it('in Lean 3 are refused in words, and in Rocq are read', async () => {
    root = await directoryOf({ 'leanpkg.toml': '[package]', 'src/test.lean': 'theorem a : true := sorry' })
    await expect(miniF2F.load(root, { errata: false })).rejects.toThrow(/Lean 3.*Lean 4 ports: https/)
    await rm(root, { recursive: true })
    root = await directoryOf({
      'test/a.v': 'Theorem a : True. Admitted.',
      'valid/b.v': 'Theorem b : True.\nProof.\n',
    })
    const suite = await miniF2F.load(root, { errata: false, variant: 'valid' })
    expect(suite).toMatchObject({ name: 'minif2f-rocq-valid', tasks: [{ id: 'valid.b' }] })
  })
})
