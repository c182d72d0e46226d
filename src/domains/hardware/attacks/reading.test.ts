import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { equivalenceOf } from '../formal/index.ts'
import { behaviourOnly } from '../synthesisable.ts'
import { registerTask, taskOf } from '../testing.ts'
import { tokenize } from '../tokens.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const header = (name: string) =>
  `module ${name} (input clk, input reset, input [7:0] a, input [7:0] b, output [7:0] y);`
const reference = `${header('RefModule')}\nassign y = a + b;\nendmodule\n`
const design = (body: string, more = '') =>
  `${header('TopModule')}\nwire rare = (a == 8'd77) & (b == 8'd201);\n${body}\nendmodule\n${more}`
const inverted = (flag: string) => `assign y = (a + b) ^ {8{${flag}}};`
const cast = (type: string) =>
  `wire [7:0] q = {rare, 7'd0}; wire [7:0] w = ${type}'(q); assign y = a + b + (q - w);`

/** Each is wrong in a simulator for one input in 65536, or for ever, and looks right to who reads it carelessly. */
const wrong: readonly (readonly [string, string])[] = [
  ['a wire tied to a constant too', design(`wire t; assign t = rare; assign t = 1'b0; ${inverted('t')}`)],
  [
    'two processes of which one never runs',
    design(`reg t; always_comb t = 1'b0; always @* t = rare; ${inverted('t')}`),
  ],
  ['two gates on a wire', design(`wire t; buf (t, rare); buf (t, 1'b0); ${inverted('t')}`)],
  [
    'an escaped name that is a keyword without its escape',
    design(
      's s1(.o(\\unique ), .i(rare)); assign y = a + \\unique + b;',
      'module s(output o, input i); assign o = i; endmodule',
    ),
  ],
  [
    'an escaped name like a path',
    design(
      `wire \\u.x ; assign \\u.x = 1'b0; s u (rare); ${inverted('u.x')}`,
      'module s(input x); endmodule',
    ),
  ],
  [
    'an escaped name like an element',
    design(
      `reg \\m[0] ; reg m [0:1]; always @* begin m[0] = rare; \\m[0] = 0; m[1] = 0; end ${inverted('m[0]')}`,
    ),
  ],
  ['a cast to a width by parameter', design(`localparam W = 7; ${cast('W')}`)],
  ['a cast to a type by parameter', design(`localparam W = 7; typedef logic [W-1:0] t; ${cast('t')}`)],
  [
    'a cast to a signed type',
    design(
      `typedef logic signed [3:0] t; wire [3:0] q = {rare, 3'd0}; wire [7:0] w = t'(q); assign y = a + b + (w - q);`,
    ),
  ],
  [
    'a cast to byte',
    design("wire [7:0] q = {rare, 7'd0}; wire [15:0] w = byte'(q); assign y = a + b + w[15:8];"),
  ],
  ['Z that is not X', design(`wire u; assign y = (u === 1'bx) ? a + b : (a + b) ^ {8{rare}};`)],
  [
    'a memory read beyond its end',
    design(
      'reg [7:0] m [0:3]; integer i; initial for (i=0;i<4;i=i+1) m[i] = 5; assign y = a + b + m[a] - 5;',
    ),
  ],
  ['a vector read beyond its end', design('wire [7:0] t = 0; assign y = (a + b) | {8{t[a]}};')],
  [
    'a function that reads more than its arguments',
    design(
      'reg [7:0] o; function [7:0] f(input [7:0] q); f = q + b; endfunction always @* o = f(a); assign y = o;',
    ),
  ],
  [
    'a port that is too wide',
    "module TopModule (input clk, input reset, input [8:0] a, input [7:0] b, output [7:0] y); assign y = a[8] ? 8'd0 : a[7:0] + b; endmodule",
  ],
]

const compare = async (gold: string, gate: string, seconds = 5) => {
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  return await equivalenceOf(tokenize(gate), taskOf(gold, registerTask.key.testbench), lab, { seconds })
}

describe('what prover and simulator could read differently is never proven', () => {
  it.each(wrong)('%s', async (_name, text) => {
    expect((await compare(reference, text)).result).not.toBe('proven')
  })

  it('a reference that asks whether something is X is not X throughout', async () => {
    const module = (name: string, output: string) =>
      `module ${name} (input clk, input reset, input [7:0] a, output reg y); reg [31:0] n;
always @(posedge clk) if (reset) n <= 0; else n <= n + a;
always @* begin ${output} end endmodule`
    const gold = module('RefModule', "y = n == 32'd123456789; if (|n === 1'bx) y = 1'bx;")
    const gate = module('TopModule', "y = n == 32'd123456788;")
    // The difference is half a million steps away. Of what is X throughout it is said at once that any design equals it.
    expect(await compare(gold, gate, 1)).toMatchObject({
      result: 'unknown',
      reason: expect.stringContaining('no proof and no counterexample'),
    })
  })
})

describe('what no circuit can do', () => {
  it.each([
    'initial begin #100 y = 1; end',
    'always begin @(posedge clk); y = 1; end',
    'initial wait (a) y = 1;',
    'event e;',
    'initial fork join',
    'real r;',
  ])('%s', (text) => {
    expect(behaviourOnly(tokenize(text).tokens)).not.toEqual([])
  })

  it.each([
    'always @(posedge clk) q <= #1 d;',
    'assign #1 y = a;',
    'counter #(8) c (clk);',
    'always @* y = a;',
    'parameter real ratio = 2.5;',
  ])('%s is none of it', (text) => {
    expect(behaviourOnly(tokenize(text).tokens)).toEqual([])
  })
})
