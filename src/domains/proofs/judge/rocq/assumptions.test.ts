import { describe, expect, it } from 'vitest'
import { axiomsIn, readAssumptions, readSummary, unsafeIn } from './assumptions.ts'

const summary = (axioms: string, guard = ' <none>') => `
CONTEXT SUMMARY
===============

* Theory: Set is predicative
  
* Axioms:${axioms}
  
* Constants/Inductives relying on type-in-type: <none>
  
* Constants/Inductives relying on unsafe (co)fixpoints:${guard}
  
`

describe('the summary of coqchk', () => {
  it('is read by headings', () => {
    const read = readSummary(summary('\n    Coq.A.b\n    Answer.c'))!
    expect(axiomsIn(read)).toEqual(['Coq.A.b', 'Answer.c'])
    const clean = readSummary(summary(' <none>'))!
    expect(unsafeIn(read, clean)).toEqual([])
    expect(unsafeIn(readSummary(summary(' <none>', '\n    Answer.bad'))!, clean)).toEqual([
      'Constants/Inductives relying on unsafe (co)fixpoints: Answer.bad',
    ])
  })

  it('is refused where names have lines of it in them', () => {
    expect(readSummary('')).toBeUndefined()
    expect(readSummary(summary('\n    Answer.c\n* Axioms: <none>'))).toBeUndefined()
    expect(readSummary(summary('\n    Answer.c\nand so on'))).toBeUndefined()
    expect(readSummary(`${summary(' <none>')}${summary(' <none>')}`)).toBeUndefined()
  })
})

describe('what Print Assumptions says', () => {
  it('is closed, or a list of names with types of any length', () => {
    expect(readAssumptions('Closed under the global context\n')).toEqual({ axioms: [], others: [] })
    expect(
      readAssumptions(
        'Axioms:\nA.b : False\nused in x to prove\n n = n\nlong\n  : forall P : Prop,\n    P\n',
      ),
    ).toEqual({ axioms: ['A.b', 'long'], others: [] })
  })

  it('concludes nothing from silence, and keeps what it does not know', () => {
    expect(readAssumptions('').others).toHaveLength(1)
    expect(readAssumptions('Closed under the global context\nAxioms:\nA.b : False').others).toHaveLength(1)
    expect(readAssumptions('Axioms:\nx is assumed to be guarded.').others).toEqual([
      'x is assumed to be guarded.',
    ])
  })
})
