import { fileSet } from '../../core/files.ts'
import { limitsSchema } from '../../core/limits.ts'
import type { SandboxBackend } from '../../core/sandbox.ts'
import type { Submission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import type { Verdict } from '../../core/verdict.ts'
import { openLab } from '../../sandbox/index.ts'
import { judge } from './judge.ts'
import { answerPath, type HardwareKey } from './key.ts'

/** A small task for tests: a register with an enable, whose testbench compares on both edges. */
export const registerTask: Task<HardwareKey> = taskOf(
  `module RefModule (input clk, input reset, input enable, input [3:0] d, output reg [3:0] q, output any);
  always @(posedge clk) if (reset) q <= 4'd0; else if (enable) q <= d;
  assign any = |q;
endmodule
`,
  `\`timescale 1 ps/1 ps
\`define OK 12
module stimulus_gen (input clk, output logic reset, output logic enable, output logic [3:0] d);
  initial begin
    reset <= 1;
    enable <= 0;
    d <= 0;
    repeat (4) @(posedge clk);
    repeat (200) @(posedge clk, negedge clk) begin
      reset <= ($random & 15) == 0;
      enable <= $random;
      d <= $random;
    end
    #1 $finish;
  end
endmodule
module tb ();
  typedef struct packed {
    int errors;
    int errors_q;
    int errortime_q;
    int errors_any;
    int errortime_any;
    int clocks;
  } stats;
  stats stats1;
  reg clk = 0;
  initial forever #5 clk = ~clk;
  logic reset, enable;
  logic [3:0] d, q_ref, q_dut;
  logic any_ref, any_dut;
  stimulus_gen stim1 (.clk, .reset, .enable, .d);
  RefModule good1 (.clk, .reset, .enable, .d, .q(q_ref), .any(any_ref));
  TopModule top_module1 (.clk, .reset, .enable, .d, .q(q_dut), .any(any_dut));
  wire tb_match = {q_ref, any_ref} === ({q_ref, any_ref} ^ {q_dut, any_dut} ^ {q_ref, any_ref});
  task wait_for_end_of_timestep;
    #1;
  endtask
  always @(posedge clk, negedge clk) begin
    stats1.clocks++;
    if (!tb_match) stats1.errors++;
    if (q_ref !== (q_ref ^ q_dut ^ q_ref)) begin
      if (stats1.errors_q == 0) stats1.errortime_q = $time;
      stats1.errors_q++;
    end
    if (any_ref !== (any_ref ^ any_dut ^ any_ref)) begin
      if (stats1.errors_any == 0) stats1.errortime_any = $time;
      stats1.errors_any++;
    end
  end
  final $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
  initial begin
    #100000
    $display("TIMEOUT");
    $finish();
  end
endmodule
`,
)

/** The header that its designs have. */
export const registerHeader =
  'module TopModule (input clk, input reset, input enable, input [3:0] d, output reg [3:0] q, output any);'
export const registerBody = `always @(posedge clk) if (reset) q <= 0; else if (enable) q <= d;
assign any = q != 0;`

export function taskOf(reference: string, testbench: string): Task<HardwareKey> {
  return {
    id: 'register',
    domain: 'hardware',
    brief: {
      instructions:
        'A register named TopModule.\n - input  clk\n - input  reset\n - input  enable\n - input  d (4 bits)\n - output q (4 bits)\n - output any\n',
      files: fileSet({}),
      answer: { kind: 'files', paths: [answerPath], maxBytes: 256 * 1024 },
      limits: limitsSchema.parse({}),
      feedback: { consultations: 0, detail: 'findings' },
    },
    // A tenth of the official time: whoever uses it up here is in an endless loop.
    key: { reference, testbench, simulationSeconds: 3, notes: [] },
    origin: { suite: 'tests', source: 'here', version: '1', licence: 'MIT' },
    errata: [],
  }
}

export function answer(text: string): Submission {
  return { kind: 'files', files: fileSet({ [answerPath]: text }) }
}

/** Judges once, in a lab of its own. */
export async function judgeIn(
  backend: SandboxBackend,
  task: Task<HardwareKey>,
  submission: Submission,
): Promise<Verdict> {
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  return await judge(task, submission, lab)
}

/** Does something for each of many, two at a time: what a machine with two processors can do. */
export async function inPairs<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all([worker(), worker()])
}
