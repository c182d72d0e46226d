import { describe, expect, it } from 'vitest'
import { says, wordsOf } from './description.ts'
import type { Pile } from './files.ts'
import { scan } from './scan.ts'

function words(text: string, name: string) {
  const scanned = scan(text)
  const pile: Pile = {
    texts: new Map([['a.v', text]]),
    sources: new Map([['a.v', scanned]]),
    unread: new Map(),
    beside: new Map(),
    left: [],
  }
  return wordsOf(pile, 'a.v', scanned.modules.find((module) => module.name === name)!)
}

describe('what a source says of a module', () => {
  it('is the comments before it, without licences and the forms of editors', () => {
    const found = words(
      `// Copyright (c) 2019 Somebody. All rights reserved.
// SPDX-License-Identifier: MIT

/////////////////////////////////
// Company: Acme
// Engineer: A. N. Other
// Create Date: 01/02/2003
// Description: Counts the edges
//   of its input.
// Revision 0.01 - File Created
\`timescale 1ns/1ps
module edges(input clk, input a, output reg [3:0] n);
endmodule
// Something about the next one.
module other(input a, output b); endmodule
`,
      'edges',
    )
    expect(found.text).toBe('Counts the edges\nof its input.')
    expect(found.licence).toBe('MIT')
  })

  it('is for each module what stands before it and after the last one', () => {
    const text =
      '// first\nmodule a(input x, output y); endmodule\n/* second */ module b(input x, output y); endmodule'
    expect(words(text, 'a').text).toBe('first')
    expect(words(text, 'b').text).toBe('second')
  })

  it('has the comments of ports by their names', () => {
    const { ports } = words(
      `module m (
  input        clk,   // system clock
  input  [3:0] a, /* first operand */
  output reg   busy   // high while at work
);
endmodule`,
      'm',
    )
    expect(ports).toEqual({ clk: 'system clock', a: 'first operand', busy: 'high while at work' })
  })

  it('is not kept by lines that patterns take long for', () => {
    const long = 40_000
    const missed: string[] = []
    const rows = [' ', '\t', '*', '-', '/', '/**/', ' \r', 'a', 'a[', 'a ', '[ ', ', ', '\n', ' \n']
    for (const row of rows)
      for (const [before, after] of [
        ['//', '\ra'],
        ['// a', 'a'],
        ['/*', '*/'],
        ['input a', '! // what it is'],
        ['input a; // is', '!'],
      ] as const) {
        const text = before + row.repeat(long / row.length) + after
        const source = `${text}\nmodule m (\n${text}\n); ${text}\nendmodule`
        const began = performance.now()
        if (scan(source).modules.length > 0) words(source, 'm')
        else missed.push(row)
        expect([row, before, performance.now() - began < 3000]).toEqual([row, before, true])
      }
    expect(missed).toEqual([])
  })

  it('says something only where it has more words than a name', () => {
    expect(says('ripple carry adder', 'adder')).toBe(false)
    expect(says('16 bit adder module adder 16 bit adder module', 'adder_module_bit')).toBe(false)
    expect(says('adds two numbers and gives the carry out of the highest bit', 'adder')).toBe(true)
  })
})
