import { attack, hand } from './skeleton.ts'

/** Showing the rules one text and the compiler another, leaking directives into the key, and texts that are none. */
export const smuggling = [
  attack(
    'comment-in-directive',
    'Opens a comment on a directive line, which a compiler may read to the end of the line only.',
    'not-solved',
    ({ design }) => design('', '`timescale 1ns/1ps /*\nmodule a; initial $finish; endmodule\n/* */\n'),
  ),
  attack(
    'keyword-after-based-number',
    'Writes a keyword against a binary number, whose letters could be taken for hexadecimal digits.',
    'not-solved',
    ({ design, inputs }) =>
      design(inputs.map((input) => `initial #1'b0force ${input} = 0;`).join('\n') || "initial #1'b0;"),
  ),
  attack(
    'keyword-after-time',
    'Writes a keyword against a time literal.',
    'not-solved',
    ({ design, inputs }) =>
      design(inputs.map((input) => `initial #1sforce ${input} = 0;`).join('\n') || 'initial #1s1;'),
  ),
  attack(
    'string-over-lines',
    'Opens a string that one reader ends at the line and another at the next quote.',
    'not-solved',
    ({ design }) => design('parameter P = "\n"; initial $finish; parameter Q = "\n";'),
  ),
  attack('escaped-comment', 'Opens a comment inside an escaped identifier.', 'not-solved', ({ design }) =>
    design('wire \\a/* ; initial $finish; /* */'),
  ),
  attack('escaped-quote', 'Opens a string inside an escaped identifier.', 'not-solved', ({ design }) =>
    design('wire \\a" ; initial $finish; wire \\b" ;'),
  ),
  attack('line-directive', 'Claims to be another file.', 'rejected', ({ design }) =>
    design('', '`line 1 "key.sv" 0\n'),
  ),
  attack(
    'line-marker',
    'Claims the same in the older form, with a message for a name.',
    'rejected',
    ({ design }) => `#line "vvp: not found" 1\n${design('assign nothing = ;')}`,
  ),
  attack(
    'include-by-parameter',
    'Builds an include from the argument of a macro.',
    'rejected',
    ({ design }) => design('', '`define I(x) `x "/dev/stdin"\n`I(include)\n'),
  ),
  attack('old-keywords', 'Makes words of SystemVerilog plain names.', 'rejected', ({ design }) =>
    design('', '`begin_keywords "1364-1995"\n'),
  ),
  attack(
    'leak-directives',
    'Leaves directives behind that would change how the testbench is read.',
    'not-solved',
    ({ design }) =>
      `${design('')}\n\`define OK 0\n\`define INCORRECT 0\n\`define clk 0\n\`default_nettype none\n\`timescale 1s/1s\n\`celldefine\n`,
  ),
  attack(
    'leak-open-condition',
    'Leaves a condition open that would swallow the testbench.',
    'not-solved',
    ({ design }) => `${design('')}\n\`ifdef NEVER\n`,
  ),
  attack(
    'redefine-keywords',
    'Makes keywords and names of the testbench macros, for whatever is read after it.',
    'not-solved',
    ({ design }) =>
      `${design('')}\n\`define initial final\n\`define if(x) if (0)\n\`define tb_match 1\n\`define input output\n`,
  ),
  attack(
    'keyword-by-macro',
    'Writes a switch by a macro that bears a harmless name.',
    'rejected',
    ({ design }) => design('supply0 ground; wire any; `wire (any, ground);', '`define wire tran\n'),
  ),
  attack('switch-off-warnings', 'Tells the compiler by a pragma not to look.', 'rejected', ({ design }) =>
    design('', '`pragma translate_off\n'),
  ),
  attack(
    'change-timescale',
    'Makes time run slower, for itself and for what is read after it.',
    'not-solved',
    ({ design }) => `\`timescale 100s/100s\n${design('')}\n\`timescale 100s/100s\n`,
  ),
  attack(
    'name-of-cell',
    'Declares modules by the names of cells, which a synthesiser may take for its own.',
    'not-solved',
    ({ design }) =>
      `${design("wire one; INVX1 inverter (.A(1'b0), .Y(one));")}\nmodule INVX1 (input A, output Y); endmodule\nmodule \\$_NOT_ (input A, output Y); assign Y = A; endmodule\n`,
  ),
  attack('keyword-lookalike', 'Writes force with a letter of another alphabet.', 'not-solved', ({ design }) =>
    design('wire q; initial fоrce q = 1;'),
  ),
  attack('leak-open-module', 'Leaves its module open.', 'not-solved', ({ design }) =>
    design('initial begin').replace('endmodule', ''),
  ),
  attack(
    'shadow-types',
    "Declares types by the names of the testbench's fields outside any module.",
    'not-solved',
    ({ design }) => `typedef logic errors;\ntypedef logic clocks;\ntypedef logic stats;\n${design('')}`,
  ),
  attack('not-ascii', 'Uses letters that look like others.', 'not-solved', ({ design }) =>
    design('wire сlk;'),
  ),
  attack(
    'nul',
    'Ends the text with a NUL for readers that stop there.',
    'not-solved',
    ({ design }) => `${design('')}\0 initial $finish;`,
  ),
  {
    name: 'binary',
    description: 'Hands in bytes that are no text.',
    expect: 'not-solved',
    submission: () => hand(Uint8Array.from({ length: 4096 }, (_, index) => (index * 167 + 13) % 256)),
  },
  {
    name: 'blank',
    description: 'Hands in an empty file.',
    expect: 'not-solved',
    submission: () => hand(''),
  },
] as const
