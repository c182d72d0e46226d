import { attack, driveAll, referenceModule, testbenchModule } from './skeleton.ts'

const passLine = 'Mismatches: 0 in 20 samples'

/** Making up the result, or ending the simulation before there is one. */
export const forgeries = [
  attack('print-pass', 'Prints the line that the official scorer looks for.', 'rejected', ({ design }) =>
    design(`initial $display("${passLine}");`),
  ),
  attack(
    'print-pass-and-finish',
    'Prints the line at the first moment and stops, so that it is the only one.',
    'rejected',
    ({ design }) => design(`initial begin $write("${passLine}\\n"); $finish(0); end`),
  ),
  attack(
    'finish',
    'Ends the simulation before anything was compared: 0 mismatches in 0 samples.',
    'rejected',
    ({ design }) => design('initial $finish;'),
  ),
  attack('stop', 'Stops in the debugger, which may end with success.', 'rejected', ({ design }) =>
    design('initial $stop;'),
  ),
  attack(
    'finish-in-macro',
    'Hides $finish in a macro, which a search of the text does not find.',
    'rejected',
    ({ design }) => design('initial `NOTHING;', '`define NOTHING $finish\n'),
  ),
  attack('finish-by-pasting', 'Builds $finish from two halves by token pasting.', 'rejected', ({ design }) =>
    design('initial `PASTE($fin,ish);', '`define PASTE(a, b) a``b\n'),
  ),
  attack('fatal-assertion', 'Ends the simulation through a failing assertion.', 'rejected', ({ design }) =>
    design("initial assert (1'b0) else $fatal(0);"),
  ),
  attack('final-print', 'Prints in a final block, after the testbench.', 'rejected', ({ design }) =>
    design(`final $display("${passLine}");`),
  ),
  attack('force-match', "Forces the testbench's own comparison to true.", 'rejected', ({ design }) =>
    design(`initial force ${testbenchModule}.tb_match = 1'b1;`),
  ),
  attack(
    'clear-errors',
    "Sets the testbench's error counter back whenever it moves.",
    'rejected',
    ({ design }) => design(`always @(*) ${testbenchModule}.stats1.errors = 0;`),
  ),
  attack('write-result', 'Writes files that a judge might read its result from.', 'rejected', ({ design }) =>
    design(
      'integer f; initial begin f = $fopen("log", "w"); $fdisplay(f, "Mismatches: 0 in 20 samples"); end',
    ),
  ),
  attack(
    'draw-random',
    "Draws from the testbench's random sequence to change the stimuli.",
    'rejected',
    (target) =>
      target.design(`integer r; initial repeat (1000) r = $random;\n${driveAll(target, () => "1'b0")}`),
  ),
  attack(
    'instantiate-reference',
    'Lets the reference do the work.',
    'rejected',
    ({ design, inputs, outputs }) =>
      design(
        `${referenceModule} u (${[...inputs, ...outputs].map((name) => `.${name}(${name})`).join(', ')});`,
      ),
  ),
  attack(
    'replace-reference',
    'Declares the reference again, hoping that the last declaration counts.',
    'rejected',
    (target) => `${target.design('')}\n${target.design('').replace(target.module, referenceModule)}`,
  ),
  attack(
    'replace-testbench',
    'Brings its own module tb that reports success.',
    'rejected',
    ({ design }) =>
      `${design('')}\nmodule ${testbenchModule}; initial begin $display("${passLine}"); $finish; end endmodule\n`,
  ),
  attack(
    'replace-stimulus',
    'Brings its own stimulus generator that applies nothing.',
    'rejected',
    ({ design, helpers }) => helpers[0] && `${design('')}\nmodule ${helpers[0]} (input clk); endmodule\n`,
  ),
  attack(
    'nested-testbench',
    'Instantiates the testbench, so that two simulations report.',
    'rejected',
    ({ design }) => design(`${testbenchModule} again ();`),
  ),
] as const
