import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerReader, escaped, Malformed, unsendable } from './xml.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => new AnswerReader().push(bytes(text))

describe('answers', () => {
  it('are elements with their texts; markup of a text is dropped, its spaces kept', () => {
    const [answer] = read(
      '<value val="good"><richpp><_><pp>n,&nbsp;m&nbsp;:&nbsp;<constr.variable>na</constr.variable> t\n&lt;&amp;&quot;&apos;&gt;&#60;</pp></_></richpp><int>3</int></value>',
    )
    expect(answer).toMatchObject({ tag: 'value', attributes: { val: 'good' } })
    expect(answer?.children.map(({ text }) => text)).toEqual(['n, m : nat\n<&"\'>&#60;', '3'])
  })

  it('come out the same however they are cut', () => {
    const text =
      'Skipping.\n<feedback object="state" route="0"><state_id val="4"/></feedback><value val="fail" loc_s="1" loc_e="4"><state_id val="8"/><richpp><_><pp>é&nbsp;\u{1d54f}&lt;</pp></_></richpp></value>noise<value val="a\\"b>"/>'
    const whole = read(text)
    expect(whole).toHaveLength(3)
    fc.assert(
      fc.property(fc.array(fc.nat(Buffer.byteLength(text))), (cuts) => {
        const ends = [...cuts, Buffer.byteLength(text)].sort((a, b) => a - b)
        const reader = new AnswerReader()
        const all = bytes(text)
        expect(ends.flatMap((end, index) => reader.push(all.subarray(ends[index - 1] ?? 0, end)))).toEqual(
          whole,
        )
      }),
    )
  })

  it.each([
    ['<value><a></b></value>', 'closes'],
    ['<value><richpp><b></c></richpp></value>', 'closes nothing'],
    ['<value>< x></value>', 'no tag'],
  ])('that are wrong are refused: %s', (text, why) => {
    expect(() => read(text)).toThrow(Malformed)
    expect(() => read(text)).toThrow(why)
  })

  it('are bounded in length and depth', () => {
    const bounds = { characters: 1000, depth: 10 }
    expect(() => new AnswerReader(bounds).push(bytes(`<value>${'x'.repeat(2000)}`))).toThrow('more than 1000')
    expect(() => new AnswerReader(bounds).push(bytes(`<value>${'<a>'.repeat(20)}`))).toThrow('deeper')
  })

  it('keep bytes that are no UTF-8 from doing harm, and plain lines between them', () => {
    const invalid = Uint8Array.of(...bytes('<value>'), 0xff, 0xfe, ...bytes('</value>'))
    expect(new AnswerReader().push(invalid)[0]?.text).toBe('��')
    expect(read('a < b and > c\n</value><x/><value/>')).toHaveLength(1)
  })
})

describe('texts that are sent', () => {
  it('come back from an answer as they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!unsendable(text) && !text.includes(' '))
        expect(read(`<value>${escaped(text)}</value>`)[0]?.text).toBe(text)
      }),
    )
  })

  it.each(['\0', 'a\u0007', '\ud800', 'x\udc00y', '\uffff', '\x7f'])(
    'must be whole characters: %j',
    (text) => {
      expect(unsendable(text)).toContain('U+')
    },
  )
})
