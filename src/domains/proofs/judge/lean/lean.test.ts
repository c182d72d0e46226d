import { describe, expect, it } from 'vitest'
import { endOf } from './index.ts'

const formal = { context: '', prelude: '', statement: 'theorem t : True', axioms: ['Lean.ofReduceBool'] }
const prepared = {
  context: new Map([['Context.olean', new Uint8Array()]]),
  statement: new Uint8Array(),
  version: '4',
}
const end = (...axioms: [string, string][]) =>
  endOf(
    { result: 'proved', axioms: axioms.map(([name, module]) => ({ name, module })) },
    't',
    formal,
    prepared,
  )

describe("what the judge's program for Lean finds (the program itself needs Lean)", () => {
  it("is solved on Lean's own axioms, those that the task allows and those of its context", () => {
    expect(end()).toMatchObject({ outcome: 'solved' })
    expect(
      end(
        ['propext', 'Init.Core'],
        ['Classical.choice', 'Init.Prelude'],
        ['Quot.sound', 'Init.Core'],
        ['Lean.ofReduceBool', 'Init.Core'],
        ['given', 'Context'],
      ),
    ).toMatchObject({ outcome: 'solved' })
  })

  it('is incomplete on sorry and rejected on anything else', () => {
    expect(end(['sorryAx', 'Init.Prelude'])).toMatchObject({ outcome: 'unsolved', reason: 'incomplete' })
    expect(end(['sorryAx', 'Init.Prelude'], ['no', 'Answer'])).toMatchObject({ outcome: 'rejected' })
    expect(end(['Lean.ofReduceBool', 'Answer'])).toMatchObject({ outcome: 'rejected', reason: 'axioms' })
    expect(end(['Lean.trustCompiler', 'Init.Core'])).toMatchObject({ outcome: 'rejected', reason: 'axioms' })
  })

  it('says what else is wrong', () => {
    expect(endOf({ result: 'no-theorem' }, 't', formal, prepared).reason).toBe('no-theorem')
    expect(endOf({ result: 'kernel', message: 'no' }, 't', formal, prepared).outcome).toBe('unsolved')
    expect(
      endOf({ result: 'other-statement', wanted: 'A', given: 'B' }, 't', formal, prepared).findings[0]!
        .message,
    ).toMatch(/A[\s\S]*B/)
  })
})
