import { describe, expect, it } from 'vitest'
import { countsOf, focusedGoals, textBounds } from './goals.ts'
import { AnswerReader } from './xml.ts'

const pp = (text: string) =>
  `<richpp><_><pp>${text.replaceAll('>', '&gt;').replaceAll(' ', '&nbsp;')}</pp></_></richpp>`
const goal = (hypotheses: readonly string[], conclusion: string) =>
  `<goal><string>1</string><list>${hypotheses.map(pp).join('')}</list>${pp(conclusion)}<option val="none"/></goal>`
const value = (goals: string, rest = '<list/><list/><list/>') =>
  new AnswerReader().push(
    Buffer.from(
      `<value val="good"><option val="some"><goals><list>${goals}</list>${rest}</goals></option></value>`,
    ),
  )[0]!

describe('goals', () => {
  it.each([
    ['n, m : nat', { names: ['n', 'm'], type: 'nat' }],
    ['H : forall x : nat, x = x', { names: ['H'], type: 'forall x : nat, x = x' }],
    ['x := 2 : nat', { names: ['x'], body: '2', type: 'nat' }],
    ['f := fun n : nat => n : nat -> nat', { names: ['f'], body: 'fun n : nat => n', type: 'nat -> nat' }],
    [
      'f := fun (a : A) (b : B) => a : A -> B -> A',
      { names: ['f'], body: 'fun (a : A) (b : B) => a', type: 'A -> B -> A' },
    ],
    ['P := forall n : nat, n = n : Prop', { names: ['P'], body: 'forall n : nat, n = n', type: 'Prop' }],
    ['x := (1 : nat) : nat', { names: ['x'], body: '(1 : nat)', type: 'nat' }],
    ['x := let y := 1 in y : nat', { names: ['x'], body: 'let y := 1 in y', type: 'nat' }],
    ["H' : x =\n     y", { names: ["H'"], type: 'x =\n     y' }],
  ])('read %j', (text, expected) => {
    expect(focusedGoals(value(goal([text], 'True')), 'full')[0]?.hypotheses).toEqual([expected])
  })

  it('are counted', () => {
    const rest = `<list><pair><list>${goal([], 'A')}</list><list>${goal([], 'B')}</list></pair></list><list>${goal([], 'C')}</list><list/>`
    expect(countsOf(value(goal([], 'D'), rest))).toEqual({ focused: 1, waiting: 2, shelved: 1, givenUp: 0 })
    expect(
      countsOf(new AnswerReader().push(Buffer.from('<value val="good"><option val="none"/></value>'))[0]!),
    ).toBeUndefined()
  })

  it('say what they do not show', () => {
    const [long] = focusedGoals(value(goal([], 'x'.repeat(textBounds.item + 5))), 'full')
    expect(long?.conclusion).toMatch(/… \(5 more characters\)$/)
    const [wide] = focusedGoals(
      value(
        goal(
          Array.from({ length: 30 }, (_, i) => `h${i} : ${'x'.repeat(9000)}`),
          'A',
        ),
      ),
      'full',
    )
    expect(wide?.hypotheses[0]).toMatchObject({
      names: ['…'],
      type: expect.stringContaining('earlier hypotheses'),
    })
    expect(wide?.hypotheses.at(-1)?.names).toEqual(['h29'])
    expect(focusedGoals(value(goal([], 'A')), 'short')[0]?.hypotheses[0]?.type).toContain('not shown')
  })
})
