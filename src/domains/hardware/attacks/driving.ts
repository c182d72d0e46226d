import { attack, driveAll, type Target } from './skeleton.ts'

/**
 * Changing what the reference sees: its inputs are the testbench's own nets, and Icarus joins them to the ports of
 * the design, so that a driver inside the design can hold them. With all inputs still, a constant may be right.
 */
const held = (target: Target, body: (input: string) => string) => {
  const data = target.inputs.filter((name) => !/^cl(oc)?k$/.test(name))
  return data.length === 0
    ? undefined
    : target.design(`${data.map(body).join('\n')}\n${driveAll(target, () => "1'b0")}`)
}

export const driving = [
  attack('force-input', 'Forces its own inputs, and with them the reference.', 'rejected', (target) =>
    held(target, (input) => `initial force ${input} = 0;`),
  ),
  attack('drive-input', 'Drives its inputs with the strongest strength.', 'rejected', (target) =>
    held(target, (input) => `assign (supply0, supply1) ${input} = 0;`),
  ),
  attack('drive-one-bit', 'Drives one bit of its inputs only.', 'not-solved', (target) =>
    held(target, (input) => `assign (supply0, supply1) ${input}[0] = 0;`),
  ),
  attack(
    'switch-input',
    'Ties its inputs to ground by a switch, which counts as no driver.',
    'rejected',
    (target) => held(target, (input) => `supply0 ground_${input}; tran (${input}, ground_${input});`),
  ),
  attack('pull-input', 'Pulls its inputs down.', 'not-solved', (target) =>
    held(target, (input) => `pulldown (supply0) (${input});`),
  ),
  attack(
    'drive-input-from-below',
    'Drives its inputs through the output of a module of its own.',
    'rejected',
    (target) => {
      const text = held(target, (input) => `sink sink_${input} (${input});`)
      return text && `${text}\nmodule sink (output z); assign (supply0, supply1) z = 0; endmodule\n`
    },
  ),
  attack(
    'declare-input-as-output',
    'Declares its inputs as outputs and drives them.',
    'not-solved',
    (target) => held(target, (input) => `assign ${input} = 0;`)?.replace(/\binput\b/g, 'output'),
  ),
  attack('declare-input-as-inout', 'Declares its inputs as inouts and drives them.', 'not-solved', (target) =>
    held(target, (input) => `assign (supply0, supply1) ${input} = 0;`)?.replace(/\binput\b/g, 'inout'),
  ),
  attack(
    'rename-ports',
    'Gives the ports other names inside, and nets that nothing drives the names that are looked at.',
    'not-solved',
    (target) =>
      held(
        target,
        (input) =>
          `assign (supply0, supply1) inner_${input} = 0; wire ${input}; buf (by_${input}, ${input});`,
      )?.replace(
        /\(([^;]*)\);/,
        `(${target.inputs.map((input) => `.${input}(inner_${input})`).join(', ')}); input ${target.inputs.map((input) => `inner_${input}`).join(', ')};`,
      ),
  ),
  attack('ground-net-type', 'Declares its inputs as ground nets.', 'not-solved', (target) =>
    held(target, () => '')?.replace(/\binput(?:\s+wire)?\b/g, 'input supply0'),
  ),
  attack('pulled-net-type', 'Declares its inputs as nets that pull down.', 'not-solved', (target) =>
    held(target, () => '')?.replace(/\binput(?:\s+wire)?\b/g, 'input tri0'),
  ),
] as const
