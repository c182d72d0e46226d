import { describe, expect, it } from 'vitest'
import { capitalTactic, contextRisk, readQuestion, readStep } from './allowed.ts'
import { sentencesOf } from './sentences.ts'

describe('steps', () => {
  it.each([
    'auto.',
    '- intros.',
    '{',
    '2:{',
    '}',
    'all: auto.',
    '2: { auto. }',
    '[> auto | idtac ].',
    '(auto; auto).',
    '_x.',
    'Proof.',
    'Proof using All.',
    'Proof with auto.',
    'Unshelve.',
    'Grab Existential Variables.',
    'Existential 1 := I.',
    'Fail auto.',
    'Time Timeout 5 auto.',
    'Check x. auto.',
    'Search "add".',
    'Show.',
    '(* c *) intros. (* Qed. *)',
    'idtac "Qed.".',
    'auto...',
    'Focus 2.',
    'é.',
  ])('may be %s', (text) => {
    expect(readStep(text)).toMatchObject({ ok: true })
  })

  it.each([
    'Qed.',
    'Defined.',
    'Admitted.',
    'Abort.',
    'Save x.',
    'Proof I.',
    'Require Import Lia.',
    'From Coq Require Import Lia.',
    'Set Printing All.',
    'Unset Guard Checking.',
    'Redirect "x" auto.',
    'Time Redirect "x" auto.',
    'Fail Fail Qed.',
    'Extraction "x" nat.',
    'Declare ML Module "x".',
    'Load "x".',
    'Drop.',
    'Quit.',
    'Back 2.',
    'BackTo 1.',
    'Undo.',
    'Restart.',
    'Reset Initial.',
    'Axiom a : False.',
    'Cd "/".',
    'Local Set Printing All.',
    '#[local] Hint Resolve x : core.',
    'auto. Qed.',
    '2: Qed.',
    'all: (* x *) Admitted.',
    '(* x *) Qed.',
    '- Abort.',
    'Print Universes "x".',
    'Lemma x : True.',
    'Timeout 5 Qed.',
    'Ltac x := auto.',
    'Notation "x" := y.',
    'Hint Resolve x : core.',
    'Optimize Proof.',
    'Add LoadPath "x".',
    'Ltac2 Eval 1.',
    'Instructions Qed.',
    'Comments x.',
    '',
    '  ',
    '(* x *)',
    'auto',
    'auto. (* x',
    'idtac "x.',
    'a\0.',
    '\ud800.',
  ])('must not be %j', (text) => {
    expect(readStep(text)).toMatchObject({ ok: false })
  })

  it('may be a tactic with a capital letter only where the prover knows it', () => {
    const [sentence] = sentencesOf('all: Crush x.')
    expect(capitalTactic(sentence!)).toBe('Crush')
  })

  it('are read in a time that grows with them', () => {
    const before = performance.now()
    readStep(`1${' '.repeat(200_000)}x.`)
    expect(performance.now() - before).toBeLessThan(2000)
  })

  it('may have at most so many characters', () => {
    expect(readStep(`idtac "${'x'.repeat(10_000_000)}".`)).toMatchObject({
      ok: false,
      message: expect.stringContaining('characters'),
    })
  })
})

describe('questions', () => {
  it.each([
    'Check x',
    'Print Assumptions x.',
    'About x.',
    'Search (_ + 0).',
    'Locate "+".',
    'Compute 1 + 1.',
  ])('may be %s', (text) => {
    expect(readQuestion(text)).toMatchObject({ ok: true })
  })
  it.each([
    'Qed.',
    'Check x. Check y.',
    'Print Universes "x".',
    'auto.',
    'Redirect "x" Check y.',
    '',
    'Check (* x',
  ])('must not be %j', (text) => {
    expect(readQuestion(text)).toMatchObject({ ok: false })
  })
})

describe('contexts', () => {
  it.each([
    ['Require Import Lia.', 'none'],
    ['Definition x := 1.', 'none'],
    ['auto.', 'none'],
    ['-', 'none'],
    ['Redirect "x" Check y.', 'doubtful'],
    ['Time Redirect "x" Check y.', 'doubtful'],
    ['Cd "x".', 'doubtful'],
    ['Declare ML Module "x".', 'doubtful'],
    ['Add LoadPath "x".', 'doubtful'],
    ['Extraction "x" nat.', 'doubtful'],
    ['Unheard of.', 'doubtful'],
    ['#[global] Load "x".', 'doubtful'],
    ['Back 2.', 'refused'],
    ['Fail Reset x.', 'refused'],
    ['Quit.', 'refused'],
    ['Drop.', 'refused'],
  ] as const)('%s: %s', (text, risk) => {
    expect([...sentencesOf(text)].map(contextRisk)).toEqual([risk])
  })
})
