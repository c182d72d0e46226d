import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { compared, type Pair } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const machine = 'input clk, reset, a, output seen'
const machineGold = `reg [1:0] s; always @(posedge clk) if (reset) s <= 0; else case (s)
  0: s <= a ? 1 : 0; 1: s <= a ? 1 : 2; 2: s <= a ? 3 : 0; 3: s <= a ? 1 : 2; endcase
  assign seen = s == 3;`

const equal: Readonly<Record<string, Pair>> = {
  'a machine with one bit a state': {
    ports: machine,
    gold: machineGold,
    gate: `reg [3:0] s; always @(posedge clk) if (reset) s <= 4'b1;
      else s <= {a & s[2], ~a & (s[1] | s[3]), a & (s[0] | s[1] | s[3]), ~a & (s[0] | s[2])};
      assign seen = s[3];`,
  },
  'a machine that keeps its last inputs': {
    ports: machine,
    gold: machineGold,
    gate: `reg [2:0] h; always @(posedge clk) if (reset) h <= 0; else h <= {h[1:0], a};
      assign seen = h == 3'b101;`,
  },
  'an adder from gates': {
    ports: 'input [3:0] a, b, output [4:0] s',
    gold: 'assign s = a + b;',
    gate: `wire [4:0] c; assign c[0] = 0; genvar i;
      generate for (i = 0; i < 4; i = i + 1) begin : bits
        assign s[i] = a[i] ^ b[i] ^ c[i]; assign c[i+1] = a[i] & b[i] | c[i] & (a[i] ^ b[i]);
      end endgenerate assign s[4] = c[4];`,
  },
  'a counter that runs down': {
    ports: 'input clk, reset, output [3:0] q',
    gold: 'reg [3:0] n; always @(posedge clk) n <= reset || n == 9 ? 0 : n + 1; assign q = n;',
    gate: 'reg [3:0] n; always @(posedge clk) n <= reset || n == 0 ? 9 : n - 1; assign q = 9 - n;',
  },
  'a latch and a multiplexer that feeds back': {
    ports: 'input en, d, output reg q',
    gold: 'always @* if (en) q = d;',
    gate: 'always_latch begin if (!en) ; else q = d; end',
  },
  'an asynchronous reset, and the inverse kept': {
    ports: 'input clk, areset, d, output q',
    gold: 'reg r; always @(posedge clk or posedge areset) if (areset) r <= 0; else r <= d; assign q = r;',
    gate: 'reg r; always @(posedge clk or posedge areset) if (areset) r <= 1; else r <= ~d; assign q = ~r;',
  },
  'the falling edge': {
    ports: 'input clk, d, output reg q',
    gold: 'always @(negedge clk) q <= d;',
    gate: 'wire c = ~clk; always @(posedge c) q <= d;',
  },
  'two clocks': {
    ports: 'input c, k, a, output reg q',
    gold: 'reg p; always @(posedge c) p <= a; always @(posedge k) q <= p;',
    gate: 'reg n; wire p = ~n; always @(posedge c) n <= ~a; always @(posedge k) q <= p;',
  },
  'a memory and its registers': {
    ports: 'input clk, we, wa, ra, d, output q',
    gold: 'reg m [0:1]; always @(posedge clk) if (we) m[wa] <= d; assign q = m[ra];',
    gate: 'reg x, y; always @(posedge clk) if (we) if (wa) y <= d; else x <= d; assign q = ra ? y : x;',
  },
  'no inputs': { ports: 'output o', gold: "assign o = 1'b0;", gate: 'wire w = 0; assign o = w;' },
  'what the reference leaves open': {
    ports: 'input [1:0] s, output reg o',
    gold: "always @* case (s) 0: o = 0; 1: o = 1; default: o = 1'bx; endcase",
    gate: 'assign o = s[0];',
  },
  'a list of sensitivity that is complete': {
    ports: 'input a, b, output reg o',
    gold: 'always @* o = a & b;',
    gate: 'always @(a or b) if (a) o = b; else o = 0;',
  },
}

describe('designs that are equal and not alike', () => {
  it.each(Object.entries(equal))('%s', async (_name, pair) => {
    expect(await compared(backend, pair)).toMatchObject({ result: 'proven', resetStyleOnly: false })
  })
})

it('before the edge that resets, a reference may be more definite than a design', async () => {
  const found = await compared(backend, {
    ports: 'input clk, reset, output [1:0] q',
    gold: "reg s; always @(posedge clk) s <= ~reset; assign q = {1'b0, s};",
    gate: 'reg [1:0] s; always @(posedge clk) s <= reset ? 0 : 1; assign q = s;',
  })
  expect(found.result).toBe('proven')
})

describe('designs that differ', () => {
  const reset = 'input clk, reset, d, output reg q'
  const synchronous = 'always @(posedge clk) if (reset) q <= 0; else q <= d;'

  it('in how they are reset alone: flagged', async () => {
    const gate = 'always @(posedge clk or posedge reset) if (reset) q <= 0; else q <= d;'
    const found = await compared(backend, { ports: reset, gold: synchronous, gate })
    expect(found).toMatchObject({ result: 'refuted', resetStyleOnly: true })
    expect(found.reason).toMatch(/the two differ only in how they are reset$/)
  })

  it('in how they are reset and in what they do: not flagged', async () => {
    const gate = 'always @(posedge clk or posedge reset) if (reset) q <= 0; else q <= ~d;'
    const found = await compared(backend, { ports: reset, gold: synchronous, gate })
    expect(found).toMatchObject({ result: 'refuted', resetStyleOnly: false })
  })

  it('on one input of 2^32: with the input in a waveform and a picture', async () => {
    const ports = 'input [31:0] a, output o'
    const found = await compared(backend, {
      ports,
      gold: 'assign o = ^a;',
      gate: "assign o = ^a ^ (a == 32'hc0ffee11);",
    })
    expect(found.result).toBe('refuted')
    const [vcd, picture] = found.evidence.map(({ content }) => new TextDecoder().decode(content))
    expect(vcd).toContain('b11000000111111111110111000010001 ')
    expect(vcd).not.toMatch(/_[0-9a-f]{16}/)
    expect(picture).toContain('<svg')
    expect(found.evidence.map(({ name }) => name)).toEqual(['counterexample.vcd', 'counterexample.svg'])
  })

  it('after 300 cycles: says so', async () => {
    const ports = 'input clk, reset, output reg [8:0] q'
    const gold = 'always @(posedge clk) if (reset) q <= 0; else q <= q + 1;'
    const gate = 'always @(posedge clk) if (reset) q <= 0; else q <= q == 299 ? 0 : q + 1;'
    const { result, reason } = await compared(backend, { ports, gold, gate })
    expect({ result, reason }).toMatchObject({
      result: 'refuted',
      reason: expect.stringMatching(
        /^output q is 000000000 where the reference has 100101100, after 30\d steps/,
      ),
    })
  })
})

describe('what is not known', () => {
  it('a reference that is never known: everything equals it', async () => {
    const { result, reason } = await compared(backend, {
      ports: 'input clk, a, output reg o',
      gold: 'always @(posedge clk) o <= o ^ a;',
      gate: 'always @(posedge clk) o <= ~a;',
    })
    expect({ result, reason }).toMatchObject({
      result: 'unknown',
      reason: expect.stringMatching(/nothing but X/),
    })
  })

  const ports = 'input clk, a, output reg o'
  const gold = 'always @(posedge clk) o <= a;'

  it('a counterexample that the simulator does not show: both facts are told', async () => {
    // The clock starts as X in the simulator and takes the place of an edge; yosys knows no such block.
    const found = await compared(backend, { ports, gold, gate: 'always @(clk) if (clk) o <= a;' })
    expect(found).toMatchObject({ result: 'unknown' })
    expect(found.reason).toMatch(
      /has a counterexample of \d+ steps?, and the simulator sees no difference when it is played/,
    )
    expect(found.evidence.map(({ name }) => name)).toEqual(['counterexample.vcd'])
  })

  it('a design that yosys cannot read: why', async () => {
    const found = await compared(backend, { ports, gold, gate: 'initial forever @(posedge clk) o <= a;' })
    expect(found).toMatchObject({
      result: 'unknown',
      reason: expect.stringContaining('the prover cannot read the design: syntax error'),
    })
  })

  it('a loop, several drivers, an input that is driven', async () => {
    const loop = await compared(backend, {
      ports: 'input a, b, output q',
      gold: 'assign q = a;',
      gate: 'wire n; assign q = ~(a & n); assign n = ~(b & q);',
    })
    expect(loop.result).not.toBe('proven')
    const driven = await compared(backend, {
      ports: 'input a, b, output q',
      gold: 'assign q = a;',
      gate: 'assign b = a; assign q = b;',
    })
    expect(driven).toMatchObject({
      result: 'unknown',
      reason: expect.stringMatching(/drivers|joins its inputs/),
    })
  })

  it('a delay: equal but for it', async () => {
    const found = await compared(backend, { ports, gold, gate: 'always @(posedge clk) o <= #1 a;' })
    expect(found).toMatchObject({
      result: 'unknown',
      reason: 'equal by temporal induction, but the prover takes no account of the delay in line 2',
    })
  })
})
