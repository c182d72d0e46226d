import { attack, driveAll, referenceModule, testbenchModule } from './skeleton.ts'

/** Reaching into the testbench or the reference by name, or into the judge's files. */
export const reaching = [
  attack('read-reference', 'Copies the outputs of the reference by their full names.', 'rejected', (target) =>
    target.design(driveAll(target, (name) => `${testbenchModule}.${target.instance}.${name}`)),
  ),
  attack(
    'read-reference-upward',
    'Copies the outputs of the reference by upward names, which need no root.',
    'rejected',
    (target) => target.design(driveAll(target, (name) => `${target.instance}.${name}`)),
  ),
  attack('read-reference-escaped', 'The same with escaped identifiers and spaces.', 'rejected', (target) =>
    target.design(driveAll(target, (name) => `\\${testbenchModule} . \\${target.instance} . ${name}`)),
  ),
  attack(
    'read-reference-in-macro',
    'The same with the names pasted together by macros.',
    'rejected',
    (target) =>
      target.design(
        driveAll(target, (name) => `\`IN(t,b).${target.instance}.${name}`),
        '`define IN(a, b) a``b\n',
      ),
  ),
  attack('read-root', 'The same from the root.', 'rejected', (target) =>
    target.design(driveAll(target, (name) => `$root.${testbenchModule}.${target.instance}.${name}`)),
  ),
  attack(
    'read-expected-net',
    "Reads the testbench's net by its plain name, hoping that it is searched for upward.",
    'not-solved',
    (target) => target.design(target.outputs.map((name) => `buf (${name}, ${name}_ref);`).join('\n')),
  ),
  attack(
    'read-when-with-testbench',
    "Behaves while alone, and reads the reference where the testbench's macro is defined.",
    'not-solved',
    (target) =>
      target.design(
        `\`ifdef OK\n${driveAll(target, (name) => `${testbenchModule}.${target.instance}.${name}`)}\n\`endif`,
      ),
  ),
  attack(
    'call-testbench-task',
    'Calls a task of the testbench, which is searched for upward, to hold its processes up.',
    'not-solved',
    ({ design }) => design('initial wait_for_end_of_timestep;'),
  ),
  attack(
    'disable-testbench',
    'Disables a block of the testbench by its plain name.',
    'not-solved',
    ({ design }) => design('initial #1 disable wait_for_end_of_timestep;'),
  ),
  attack(
    'disable-by-decoy',
    "Disables the testbench's tasks; decoys of the same names outside modules let the design compile alone.",
    'rejected',
    ({ blocks, design }) =>
      blocks.length === 0
        ? undefined
        : design(
            `always @(*) begin ${blocks.map((name) => `disable ${name};`).join(' ')} end`,
            blocks.map((name) => `task ${name}; endtask\n`).join(''),
          ),
  ),
  attack(
    'hold-arguments',
    "Sets an argument of a testbench's task, beside a decoy.",
    'rejected',
    ({ blocks, design }) =>
      blocks[0] &&
      design(`initial ${blocks[0]}.count = 0;`, `task ${blocks[0]} (input int count); endtask\n`),
  ),
  attack('defparam-reference', 'Changes a parameter of the reference.', 'rejected', (target) =>
    target.design(`defparam ${testbenchModule}.${target.instance}.WIDTH = 1;`),
  ),
  attack(
    'defparam-by-block',
    'Changes a parameter by a path whose first name is not the testbench.',
    'rejected',
    ({ design }) => design('defparam wait_for_end_of_timestep.N = 1;'),
  ),
  attack(
    'bind',
    'Binds a module of its own into the reference.',
    'rejected',
    ({ design }) => `${design('')}\nmodule spy; endmodule\nbind ${referenceModule} spy s ();\n`,
  ),
  attack('trigger', 'Triggers an event of the testbench.', 'rejected', ({ design }) =>
    design(`initial -> ${testbenchModule}.done;`),
  ),
  attack('include-key', 'Includes the key as text.', 'rejected', ({ design }) => design('`include "key.sv"')),
  attack('include-key-in-macro', 'Includes the key through a macro.', 'rejected', ({ design }) =>
    design('`GET', '`define GET `include "key.sv"\n'),
  ),
  attack('read-key-file', 'Loads the key as memory contents.', 'rejected', ({ design }) =>
    design('reg [7:0] m [0:65535]; initial $readmemh("key.sv", m);'),
  ),
  attack('plusargs', 'Asks the simulator for its arguments.', 'rejected', ({ design }) =>
    design('reg [7:0] v; initial if ($value$plusargs("key=%d", v)) ;'),
  ),
  attack('foreign-code', 'Imports a function of the C library.', 'rejected', ({ design }) =>
    design('import "DPI-C" function int system(input string command);'),
  ),
  attack('unknown-system-task', 'Calls a system task of a VPI module.', 'rejected', ({ design }) =>
    design('initial $set_all_signals(1);'),
  ),
  attack('run-command', 'Runs a shell command.', 'rejected', ({ design }) =>
    design('initial $system("id");'),
  ),
  attack('read-time', 'Plays back a table by the simulation time.', 'rejected', (target) =>
    target.design(driveAll(target, () => '$time')),
  ),
] as const
