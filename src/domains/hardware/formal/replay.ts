import { randomBytes } from 'node:crypto'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { factsOf, type HardwareKey, topModule } from '../key.ts'
import { declaredUnits, renameModules } from '../modules.ts'
import type { Clocking } from './clocking.ts'
import type { Trace } from './decide.ts'
import { comparesAtOnce, type Interface, type Port } from './miter.ts'
import type { Reset } from './reset.ts'
import { step, textAt } from './steps.ts'

const replaySeconds = 10
/** Simulated time for one step of the trace, in ns. */
export const stepTime = 10

export interface Replayed {
  /** Where the two differ in the simulator; undefined where they never do. */
  readonly difference?: {
    readonly step: number
    readonly output: string
    readonly gold: string
    readonly gate: string
  }
  readonly waveform: string | undefined
  readonly log: string
}

/**
 * Plays a counterexample to reference and design in Icarus, as they were written and not as the prover read them. The
 * record of a difference goes to a file whose name is drawn here.
 */
export async function replay(
  sandbox: Sandbox,
  {
    key,
    design,
    ports,
    resets,
    clocking,
    trace,
    signal,
  }: {
    readonly key: HardwareKey
    readonly design: string
    readonly ports: Interface
    readonly resets: readonly Reset[]
    readonly clocking: Clocking
    readonly trace: Trace
    readonly signal: AbortSignal
  },
): Promise<Replayed> {
  const nonce = randomBytes(8).toString('hex')
  const { reference } = factsOf(key)
  const units = declaredUnits(reference.tokens).map(({ text }) => [text, `${text}_${nonce}`] as const)
  const gold = renameModules(key.reference, reference, new Map(units))
  const bench = benchText({ ports, resets, clocking, trace, nonce })
  await sandbox.write(fileSet({ 'replay.sv': `${bench}\n${gold}\n\`resetall\n`, 'design.sv': design }))
  const script = [
    `iverilog -g2012 -s replay_${nonce} -o replay.vvp replay.sv design.sv >replay.log 2>&1 </dev/null || { tail -c 4096 replay.log; exit 1; }`,
    'vvp -n replay.vvp >replay.log 2>&1 </dev/null || { tail -c 4096 replay.log; exit 1; }',
  ]
  const { output } = await step(sandbox, script.join('\n'), replaySeconds, signal)
  const record = await textAt(sandbox, `difference-${nonce}`)
  const waveform = await textAt(sandbox, 'counterexample.vcd')
  const found = /^(\d+) (\S+) ([01xz]+) ([01xz]+)$/m.exec(record ?? '')
  return {
    waveform: waveform?.replaceAll(`_${nonce}`, ''),
    log: output.replaceAll(`_${nonce}`, ''),
    ...(found && {
      difference: { step: Number(found[1]), output: found[2]!, gold: found[3]!, gate: found[4]! },
    }),
  }
}

interface Bench {
  readonly ports: Interface
  readonly resets: readonly Reset[]
  readonly clocking: Clocking
  readonly trace: Trace
  readonly nonce: string
}

function benchText({ ports: { inputs, outputs }, resets, clocking, trace, nonce }: Bench): string {
  const pins = (side: 'reference' | 'design') =>
    [
      ...inputs.map(({ name }) => `.\\${name} (\\${name} )`),
      ...outputs.map(({ name }) => `.\\${name} (\\${name}_${side} )`),
    ].join(', ')
  const active = Object.fromEntries(resets.map((reset) => [reset.name, String(reset.active)]))
  const checks = outputs.map(({ name }, index) => {
    const [one, other] = [`\\${name}_reference `, `\\${name}_design `]
    return `if (!differs && ${one} !== (${one} ^ ${other} ^ ${one})) begin differs = 1; $fwrite(file_${nonce}, "%0d ${index} %b %b\\n", at_step, ${one}, ${other}); end`
  })
  const atOnce = comparesAtOnce(clocking, resets, 'strict')
  const applied = trace.map((values, index) => (index === 0 ? { ...values, ...active } : values))
  const steps = applied.map(
    (values, index) =>
      `at_step = ${index}; ${moves(values, applied[index - 1], clocking).join(' ')} ${index > 0 || atOnce ? 'check; ' : ''}#1${edge(clocking)}`,
  )
  return [
    '`timescale 1ns/1ns',
    `module replay_${nonce};`,
    ...inputs.map((port) => `reg ${range(port)}\\${port.name}  = ${initial(port, trace, clocking)};`),
    ...outputs.flatMap((port) => [
      `wire ${range(port)}\\${port.name}_reference ;`,
      `wire ${range(port)}\\${port.name}_design ;`,
    ]),
    'reg differs = 0;',
    `integer at_step, file_${nonce};`,
    `RefModule_${nonce} gold_${nonce} (${pins('reference')});`,
    `${topModule} gate_${nonce} (${pins('design')});`,
    `task check; begin ${checks.join('\n')} end endtask`,
    'initial begin',
    `file_${nonce} = $fopen("difference-${nonce}");`,
    `$dumpfile("counterexample.vcd"); $dumpvars(1, replay_${nonce});`,
    ...steps,
    `#${stepTime} $fclose(file_${nonce}); $finish;`,
    'end',
    'endmodule',
  ].join('\n')
}

/**
 * One step's inputs. Clocks move a moment before the rest: what a register sees at an edge are the values before it.
 */
function moves(now: Trace[number], before: Trace[number] | undefined, clocking: Clocking): string[] {
  const clocks = clocking.kind === 'any' ? clocking.clocks : []
  const changed = Object.entries(now).filter(([name, value]) => value !== before?.[name])
  const settings = (wanted: boolean) =>
    changed
      .filter(
        ([name]) => clocks.includes(name) === wanted && !(clocking.kind === 'one' && clocking.clock === name),
      )
      .map(([name, value]) => `\\${name} = ${value.length}'b${value};`)
  return [...settings(true), '#1', ...settings(false), `#${stepTime / 2 - 2}`]
}

function edge(clocking: Clocking): string {
  if (clocking.kind !== 'one') return ` #${stepTime / 2};`
  const [active, rest] = clocking.rising ? [1, 0] : [0, 1]
  return ` \\${clocking.clock} = ${active}; #${stepTime / 2} \\${clocking.clock} = ${rest};`
}

/** A clock begins at rest, or where the trace has it, so that no edge comes before the first step. */
function initial({ name, width }: Port, trace: Trace, clocking: Clocking): string {
  if (clocking.kind === 'one' && clocking.clock === name) return clocking.rising ? "1'b0" : "1'b1"
  if (clocking.kind === 'any' && clocking.clocks.includes(name)) return `1'b${trace[0]?.[name] ?? 'x'}`
  return `{${width}{1'bx}}`
}

function range({ width }: Port): string {
  return width === 1 ? '' : `[${width - 1}:0] `
}
