import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { tokenize } from '../tokens.ts'
import { forYosys } from './frontend.ts'
import { compared, type Pair } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const rewritten = (text: string) => forYosys(tokenize(text)).replace(/\s+/g, ' ').trim()

describe('the text', () => {
  it.each([
    ['always_comb o = a;', 'always @* o = a;'],
    ['always_latch if (e) o = a;', 'always @* if (e) o = a;'],
    ['always_ff @(posedge clk) q <= d;', 'always @(posedge clk) q <= d;'],
    ['always @(*) o = a;', 'always @(*) o = a;'],
    ['(* full_case, parallel_case *) case (s)', 'case (s)'],
    ['assign o = a * (b * c);', 'assign o = a * (b * c);'],
    ['unique case (s)', 'case (s)'],
    ['priority if (a)', 'if (a)'],
  ])('%s becomes %s', (from, to) => expect(rewritten(from)).toBe(to))

  it('has no comments, which yosys may obey', () => {
    expect(rewritten('case (s) // synopsys full_case\n/* synopsys translate_off */')).toBe('case (s)')
  })
})

const choice = 'input [1:0] s, input a, b, output reg o'
const pairs: Readonly<Record<string, Pair>> = {
  'a latch in always_comb': {
    ports: 'input en, d, output reg q',
    gold: 'always @* if (en) q = d;',
    gate: 'always_comb if (en) q = d;',
  },
  'a cast to an enumeration': {
    ports: 'input clk, reset, output [1:0] s',
    gold: 'reg [1:0] n; always @(posedge clk) if (reset) n <= 0; else n <= n + 1; assign s = n;',
    gate: `typedef enum logic [1:0] {A, B, C, D} state; state n;
      always_ff @(posedge clk) if (reset) n <= A; else n <= state'(n + 1); assign s = n;`,
  },
  'casts to a sign': {
    ports: 'input [3:0] a, b, output o',
    gold: 'assign o = $signed(a) < $signed(b);',
    gate: "assign o = signed'(a) < signed'(b);",
  },
  'a cast to a width': {
    ports: 'input [3:0] a, b, output [7:0] o',
    gold: 'wire [3:0] s = a + b; assign o = s;',
    gate: "assign o = 4'(a + b);",
  },
  'a cast to an integer type, whose sign counts': {
    ports: 'input [15:0] a, output o',
    gold: 'assign o = a[7];',
    gate: "assign o = byte'(a) < 0;",
  },
  'cases of which two fit: the first': {
    ports: choice,
    gold: 'always @* if (s[1]) o = a; else if (s[0]) o = b; else o = 0;',
    gate: "always_comb unique casez (s) 2'b1?: o = a; 2'b?1: o = b; default: o = 0; endcase",
  },
}

describe('the meaning', () => {
  it.each(Object.entries(pairs))('%s', async (_name, pair) => {
    expect(await compared(backend, pair)).toMatchObject({ result: 'proven' })
  })

  it('a case said to be full holds its value, as in the simulator', async () => {
    const gold = 'always @* case (s) 0: o = a; 1: o = b; default: o = 0; endcase'
    const gate = 'always @* (* full_case *) case (s) 0: o = a; 1: o = b; 2: o = 0; endcase'
    expect(await compared(backend, { ports: choice, gold, gate })).toMatchObject({ result: 'refuted' })
  })
})
