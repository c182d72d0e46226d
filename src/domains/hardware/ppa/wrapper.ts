import { type FileSet, fileSet } from '../../../core/files.ts'
import type { Netlist } from './netlist.ts'

export const wrapperModule = 'TouchstoneWrapper'

/**
 * A module with four pins around a design with more ports than a package has pins: a shift register feeds the
 * inputs, and the outputs are registered and folded into one bit, one XOR a stage, so that no path of the wrapper is
 * longer than one LUT. The file is `wrapper.v`.
 */
export function wrapperOf(module: string, { ports }: Netlist, clock: string): FileSet {
  const inputs = Object.entries(ports).filter(
    ([name, { direction }]) => direction === 'input' && name !== clock,
  )
  const outputs = Object.entries(ports).filter(([, { direction }]) => direction !== 'input')
  const width = (list: typeof inputs) => list.reduce((sum, [, { bits }]) => sum + bits.length, 0)
  const [fed, taken] = [Math.max(width(inputs), 1), Math.max(width(outputs), 1)]
  const slices = (list: typeof inputs, vector: string) => {
    let at = 0
    return list.map(([name, { bits }]) => {
      at += bits.length
      return `.\\${name} (${vector}[${at - 1}:${at - bits.length}])`
    })
  }
  const connections = [`.\\${clock} (clk)`, ...slices(inputs, 'fed'), ...slices(outputs, 'out')]
  return fileSet({
    'wrapper.v': `module ${wrapperModule} (input clk, input feed, output fold);
  reg [${fed - 1}:0] fed;
  always @(posedge clk) fed <= {fed, feed};
  wire [${taken - 1}:0] out;
  reg [${taken - 1}:0] held, folded;
  always @(posedge clk) held <= out;
  always @(posedge clk) folded <= {folded, 1'b0} ^ held;
  assign fold = folded[${taken - 1}];
  \\${module} design (${connections.join(', ')});
endmodule
`,
  })
}
