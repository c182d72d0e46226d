import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coqcDisagrees } from './oracle.ts'
import { sentencesOf, skipBlanks } from './sentences.ts'
import { rocqMissing, standardLibrary } from './testing.ts'

const texts = (text: string) => [...sentencesOf(text)].map((sentence) => sentence.text)
const kinds = (text: string) => [...sentencesOf(text)].map((sentence) => sentence.kind)

describe('sentences', () => {
  it.each([
    ['- auto. + auto. ** auto. --- x.', ['-', 'auto.', '+', 'auto.', '**', 'auto.', '---', 'x.']],
    [
      '{ auto. } 2:{ auto. } [x]: { auto. } 1-2,4 : {',
      ['{', 'auto.', '}', '2:{', 'auto.', '}', '[x]: {', 'auto.', '}', '1-2,4 : {'],
    ],
    ['2: auto. all: idtac. all:(auto).', ['2: auto.', 'all: idtac.', 'all:(auto).']],
    [
      '(* a. (* b. *) "*)" c. *) Check x.(p). Check 1.5. Check Nat.add.',
      ['Check x.(p).', 'Check 1.5.', 'Check Nat.add.'],
    ],
    ['idtac "a. "" b." ; auto... auto.', ['idtac "a. "" b." ; auto...', 'auto.']],
    [
      'Notation "[ x ; .. ; y ]" := (cons x .. (cons y nil) .. ). Qed.',
      ['Notation "[ x ; .. ; y ]" := (cons x .. (cons y nil) .. ).', 'Qed.'],
    ],
    [
      '#[local] Hint Resolve x : core. Proof using All.',
      ['#[local] Hint Resolve x : core.', 'Proof using All.'],
    ],
    [
      'by case: x => [|n] //=; rewrite {1}/f -{2}(g x). move=> {}H.',
      ['by case: x => [|n] //=; rewrite {1}/f -{2}(g x).', 'move=> {}H.'],
    ],
    ['Check foo:{{ a. b. {{ c. }} }} x. y.', ['Check foo:{{ a. b. {{ c. }} }} x.', 'y.']],
    ["Check é.b. Check x1'.", ['Check é.b.', "Check x1'."]],
    ['(*) e.g. this *) exact (fun x => x *y).', ['exact (fun x => x *y).']],
    ['', []],
    ['  (* only *) \n', []],
  ])('splits %j', (text, expected) => {
    expect(texts(text)).toEqual(expected)
  })

  it.each(['auto', 'auto. idtac "x', 'auto. (* never', 'x:{{ y', 'auto.x', '(* " *)', 'auto..'])(
    'knows that %j does not end',
    (text) => {
      expect(kinds(text).at(-1)).toBe('open')
    },
  )

  it('loses nothing but blanks and comments, and comes to an end with any text', () => {
    const piece = fc.constantFrom(
      '.',
      '. ',
      '...',
      '..',
      '-',
      '{',
      '}',
      '(*',
      '*)',
      '"',
      'a',
      '2:{',
      '\n',
      ' ',
      'x:{{',
      '}}',
      '(',
      '*',
      'é',
      '1.5',
      '\u{1d54f}',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }))), (pieces) => {
        const text = pieces.join('')
        let at = 0
        for (const sentence of sentencesOf(text)) {
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text)
          const between = skipBlanks(text, at)
          expect(between < 0 ? sentence.kind : between).toBe(between < 0 ? 'open' : sentence.start)
          expect(sentence.end).toBeGreaterThan(sentence.start)
          at = sentence.end
        }
        expect([-1, text.length]).toContain(at === text.length ? at : skipBlanks(text, at))
      }),
      { numRuns: 500 },
    )
  })

  it('takes time in proportion to the text', () => {
    const text = `${'(* '.repeat(100_000)}${'*)'.repeat(100_000)} ${'- '.repeat(100_000)} ${'a.b '.repeat(200_000)}`
    const began = performance.now()
    expect([...sentencesOf(text)].length).toBe(100_001)
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe.skipIf(rocqMissing)(`sentences beside coqc -time${rocqMissing ? ` (${rocqMissing})` : ''}`, () => {
  it.each(['Init/Peano.v', 'Bool/Bool.v', 'ssr/ssrfun.v', 'Lists/ListSet.v', 'Program/Equality.v'])(
    'are those of %s',
    (path) => {
      expect(coqcDisagrees(join(standardLibrary(), path))).toBeUndefined()
    },
  )
})
