import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { figureOf, measurePpa, type PpaOptions, statisticsOf } from './index.ts'
import { missingHere } from './testing.ts'

const absent = await missingHere()

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const measured = async (text: string, options: PpaOptions = { targets: ['osu018'] }) => {
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  return await measurePpa({ text, module: 'TopModule' }, lab, options)
}
const counter = `module TopModule (input clk, input reset, output reg [3:0] q);
  always @(posedge clk) if (reset) q <= 0; else q <= q + 1;
endmodule
`
const multiplier = (header: string, body = 'assign y = a * b;') =>
  `${header}\nmodule TopModule (input [3:0] a, input [3:0] b, output [3:0] y);\n${body}\nendmodule\n`

describe.skipIf(absent !== '')(`power, performance, area${absent}`, () => {
  it('have units and tools, and are the same twice', async () => {
    const [first, second] = [await measured(counter, {}), await measured(counter, {})]
    expect(first).toEqual(second)
    expect(first.failed).toBeUndefined()
    expect(first.figures.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'area µm²',
      'cells cells',
      'flip-flops cells',
      'latches cells',
      'delay ns',
      'power mW',
      'luts LUTs',
      'ice40-flip-flops cells',
      'carries cells',
      'fmax MHz',
      'fmax-low MHz',
      'fmax-high MHz',
    ])
    expect(first.figures.every(({ tool }) => /^(yosys|opensta|nextpnr-ice40) \d/.test(tool))).toBe(true)
    expect(figureOf(first, 'flip-flops')).toBe(4)
    expect(figureOf(first, 'ice40-flip-flops')).toBe(4)
    expect(figureOf(first, 'area')).toBeGreaterThan(4 * 96)
    expect(figureOf(first, 'fmax')).toBeGreaterThan(100)
    expect(figureOf(first, 'fmax')).toBeLessThan(1000)
  })

  it('tell one cell as the library has it', async () => {
    const inverter = await measured('module TopModule (input a, output y); assign y = ~a; endmodule')
    expect(figureOf(inverter, 'area')).toBe(16)
    expect(figureOf(inverter, 'delay')).toBeGreaterThan(0.01)
    expect(figureOf(inverter, 'delay')).toBeLessThan(0.1)
    const wire = await measured('module TopModule (input a, output y); assign y = a; endmodule')
    expect(wire.figures.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('count the area of a latch, which the library gives as 0', async () => {
    const ppa = await measured(
      'module TopModule (input en, input d, output reg q);\n always_comb if (en) q = d;\nendmodule',
    )
    expect(figureOf(ppa, 'area')).toBe(56)
    expect(figureOf(ppa, 'latches')).toBe(1)
    expect(ppa.problems).toMatchObject([{ code: 'latch', at: 'TopModule.sv:2' }])
  })

  it('find loops, initial values and what nothing drives', async () => {
    const ppa = await measured(`module TopModule (input clk, input a, b, output x, output reg i, output z);
  wire l = ~(x & a); assign x = ~(l & b);
  initial i = 1; always @(posedge clk) i <= ~i;
  wire open; assign z = open;
  wire [3:0] carry; assign carry[0] = a; assign carry[3:1] = carry[2:0] & {3{b}};
endmodule`)
    expect(ppa.problems.map(({ code }) => code).sort()).toEqual(['initial-value', 'loop', 'undriven'])
  })

  it('time a path between opposite edges twice, and one of a clock that a register makes', async () => {
    const path = (edge: string) =>
      measured(`module TopModule (input clk, input d, input [7:0] a, output reg q);
  reg r; always @(posedge clk) r <= d;
  always @(${edge} clk) q <= r ^ ^a;
endmodule`)
    const between = (edge: string) =>
      measured(`module TopModule (input clk, input [7:0] d, output reg q);
  reg [7:0] r; always @(posedge clk) r <= d;
  always @(${edge} clk) q <= ^r;
endmodule`)
    const [same, half] = [await path('posedge'), await path('negedge')]
    // The input goes the same way in both; from register to register there is one gate.
    expect(figureOf(half, 'delay')! / figureOf(same, 'delay')!).toBeGreaterThan(0.99)
    const [whole, twice] = [await between('posedge'), await between('negedge')]
    expect(figureOf(twice, 'delay')! / figureOf(whole, 'delay')!).toBeCloseTo(2, 0)
    const divided =
      await measured(`module TopModule (input clk, input reset, output reg slow, output reg [3:0] q);
  always @(posedge clk) if (reset) slow <= 0; else slow <= ~slow;
  always @(posedge slow) q <= q + 1;
endmodule`)
    expect(figureOf(divided, 'delay')).toBeGreaterThan(0.4)
  })

  it('measure Fmax with more ports than the device has pins', async () => {
    const ppa = await measured(
      'module TopModule (input clk, input [149:0] d, output reg [149:0] q); always @(posedge clk) q <= q ^ d; endmodule',
      { targets: ['ice40'], seeds: 1 },
    )
    expect(figureOf(ppa, 'luts')).toBe(150)
    expect(figureOf(ppa, 'fmax')).toBeGreaterThan(100)
    expect(ppa.notes.join()).toContain('206 pins')
  })
})

describe.skipIf(absent !== '')(`a design that is not what it seems to the synthesiser${absent}`, () => {
  const honest = 'assign y = a * b;'
  const cheats: Readonly<Record<string, string>> = {
    'a macro of the synthesiser': multiplier(
      '',
      '`ifdef YOSYS\nassign y = 0;\n`elsif SYNTHESIS\nassign y = 0;\n`else\nassign y = a * b;\n`endif',
    ),
    'comments that switch synthesis off': multiplier(
      '',
      `// synthesis translate_off\n${honest}\n// synthesis translate_on`,
    ),
    'a black box': multiplier(
      '(* blackbox *) module m (input [3:0] a, b, output [3:0] y); assign y = a * b; endmodule',
      'm m1 (a, b, y);',
    ),
    'a block RAM of its own': multiplier(
      'module SB_RAM40_4K (input [3:0] a, b, output [3:0] y); assign y = a * b; endmodule',
      'SB_RAM40_4K m1 (a, b, y);',
    ),
    'a cell of the library': multiplier(
      'module LATCH (input [3:0] a, b, output [3:0] y); assign y = a * b; endmodule',
      'LATCH m1 (a, b, y);',
    ),
  }
  it('costs what it costs without', async () => {
    const cost = figureOf(await measured(multiplier('')), 'cells')
    for (const [name, text] of Object.entries(cheats))
      expect(figureOf(await measured(text), 'cells'), name).toBe(cost)
  })

  it('gains nothing by promises about its cases', async () => {
    const cases = (words: string, attribute: string) => `module TopModule (input [3:0] a, output reg [3:0] y);
  always_comb begin y = 0; ${attribute} ${words} case (a) 1: y = 2; 2: y = 7; 4: y = 9; endcase end
endmodule`
    const area = figureOf(await measured(cases('', '')), 'area')
    expect(figureOf(await measured(cases('unique', '')), 'area')).toBe(area)
    expect(figureOf(await measured(cases('', '(* full_case, parallel_case *)')), 'area')).toBe(area)
  })

  it.each([
    [
      'real numbers',
      'module TopModule (input a, output y); real r; assign y = r > 1.5; endmodule',
      'front-end',
    ],
    [
      'no such module',
      'module TopModule (input a, output y); INVX1 u (.A(a), .Y(y)); endmodule',
      'front-end',
    ],
    ['no TopModule', 'module Other; endmodule', 'front-end'],
    ['no text', 'oops (', 'front-end'],
    [
      "a module with a synthesiser's name",
      'module \\$add (input A, output Y); assign Y = A; endmodule\nmodule TopModule; endmodule',
      'front-end',
    ],
    [
      'several drivers',
      'module TopModule (input clk, a, output reg y); always @(posedge clk) y <= a; always @(posedge clk) y <= ~a; endmodule',
      'synthesis',
    ],
    [
      'a tri-state output',
      "module TopModule (input a, e, output y); assign y = e ? a : 1'bz; endmodule",
      'synthesis',
    ],
    [
      'endless recursion',
      'module R #(parameter N = 0) (input a, output y); R #(N + 1) r (a, y); endmodule\nmodule TopModule (input a, output y); R r (a, y); endmodule',
      'resources',
    ],
  ])('is a result with a reason: %s', async (_, text, reason) => {
    const ppa = await measured(text)
    expect(ppa.failed?.reason).toBe(reason)
    expect(ppa.failed?.log).not.toBe('')
    expect(ppa.figures).toEqual([])
  })

  it('is read without delays and initial blocks, and that is said', async () => {
    const ppa = await measured(
      'module TopModule (input a, output y); wire w; assign #5 w = a; assign y = ~w; endmodule',
    )
    expect(figureOf(ppa, 'cells')).toBe(1)
    expect(ppa.notes.join()).toContain('delays have no meaning')
  })
})

it.skipIf(absent !== '')(`statistics count operators and gates${absent}`, async () => {
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  const { text, problems } = await statisticsOf({ text: counter, module: 'TopModule' }, lab)
  expect(text).toContain('1 $add')
  expect(text).toMatch(/4 \$_SDFF/)
  expect(problems).toEqual([])
})
