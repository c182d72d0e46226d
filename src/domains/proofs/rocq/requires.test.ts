import { describe, expect, it } from 'vitest'
import { requiredBy, requiredIn, withoutComments } from './requires.ts'

describe('what a file requires', () => {
  it('is read from its commands, in their order', () => {
    const text =
      'Require Import Arith. From Coq Require Export Lists.List (* not Lia *) Lia.\n(* Require Bad. *) Check 1. Require A.B.'
    expect(requiredIn(text)).toEqual([
      { from: undefined, name: 'Arith' },
      { from: 'Coq', name: 'Lists.List' },
      { from: 'Coq', name: 'Lia' },
      { from: undefined, name: 'A.B' },
    ])
  })

  it('has no import categories', () => {
    expect(requiredBy('Require Import -(coercions, notations) Some.Name.')).toEqual([
      { from: undefined, name: 'Some.Name' },
    ])
  })

  it('takes no longer than the text', () => {
    const many = 200_000
    expect(requiredBy(`Require Import ${'('.repeat(many)}A.`)).toEqual([{ from: undefined, name: 'A' }])
  })
})

describe('a sentence without its comments', () => {
  it('has a blank for each, whatever is nested in it', () => {
    expect(withoutComments('a(* b (* c *) d *)e(**)f')).toBe('a e f')
    expect(withoutComments('a (*) b *) c')).toBe('a   c')
  })

  it('keeps what does not end or did not begin', () => {
    expect(withoutComments('a *) b (* c (* d *) e')).toBe('a *) b (* c   e')
  })

  it('takes no longer than the text', () => {
    const deep = 200_000
    expect(withoutComments(`a${'(*'.repeat(deep)}${'*)'.repeat(deep)}b`)).toBe('a b')
    expect(withoutComments('(*'.repeat(deep))).toHaveLength(2 * deep)
  })
})
