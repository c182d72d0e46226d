import type { Lab } from '../../core/domain.ts'
import { openProver, step, textAt } from '../../domains/hardware/formal/steps.ts'
import { Fallen } from '../source.ts'
import type { Plan } from './plan.ts'

export interface Probed {
  readonly cyclesToKnown?: number
  /** Outputs before anything has happened, with the inputs at 0 and the resets inactive. */
  readonly initial: Readonly<Record<string, string>>
  /** Outputs for each value of the inputs, in order; empty where there are too many. */
  readonly rows: readonly (readonly [string, string])[]
}

/** A table of so many lines can still be read. */
export const maxTableBits = 6
/** So many edges with the resets held are looked at. */
const maxCycles = 16
const seconds = 10

/** Simulates the reference alone for what a text should say of it. Throws `Fallen`. */
export async function probe(
  reference: string,
  facts: Pick<Plan, 'inputs' | 'outputs' | 'clock' | 'resets'>,
  lab: Lab,
): Promise<Probed> {
  await using sandbox = await openProver(
    lab,
    { 'probe.sv': `${benchText(facts)}\n${reference}` },
    2 * seconds,
  )
  const script = [
    'iverilog -g2012 -s touchstone_probe -o probe.vvp probe.sv >log 2>&1 </dev/null || { tail -c 4000 log; exit 1; }',
    'vvp -n probe.vvp >log 2>&1 </dev/null || { tail -c 4000 log; exit 1; }',
  ]
  const ran = await step(sandbox, script.join('\n'), seconds, lab.signal)
  if (ran.exhausted)
    throw new Fallen('never-settles', 'simulating it for a moment does not end', { log: ran.output })
  if (ran.exitCode !== 0)
    throw new Fallen('does-not-compile', 'it cannot be simulated with its own ports', { log: ran.output })
  return read((await textAt(sandbox, 'probed')) ?? '')
}

function benchText({
  inputs,
  outputs,
  clock,
  resets,
}: Pick<Plan, 'inputs' | 'outputs' | 'clock' | 'resets'>): string {
  const range = (width: number) => (width === 1 ? '' : `[${width - 1}:0] `)
  const pins = [...inputs, ...outputs].map(({ name }) => `.${name}(p_${name})`).join(', ')
  const bits = inputs.reduce((sum, { width }) => sum + width, 0)
  const all = (ports: Plan['inputs']) => `{${ports.map(({ name }) => `p_${name}`).join(', ')}}`
  const resetsAt = (active: boolean) =>
    resets.map((reset) => `p_${reset.name} = ${active ? reset.active : 1 - reset.active};`).join(' ')
  const body: string[] = [`${all(inputs)} = 0; ${resetsAt(false)}`]
  if (clock && !clock.rising) body.push(`p_${clock.name} = 1;`)
  body.push('#1;', ...outputs.map(({ name }) => `$fwrite(file, "initial ${name} %b\\n", p_${name});`))
  if (clock !== undefined) {
    const [active, rest] = clock.rising ? [1, 0] : [0, 1]
    const say = `if (^${all(outputs)} !== 1'bx) $fwrite(file, "known %0d\\n", cycle);`
    body.push(`${resetsAt(true)} cycle = 0; #1 ${say}`)
    body.push(
      `for (cycle = 1; cycle <= ${maxCycles}; cycle = cycle + 1) begin #1 p_${clock.name} = ${active}; #1 p_${clock.name} = ${rest}; #1 ${say} end`,
    )
  } else if (bits <= maxTableBits)
    body.push(
      `for (cycle = 0; cycle < ${2 ** bits}; cycle = cycle + 1) begin ${all(inputs)} = cycle; #1 $fwrite(file, "row %b %b\\n", ${all(inputs)}, ${all(outputs)}); end`,
    )
  return [
    '`timescale 1ps/1ps',
    'module touchstone_probe;',
    ...inputs.map(({ name, width }) => `reg ${range(width)}p_${name} = 0;`),
    ...outputs.map(({ name, width }) => `wire ${range(width)}p_${name};`),
    'integer file, cycle;',
    `RefModule touchstone_reference (${pins});`,
    'initial begin',
    'file = $fopen("probed");',
    ...body,
    '$fclose(file); $finish;',
    'end',
    'endmodule',
  ].join('\n')
}

function read(text: string): Probed {
  const initial: Record<string, string> = {}
  const rows: [string, string][] = []
  let cyclesToKnown: number | undefined
  for (const line of text.split('\n')) {
    const [word, first = '', second = ''] = line.split(' ')
    if (word === 'initial') initial[first] = second
    else if (word === 'row') rows.push([first, second])
    else if (word === 'known') cyclesToKnown ??= Number(first)
  }
  return { initial, rows, ...(cyclesToKnown !== undefined && { cyclesToKnown }) }
}
