import { describe, expect, it } from 'vitest'
import type { Part } from './closure.ts'
import { underName } from './naming.ts'
import { scan } from './scan.ts'

function parts(text: string): Part[] {
  const scanned = { ...scan(text), text }
  return scanned.modules.map((found) => ({ name: found.name, file: 'a.v', in: scanned, found }))
}

describe('names', () => {
  it('of modules change, and those of ports and signals do not', () => {
    const text = `module adder(input [3:0] a, output [3:0] adder); assign adder = a + 1; endmodule
module top(input clk, input [3:0] a, output reg [3:0] q);
  wire [3:0] adder;
  adder #() u1 (.a(a), .adder(adder));
  always @(posedge clk) q <= adder;
endmodule : top`
    const named = underName(parts(text), 'RefModule')
    expect(named).toContain('module RefModule(input clk')
    expect(named).not.toContain('endmodule : top')
    expect(named).toContain(
      'module RefModule_adder(input [3:0] a, output [3:0] adder); assign adder = a + 1;',
    )
    expect(named).toContain('RefModule_adder #() u1 (.a(a), .adder(adder));')
  })

  it('lose delays of assignments and comments', () => {
    const text =
      'module m(input clk, d, output reg q, output y); /* x */ assign #(1:2:3) y = d; always @(posedge clk) q <= #1 d; endmodule'
    expect(underName(parts(text), 'RefModule')).toMatch(/assign\s+y = d; always @\(posedge clk\) q <=\s+d;/)
  })

  it('of the testbench are refused', () => {
    const text = 'module m(input a, output b); wire stats1 = a; assign b = stats1; endmodule'
    expect(() => underName(parts(text), 'RefModule')).toThrow('a name of the testbench')
  })
})

describe('scan', () => {
  it('finds what stands before an error', () => {
    const { modules, problem } = scan('module a(input x, output y); endmodule\nmodule b(input x); /* open')
    expect(modules.map(({ name }) => name)).toEqual(['a'])
    expect(problem).toMatch('line 2')
  })

  it('takes time that grows with the text alone', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, at) => `module m${at}(input a, output b); endmodule`,
    ).join('\n')
    const before = performance.now()
    expect(scan(many).modules).toHaveLength(20_000)
    expect(performance.now() - before).toBeLessThan(20_000)
  })
})
