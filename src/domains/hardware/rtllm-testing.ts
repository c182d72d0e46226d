import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Writes files under a new temporary directory and returns it. */
export async function writeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rtllm-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  return directory
}

/** A small suite in RTLLM's form: what its tasks need of the judge differs. */
export const smallSuite: Readonly<Record<string, string>> = {
  LICENSE: 'MIT License\n',
  'README.md': 'not a task\n',
  // No $finish; compares with `!=`, which an X never fulfils; the reference has a module that designs have too.
  'arithmetic/adders/add_4bit/design_description.txt':
    'Implement an adder of two 4-bit numbers.\n\nModule name: add_4bit\nInput ports: a[3:0], b[3:0]\nOutput ports: sum[3:0], carry\n',
  'arithmetic/adders/add_4bit/makefile': 'TEST_DESIGN = add_4bit\n',
  'arithmetic/adders/add_4bit/verified_add_4bit.v': `module half_adder (input a, b, output sum, carry);
  assign sum = a ^ b;
  assign carry = a & b;
endmodule
module verified_add_4bit (input [3:0] a, input [3:0] b, output [3:0] sum, output carry);
  wire unused_sum, unused_carry;
  half_adder h (a[0], b[0], unused_sum, unused_carry);
  assign {carry, sum} = a + b;
endmodule
`,
  'arithmetic/adders/add_4bit/testbench.v': `\`timescale 1ns / 1ps
module testbench;
  reg [3:0] a, b;
  wire [3:0] sum;
  wire carry;
  integer i, error = 0;
  add_4bit uut (.a(a), .b(b), .sum(sum), .carry(carry));
  initial begin
    for (i = 0; i < 100; i = i + 1) begin
      a = $random; b = $random;
      #10;
      if ({carry, sum} != a + b) error = error + 1;
    end
    if (error == 0) $display("===========Your Design Passed===========");
    else $display("===========Test completed with %d /100 failures===========", error);
  end
endmodule
`,
  // Waits for the design, reads a data file, has ports in order and a header of the older style.
  'control/doubler/design_description.txt':
    'Doubles d, in any number of cycles after start; then ready is 1.\n',
  'control/doubler/verified_doubler.v': `module doubler (clk, start, d, q, ready);
  input clk, start;
  input [7:0] d;
  output [7:0] q;
  output ready;
  reg [7:0] q = 0;
  reg ready = 0;
  always @(posedge clk) begin
    ready <= start;
    if (start) q <= d << 1;
  end
endmodule
`,
  'control/doubler/values.dat': '01\n02\n7f\n05\n',
  'control/doubler/testbench.v': `module tb_doubler ();
  reg clk = 0, start = 0;
  reg [7:0] d, values [0:3];
  wire [7:0] q;
  wire ready;
  integer i, error = 0;
  doubler dut (clk, start, d, q, ready);
  always #5 clk = ~clk;
  initial begin
    $readmemh("values.dat", values);
    for (i = 0; i < 4; i = i + 1) begin
      @(negedge clk) d = values[i]; start = 1;
      while (ready !== 1) @(negedge clk);
      start = 0;
      if (q !== values[i] * 2) begin
        error = error + 1;
        $display("Failed at %d", i);
      end
      while (ready !== 0) @(negedge clk);
    end
    if (error == 0) $display("=========== Your Design Passed ===========");
    $finish;
  end
endmodule
`,
}
