import { expect, it } from 'vitest'
import { tokenize } from '../tokens.ts'
import { unseenTiming } from './timing.ts'

const unseen = (text: string) => unseenTiming(tokenize(text).tokens)

it.each([
  'always @(posedge clk) q <= #1 d;',
  'assign #3 o = a;',
  'and #(2) g (o, a);',
  'always @* begin : block #(5) o = a; end',
  'wire #4 w = a;',
  'wire [3:0] #4 w = a;',
  'initial begin w = 0; #35 w = 1; end',
  'always #5 o = a;',
])('a delay: %s', (text) => expect(unseen(text)).toBe('the delay in line 1'))

it.each([
  ['b', 'always @(a) o = a & b;'],
  ['b', 'module m #(parameter N = 3) (input a, b); always @(a) o = b;'],
  ['b', 'always @(a or c) begin : block if (a) begin o = c; end else begin o = b; end end'],
  ['f', 'always @(a) o = f(a);'],
  ['a', 'always @a o = a;'],
  ['more than a part of a signal ([)', 'always @(a[0]) o = a;'],
])('a block that does not wait for %s: %s', (missing, text) =>
  expect(unseen(text)).toBe(`that the block in line 1 does not wait for ${missing}`),
)

it.each([
  'module m #(parameter N = 3, parameter M = 4) (input a); sub #(.N(3)) u (a); endmodule',
  'sub #(3) u (a);',
  'always @* o = a & b;',
  'always @(*) o = a & b;',
  'always_comb o = a & b;',
  'always @(posedge clk or negedge n) q <= d;',
  'localparam A = 1, B = 2; always @(s, a) case (s) A: o = a; B: begin o = ~a; end default: o[1:0] = 0; endcase',
  'typedef enum logic [1:0] {A, B} t; always @(s) begin : block {o, p} = s; if (s == A) o = B; end',
])('nothing: %s', (text) => expect(unseen(text)).toBeUndefined())
