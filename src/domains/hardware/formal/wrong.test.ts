import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { inPairs } from '../testing.ts'
import { compared, type Pair } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const pair =
  (ports: string, gold: string) =>
  (gate: string): Pair => ({ ports, gold, gate })
const gates = pair('input a, b, output o', 'assign o = a & b;')
const words = pair('input [31:0] a, b, output [31:0] o', 'assign o = a + b;')
const nibbles = pair('input signed [3:0] a, b, output signed [3:0] o', 'assign o = a >>> b[1:0];')
const choice = pair(
  'input [1:0] s, input a, b, output reg o',
  'always @* case (s) 1: o = a; 2: o = b; default: o = 0; endcase',
)
const register = pair('input clk, a, output reg o', 'always @(posedge clk) o <= a;')
const counter = pair(
  'input clk, reset, output reg [9:0] q',
  'always @(posedge clk) if (reset) q <= 0; else q <= q + 1;',
)
const asynchronous = pair(
  'input clk, areset, d, output reg q',
  'always @(posedge clk or posedge areset) if (areset) q <= 0; else q <= d;',
)
const falling = pair('input clk, d, output reg q', 'always @(negedge clk) q <= d;')
const latch = pair('input en, d, output reg q', 'always @* if (en) q = d;')
const twoClocks = pair(
  'input c, k, a, b, output reg p, q',
  'always @(posedge c) p <= a; always @(posedge k) q <= b;',
)
const bothEdges = pair(
  'input clk, d, output q',
  'reg p, n; always @(posedge clk) p <= d; always @(negedge clk) n <= d; assign q = clk ? p : n;',
)
const memory = pair(
  'input clk, we, input [1:0] wa, ra, input [1:0] d, output [1:0] q',
  'reg [1:0] m [0:3]; always @(posedge clk) if (we) m[wa] <= d; assign q = m[ra];',
)
const ringing = pair(
  'input clk, reset, a, output reg [1:0] s',
  'always @(posedge clk) if (reset) s <= 0; else if (a) s <= s == 2 ? 0 : s + 1;',
)
const one = pair('output o', "assign o = 1'b1;")

/** Wrong designs of all kinds of clocking. */
const wrong: Readonly<Record<string, Pair>> = {
  'a reference that asks whether its state is known': pair(
    'input clk, reset, a, output reg o',
    "reg s; always @(posedge clk) s <= reset ? 0 : s ^ a; always @* o = s === 1'bx ? 1'bx : s;",
  )('reg s; always @(posedge clk) s <= reset ? 0 : s | a; assign o = s;'),
  'another gate': gates('assign o = a | b;'),
  'one input ignored': gates('assign o = a;'),
  'an undriven output': gates(''),
  'an X': gates("assign o = a & b & 1'bx;"),
  'X at one input only': gates("assign o = a ? b : b ? 1'bx : 1'b0;"),
  'high impedance': gates("assign o = a ? b : 1'bz;"),
  'a wire that nothing drives': gates('wire c; assign o = a & b & (c | 1);\nwire d; assign o = d;'),
  'an input of an instance left open': gates(
    'sub u (.a(a), .b(), .o(o)); endmodule module sub (input a, b, output o); assign o = a & b;',
  ),
  'an assumption that rules everything out': gates('always @* assume (0); assign o = a;'),
  'a restriction': gates('always @* restrict (a == b); assign o = a;'),
  'an equation without a solution': gates('wire l; assign l = ~l; assign o = a & b & l;'),
  'such an equation beside a wrong output': gates('wire l; assign l = ~l; assign o = a | b;'),
  'its input tied down': gates("assign a = 1'b0; assign o = 1'b0;"),
  'its inputs joined': gates('assign a = b; assign o = b;'),
  'an input driven by a gate': gates('assign a = ~b; assign o = 0;'),
  'two drivers': gates('assign o = a; assign o = b;'),
  "a module with the name of one of yosys's cells": gates(
    '\\$_AND_ u (.A(a), .B(b), .Y(o)); endmodule module \\$_AND_ (input A, B, output Y); assign Y = A | B;',
  ),
  'a wired or': gates('wor w; assign w = a; assign w = b; assign o = w;'),
  'a delay': gates('assign #7 o = a & b;'),
  'a moment at which it is wrong': gates(
    'reg w; initial begin w = 0; #35 w = 1; #9 w = 0; end assign o = a & b | w;',
  ),
  'a block that does not wait for b': gates('reg r; always @(a) r = a & b; assign o = r;'),
  'a clock that is none': gates('reg r; always @(posedge a) r <= b; assign o = r;'),
  'no input, the other constant': one("assign o = 1'b0;"),
  'no input, nothing': one(''),
  'a rare input': words("assign o = a == 32'hdeadbeef ? a : a + b;"),
  'a rare pair of inputs': words("assign o = {a, b} == 64'h0123_4567_89ab_cdef ? 0 : a + b;"),
  'a carry lost': words('assign o = {a[31:16] + b[31:16], a[15:0] + b[15:0]};'),
  'too narrow': words('wire [30:0] s = a + b; assign o = s;'),
  'a subtraction': words('assign o = a - b;'),
  'the wrong shift': nibbles('assign o = a >> b[1:0];'),
  'all places of the shift': nibbles('assign o = a >>> (b & 7);'),
  'division, X by zero': pair(
    'input [2:0] a, b, output [2:0] o',
    'assign o = b == 0 ? 7 : a / b;',
  )('assign o = a / b;'),
  'a comparison without sign': pair(
    'input signed [3:0] a, b, output o',
    'assign o = a < b;',
  )('assign o = a < $unsigned(b);'),
  'two cases changed': choice('always @* case (s) 2: o = a; 1: o = b; default: o = 0; endcase'),
  'a case left out (latch)': choice('always @* case (s) 0: o = 0; 1: o = a; 2: o = b; endcase'),
  'a case said to be full': choice(
    'always @* (* full_case *) case (s) 0: o = 0; 1: o = a; 2: o = b; endcase',
  ),
  'a wildcard too much': choice("always @* casez (s) 2'b?1: o = a; 2'b10: o = b; default: o = 0; endcase"),
  'cases said to be unique': choice(
    "always @* begin o = 0; unique casez (s) 2'b1?: o = b; 2'b?1: o = a; endcase end",
  ),
  'inverted register': register('always @(posedge clk) o <= ~a;'),
  'one register too many': register('reg p; always @(posedge clk) begin p <= a; o <= p; end'),
  'no register': register('always @* o = a;'),
  'the other edge': register('always @(negedge clk) o <= a;'),
  'a latch for a register': register('always @* if (clk) o = a;'),
  'a register that only starts': register('initial o = 0;'),
  'a clock of its own': register('reg c; always @(posedge c) o <= a;'),
  'the global clock': register('(* gclk *) reg c; always @(posedge c) o <= a;'),
  'a gated clock': register('wire c = clk & a; always @(posedge c) o <= a;'),
  'both edges wanted, one given': bothEdges('reg p; always @(posedge clk) p <= d; assign q = p;'),
  'both edges, exchanged': bothEdges(
    'reg p, n; always @(posedge clk) p <= d; always @(negedge clk) n <= d; assign q = clk ? n : p;',
  ),
  'wrong after 300 cycles': counter(
    'always @(posedge clk) if (reset) q <= 0; else q <= q == 300 ? 302 : q + 1;',
  ),
  'wrong after 1023 cycles': counter(
    'always @(posedge clk) if (reset) q <= 0; else if (q != 1023) q <= q + 1;',
  ),
  'reset to 1': counter('always @(posedge clk) if (reset) q <= 1; else q <= q + 1;'),
  'no reset': counter('always @(posedge clk) q <= q + 1;'),
  'a reset that does not reset all': counter(
    'always @(posedge clk) if (reset) q[8:0] <= 0; else q <= q + 1;',
  ),
  'an asynchronous reset': counter(
    'always @(posedge clk or posedge reset) if (reset) q <= 0; else q <= q + 1;',
  ),
  'a synchronous reset': asynchronous('always @(posedge clk) if (areset) q <= 0; else q <= d;'),
  'reset to the other value': asynchronous(
    'always @(posedge clk or posedge areset) if (areset) q <= 1; else q <= d;',
  ),
  'reset by the other level': asynchronous(
    'always @(posedge clk or negedge areset) if (!areset) q <= 0; else q <= d;',
  ),
  'the rising edge': falling('always @(posedge clk) q <= d;'),
  'the other level of a latch': latch('always @* if (!en) q = d;'),
  'a register for a latch': latch('always @(posedge en) q <= d;'),
  'the latch transparent': latch('always @* q = d;'),
  'one clock for two': twoClocks('always @(posedge c) begin p <= a; q <= b; end'),
  'two clocks exchanged': twoClocks('always @(posedge k) p <= a; always @(posedge c) q <= b;'),
  'a memory that always writes': memory(
    'reg [1:0] m [0:3]; always @(posedge clk) m[wa] <= d; assign q = m[ra];',
  ),
  'a memory read a cycle later': memory(
    'reg [1:0] m [0:3], r; always @(posedge clk) begin if (we) m[wa] <= d; r <= m[ra]; end assign q = r;',
  ),
  'a memory with a place too few': memory(
    'reg [1:0] m [0:2]; always @(posedge clk) if (we) m[wa] <= d; assign q = m[ra];',
  ),
  'a state left out': ringing(
    'always @(posedge clk) if (reset) s <= 0; else if (a) s <= s == 1 ? 0 : s + 1;',
  ),
  'a state that stays': ringing(
    'always @(posedge clk) if (reset) s <= 0; else if (a) s <= s == 2 ? 2 : s + 1;',
  ),
}

it('no wrong design is proven, and most are refuted in the simulator', { timeout: 120_000 }, async () => {
  const proven: string[] = []
  let refuted = 0
  await inPairs(Object.entries(wrong), async ([name, each]) => {
    const { result } = await compared(backend, each, 2)
    if (result === 'proven') proven.push(name)
    if (result === 'refuted') refuted++
  })
  expect(proven).toEqual([])
  expect(refuted).toBeGreaterThanOrEqual(50)
})
