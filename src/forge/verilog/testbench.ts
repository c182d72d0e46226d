import { ownPrefix } from './naming.ts'
import { type Bench, inputName, longestTime, stimulusText } from './stimulus.ts'

const own = ownPrefix

/**
 * A testbench of the kind that the hardware judge knows: it applies the same stimuli to reference and design and counts
 * the samples in which they differ.
 */
export function testbenchText(bench: Bench, module: string): string {
  const { inputs, outputs, clock, resets, stimulus } = bench
  const start = (name: string) => {
    if (name === clock?.name) return clock.rising ? 0 : 1
    const reset = resets.find((each) => each.name === name)
    return reset?.active ?? 0
  }
  const pins = (side: 'ref' | 'dut') =>
    [
      ...inputs.map(({ name }) => `.${name}(${inputName(name)})`),
      ...outputs.map(({ name }) => `.${name}(${side}_${name})`),
    ].join(',\n    ')
  return [
    '`timescale 1 ps/1 ps',
    '',
    `// Made from the ports of ${module} by touchstone forge: constrained random stimuli with the seed ${stimulus.seed},`,
    `// and ${stimulus.directed.length} sequences that a prover found. Both modules get the same inputs; each output is compared`,
    '// once the inputs have settled, and again after the active edge of the clock where there is one.',
    'module tb();',
    '',
    '  typedef struct packed {',
    '    int errors;',
    '    int errortime;',
    ...outputs.flatMap(({ name }) => [`    int errors_${name};`, `    int errortime_${name};`]),
    '    int clocks;',
    '  } stats;',
    '  stats stats1;',
    '',
    ...inputs.map(({ name, width }) => `  reg ${range(width)}${inputName(name)} = ${start(name)};`),
    ...outputs.flatMap(({ name, width }) => [
      `  wire ${range(width)}ref_${name};`,
      `  wire ${range(width)}dut_${name};`,
    ]),
    '',
    `  RefModule good1 (\n    ${pins('ref')}\n  );`,
    `  TopModule top_module1 (\n    ${pins('dut')}\n  );`,
    '',
    '  // X in the reference matches anything; X in the design matches only X.',
    `  task ${own}check;`,
    '    stats1.clocks++;',
    `    if (${outputs.map(({ name }) => differs(name)).join(' || ')}) begin`,
    '      if (stats1.errors == 0) stats1.errortime = $time;',
    '      stats1.errors++;',
    '    end',
    ...outputs.flatMap(({ name }) => [
      `    if (${differs(name)}) begin`,
      `      if (stats1.errors_${name} == 0) stats1.errortime_${name} = $time;`,
      `      stats1.errors_${name}++;`,
      '    end',
    ]),
    '  endtask',
    '',
    stimulusText(bench),
    '',
    '  final $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);',
    '',
    '  initial begin',
    `    #${longestTime(bench)}`,
    '    $display("TIMEOUT");',
    '    $finish;',
    '  end',
    'endmodule',
    '',
  ].join('\n')
}

function differs(name: string): string {
  return `ref_${name} !== (ref_${name} ^ dut_${name} ^ ref_${name})`
}

function range(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0] `
}
