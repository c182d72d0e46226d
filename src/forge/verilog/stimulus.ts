import { ownPrefix } from './naming.ts'
import type { Plan, Step } from './plan.ts'

const own = ownPrefix
const seed = `${own}seed`
const pick = `${own}pick`
/** Inputs of so many bits are tried out one and all. */
const exhaustiveBits = 16
/** Cycles of reset that a phase begins with, at most, besides those that the outputs need to be known. */
const moreResetCycles = 3

export type Bench = Pick<Plan, 'inputs' | 'outputs' | 'clock' | 'resets' | 'cyclesToKnown' | 'stimulus'>
type Port = Bench['inputs'][number]

/** The testbench's name for an input of both designs. */
export function inputName(name: string): string {
  return `in_${name}`
}

/** Inputs that are neither clock nor reset. */
export function dataOf({
  inputs,
  clock,
  resets,
}: Pick<Bench, 'inputs' | 'clock' | 'resets'>): readonly Port[] {
  return inputs.filter(({ name }) => name !== clock?.name && !resets.some((reset) => reset.name === name))
}

/** Declarations, tasks and the one process that applies the stimuli and ends the simulation. */
export function stimulusText(bench: Bench): string {
  const data = dataOf(bench)
  const bits = bench.inputs.reduce((sum, { width }) => sum + width, 0)
  const whole = bench.clock === undefined && bits <= exhaustiveBits
  return [
    ...helpers(bench, data),
    '  initial begin',
    ...(whole ? everything(bench, bits) : bench.clock === undefined ? combinational(bench) : clocked(bench)),
    ...directed(bench),
    '    $finish;',
    '  end',
  ].join('\n')
}

/** No simulation of this testbench takes longer, in its units of time. */
export function longestTime({ inputs, stimulus, cyclesToKnown = 0 }: Bench): number {
  const bits = inputs.reduce((sum, { width }) => sum + width, 0)
  const steps = stimulus.directed.reduce((sum, trace) => sum + trace.length + 4, 0)
  const random = stimulus.phases * (stimulus.cycles + cyclesToKnown + 2 * moreResetCycles)
  return 40 * (random + steps + 2 ** Math.min(bits, exhaustiveBits) + 1000)
}

function helpers(bench: Bench, data: readonly Port[]): string[] {
  const vectors = data.filter(({ width }) => width > 1)
  const single = data.filter(({ width }) => width === 1)
  return [
    '  // A private seed: nothing that a design draws changes the stimuli.',
    `  int ${seed} = ${bench.stimulus.seed};`,
    `  function int ${pick}(input int n);`,
    `    ${pick} = $unsigned($random(${seed})) % n;`,
    '  endfunction',
    '',
    '  // What a phase is like: how often inputs stay as they are, of 16; how often a bit is 1, of 8; what kind of',
    '  // values a vector has, and one that they are near to.',
    `  int ${own}hold;`,
    ...single.map(({ name }) => `  int ${own}often_${name};`),
    ...vectors.map(({ name, width }) => `  int ${own}kind_${name}; reg [${width - 1}:0] ${own}near_${name};`),
    `  task ${own}phase;`,
    `    ${own}hold = ${pick}(4) * ${pick}(5);`,
    ...single.map(({ name }) => `    ${own}often_${name} = ${pick}(9);`),
    ...vectors.map(
      (port) => `    ${own}kind_${port.name} = ${pick}(8); ${own}near_${port.name} = ${randomValue(port)};`,
    ),
    '  endtask',
    '',
    `  task ${own}drive;`,
    ...single.map(
      ({ name }) =>
        `    if (${pick}(16) >= ${own}hold) ${inputName(name)} = ${pick}(8) < ${own}often_${name};`,
    ),
    ...vectors.flatMap((port) => driveVector(port, vectors)),
    '  endtask',
    '',
    '  // One step: what follows the inputs at once is looked at, then what follows the clock.',
    `  task ${own}step;`,
    ...stepBody(bench),
    '  endtask',
  ]
}

function stepBody({ clock }: Bench): string[] {
  if (clock === undefined) return [`    #4 ${own}check; #1;`]
  const [active, rest] = clock.rising ? [1, 0] : [0, 1]
  const name = inputName(clock.name)
  return [
    `    #4 ${own}check;`,
    `    #1 ${name} = ${active};`,
    `    #4 ${own}check;`,
    ...(clock.bothEdges ? [`    #1 ${own}drive;`, `    #4 ${own}check;`] : []),
    `    #1 ${name} = ${rest}; #1;`,
  ]
}

function randomValue({ width }: Port): string {
  return `{${Array.from({ length: Math.ceil(width / 32) }, () => `$random(${seed})`).join(', ')}}`
}

function driveVector(port: Port, vectors: readonly Port[]): string[] {
  const { name, width } = port
  const input = inputName(name)
  const one = `{{${width - 1}{1'b0}}, 1'b1}`
  const others = vectors.filter((other) => other.name !== name)
  const equal = others.filter((other) => other.width === width)
  const [twin] = equal.length > 0 ? equal : others
  const small = Math.min(2 ** Math.min(width, 20), 16)
  const values = [
    `${width}'d0`,
    `{${width}{1'b1}}`,
    `${one} << ${pick}(${width})`,
    `~(${one} << ${pick}(${width}))`,
    `${one} << ${width - 1}`,
    `~(${one} << ${width - 1})`,
    `${input} + 1`,
    `${input} - 1`,
    `${input} ^ (${one} << ${pick}(${width}))`,
    `${pick}(${small})`,
    `${randomValue(port)} & ${randomValue(port)}`,
    `${randomValue(port)} | ${randomValue(port)}`,
    ...(twin ? [inputName(twin.name), `${inputName(twin.name)} + ${pick}(3) - 1`] : []),
  ]
  return [
    `    if (${pick}(16) >= ${own}hold)`,
    `      if (${own}kind_${name} == 0) ${input} = ${pick}(${Math.min(small, 4)});`,
    `      else if (${own}kind_${name} == 1) ${input} = ${own}near_${name} ^ ((${one} & ${pick}(2)) << ${pick}(${width}));`,
    `      else if (${own}kind_${name} == 2) ${input} = ${input} + 1;`,
    `      else case (${pick}(24))`,
    ...values.map((value, index) => `        ${index}: ${input} = ${value};`),
    `        default: ${input} = ${randomValue(port)};`,
    '      endcase',
  ]
}

function everything({ inputs }: Bench, bits: number): string[] {
  const all = inputs.map(({ name }) => inputName(name)).join(', ')
  return [
    '    // All values that the inputs can have.',
    `    for (int value = 0; value < ${2 ** bits}; value++) begin`,
    `      {${all}} = value;`,
    `      ${own}step;`,
    '    end',
  ]
}

function combinational({ inputs, stimulus }: Bench): string[] {
  const all = inputs.map(({ name }) => inputName(name)).join(', ')
  return [
    `    {${all}} = 0; ${own}step;`,
    `    {${all}} = ~0; ${own}step;`,
    `    repeat (${stimulus.phases}) begin`,
    `      ${own}phase;`,
    `      repeat (${stimulus.cycles}) begin ${own}drive; ${own}step; end`,
    '    end',
  ]
}

function clocked({ resets, stimulus, cyclesToKnown = 1 }: Bench): string[] {
  const set = (name: string, value: number) => `${inputName(name)} = ${value};`
  const all = resets.map(({ name, active }) => set(name, active)).join(' ')
  const none = resets.map(({ name, active }) => set(name, 1 - active)).join(' ')
  const held = Math.max(1, cyclesToKnown)
  const lines = [
    `    ${own}phase;`,
    ...(resets.length === 0
      ? []
      : [`    ${all}`, `    repeat (${held + 1}) begin ${own}drive; ${own}step; end`, `    ${none}`]),
    `    for (int phase = 0; phase < ${stimulus.phases}; phase++) begin`,
    `      ${own}phase;`,
  ]
  if (resets.length > 0)
    lines.push(
      '      // Most phases begin with a reset; the others go on from where the last one ended.',
      `      if (phase % 4 != 3) begin`,
      `        ${all}`,
      `        repeat (${held} + ${pick}(${moreResetCycles})) begin ${own}drive; ${own}step; end`,
      `        ${none}`,
      '      end',
    )
  lines.push(`      repeat (${stimulus.cycles}) begin`, `        ${own}drive;`)
  for (const { name, active, asynchronous } of resets) {
    // Never in one phase of three, now and then in another, often in the last.
    lines.push(
      `        if (${inputName(name)} == ${active}) begin if (${pick}(2) == 0) ${set(name, 1 - active)} end`,
      `        else if (phase % 3 != 0 && ${pick}(phase % 3 == 1 ? 100 : 20) == 0) ${set(name, active)}`,
    )
    if (asynchronous)
      lines.push(
        `        else if (phase % 3 == 2 && ${pick}(40) == 0) begin ${set(name, active)} #4 ${own}check; #1 ${set(name, 1 - active)} end`,
      )
  }
  return [...lines, `        ${own}step;`, '      end', '    end']
}

/** Sequences that the random stimuli do not have. Each begins as a prover found it: with the resets active. */
function directed(bench: Bench): string[] {
  const { inputs, clock, resets, stimulus } = bench
  if (stimulus.directed.length === 0) return []
  const driven = inputs.filter(({ name }) => name !== clock?.name)
  const width = driven.reduce((sum, port) => sum + port.width, 0)
  const all = driven.map(({ name }) => inputName(name)).join(', ')
  const stepValue = ({ values }: Step) =>
    `${width}'b${driven.map((port) => (values[port.name] ?? '').padStart(port.width, '0').replace(/[^01]/g, '0')).join('')}`
  const settle = resets.map(({ name, active }) => `${inputName(name)} = ${active};`).join(' ')
  return [
    '    // Sequences that tell small mistakes from the reference where the random stimuli did not.',
    ...stimulus.directed.flatMap((trace) => [
      ...(resets.length > 0 ? [`    ${settle} repeat (2) ${own}step;`] : []),
      ...trace.map((step) => {
        const apply = width > 0 ? `{${all}} = ${stepValue(step)};` : ''
        if (clock === undefined || step.tick) return `    ${apply} ${own}step;`
        const level = step.values[clock.name] === '1' ? 1 : 0
        return `    ${inputName(clock.name)} = ${level}; #1 ${apply} #4 ${own}check; #1;`
      }),
      ...(clock === undefined ? [] : [`    ${inputName(clock.name)} = ${clock.rising ? 0 : 1}; #1;`]),
    ]),
  ]
}
