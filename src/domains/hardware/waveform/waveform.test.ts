import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../core/errors.ts'
import { readVcd, signalsIn, windowSvg, windowText } from './index.ts'

const header = `$date today $end
$timescale 1 ns $end
$scope module bench $end
$var reg 1 ! clk $end
$var wire 8 " count [7:0] $end
$scope module top $end
$var wire 8 " q [7:0] $end
$var wire 1 # en $end
$var wire 1 $ count $end
$upscope $end
$upscope $end
$enddefinitions $end
`
const body = `$dumpvars 0! bx " z# x$ $end
#5 1! b10 "
#10 0! $comment 1# is no change $end
#15 1! b1x01 "
#20 0! bz "
#25 1! b11111111 " 1#
`
const vcd = header + body

describe('a value change dump', () => {
  it('is read by tokens, with x and z extended to the width', () => {
    const { timescale, signals, end } = readVcd(vcd)
    expect(timescale).toBe('1ns')
    expect(end).toBe(25)
    expect(signals.map(({ name }) => name)).toEqual([
      'bench.clk',
      'bench.count',
      'bench.top.q',
      'bench.top.en',
      'bench.top.count',
    ])
    expect(signals[1]?.changes).toEqual([
      { time: 0, value: 'xxxxxxxx' },
      { time: 5, value: '00000010' },
      { time: 15, value: '00001x01' },
      { time: 20, value: 'zzzzzzzz' },
      { time: 25, value: '11111111' },
    ])
    expect(signals[3]?.changes).toEqual([
      { time: 0, value: 'z' },
      { time: 25, value: '1' },
    ])
  })

  it('gives the value that holds where a window begins', () => {
    const [count] = readVcd(vcd, { signals: ['count'], from: 12, to: 20 }).signals
    expect(count).toMatchObject({ name: 'bench.count', width: 8 })
    expect(count?.changes).toEqual([
      { time: 12, value: '00000010' },
      { time: 15, value: '00001x01' },
      { time: 20, value: 'zzzzzzzz' },
    ])
  })

  it('is chosen from by names, scopes and stars', () => {
    const names = (...signals: string[]) => readVcd(vcd, { signals }).signals.map(({ name }) => name)
    expect(names('count')).toEqual(['bench.count'])
    expect(names('top.count')).toEqual(['bench.top.count'])
    expect(names('top.*')).toEqual(['bench.top.q', 'bench.top.en', 'bench.top.count'])
    expect(names('*k', 'clk')).toEqual(['bench.clk'])
    expect(() => names('nothing')).toThrow(/no signal nothing; it has: bench.clk/)
  })

  it.each([
    ['nothing', ''],
    ['no end of its header', '$scope module a $end'],
    ['a width of no use', '$var wire x ! a $end $enddefinitions $end'],
    ['time that goes back', `${header}#5 1! #4 0!`],
    ['a time that is none', `${header}#5e400`],
    ['words that mean nothing', `${header}hello`],
    ['scopes without end', '$scope module a $end\n'.repeat(300)],
  ])('is refused with %s', (_, text) => {
    expect(() => readVcd(text)).toThrow(UsageError)
  })

  it('may end in the middle of a value or a comment', () => {
    for (const end of ['bx01', '$comment for ever']) expect(readVcd(`${header}#5 1! ${end}`).end).toBe(5)
  })

  it('stops at so many changes, and says so', () => {
    const changes = Array.from({ length: 300_000 }, (_, time) => `#${time}\n${time % 2}!`).join('\n')
    const started = performance.now()
    expect(readVcd(header + changes)).toMatchObject({ cut: true })
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('never makes the reader fail in any other way', () => {
    const pieces = [
      '$var wire 1 ! a $end',
      '$enddefinitions $end',
      '#1',
      '#',
      '1!',
      'b',
      'bx01 !',
      '$end',
      '\n',
      '$dumpoff',
    ]
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())), (words) => {
        try {
          windowText(words.join(' '))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(UsageError)
        }
      }),
    )
  })
})

describe('a window as text', () => {
  it('has a row a change, buses in hexadecimal, x and z as they are', () => {
    expect(
      windowText(vcd, { signals: ['clk', 'count', 'en'] }),
    ).toBe(`Time in 1ns, buses in hexadecimal, a row a change.
time clk count[7:0] en
   0   0          x  z
   5   1         02  z
  10   0         02  z
  15   1         0X  z
  20   0          z  z
  25   1         ff  1`)
  })

  it('has a row an edge, with what the edge sees', () => {
    expect(
      windowText(vcd, { signals: ['count'], clock: 'clk', to: 15 })
        .split('\n')
        .slice(1),
    ).toEqual(['time count[7:0]', '   5          x', '  15         02'])
  })

  it('says what it leaves out', () => {
    expect(windowText(vcd, { rows: 2 })).toContain('(4 more rows; give a later "from")')
    expect(windowText(vcd, { from: 100 })).toContain('100')
    expect(() => windowText(vcd, { from: 5, to: 4 })).toThrow(UsageError)
  })
})

describe('a window as a picture', () => {
  it('is SVG with a lane for each signal, x hatched and z in the middle', () => {
    const { document } = parseHTML(windowSvg(vcd, { signals: ['clk', 'count', 'en'], title: 'count' }))
    const text = [...document.querySelectorAll('text')].map((each) => each.textContent)
    expect(text).toEqual(expect.arrayContaining(['clk', 'count[7:0]', 'en', '02', '0X', 'ff', '25']))
    const times = text.slice(text.indexOf('0'), text.indexOf('25') + 2)
    expect(times).toEqual(['0', '5', '10', '15', '20', '25', '\u200b'])
    const used = [...document.querySelectorAll('use')].map((each) => each.getAttribute('xlink:href'))
    expect(used.some((brick) => /^#x/.test(brick ?? ''))).toBe(true)
    expect(used.some((brick) => /^#z/.test(brick ?? ''))).toBe(true)
  })

  it('takes no markup from names', () => {
    const hostile = vcd.replace('count [7:0]', '\\<script>alert(1)</script>&"<b>')
    expect(windowSvg(hostile)).not.toContain('<script')
    expect(windowSvg(hostile, { title: '<img src=x>' })).not.toContain('<img')
  })

  it('does not depend on the one before', () => {
    const first = windowSvg(vcd, { signals: ['clk'] })
    windowSvg(vcd, { title: 'another' })
    expect(windowSvg(vcd, { signals: ['clk'] })).toBe(first)
  })
})

it('names its signals', () => {
  expect(signalsIn(vcd)[1]).toEqual({ name: 'bench.count', width: 8 })
})
