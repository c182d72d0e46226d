import type { Sandbox } from '../../../core/sandbox.ts'
import type { Figure } from './figures.ts'
import { type ClockRoot, cellCounts, clockRoots, type Netlist, netAt, readNetlist, sumOf } from './netlist.ts'
import { type Failure, isFailure, logText, outputOf, printedBy, runStep } from './step.ts'
import { type Structural, structural } from './structural.ts'
import { libraryPath, versionIn } from './tools.ts'

/** Clock that power is stated at, in MHz. */
export const powerClockMhz = 100
/** How often an input changes in a clock cycle, for power; it is 1 for half of the time. */
export const inputActivity = 0.1

const synthesisSeconds = 60
const timingSeconds = 30

/**
 * Areas that the library gives otherwise than its own layout (`osu018_stdcells.lef`), in µm². A latch for nothing
 * would be the way to any area limit.
 */
const layoutAreas = { LATCH: 56, NAND3X1: 32, OAI21X1: 32 } as const

const storage = /^(?:DFF|LATCH)/

/** yosys has no mapping of latches to a library. */
const latchMap = `module \\$_DLATCH_P_ (input E, input D, output Q);
  LATCH _TECHMAP_REPLACE_ (.CLK(E), .D(D), .Q(Q));
endmodule
`

/** What the cell library says of a design. */
export interface OsuResult {
  readonly figures: readonly Figure[]
  readonly notes: readonly string[]
  readonly tools: Readonly<Record<string, string>>
  readonly missing: readonly string[]
  /** Absent where the library is missing. */
  readonly netlist?: Netlist
}

/** Maps the elaborated design of `front.il` to the cells and measures them. */
export async function measureOsu018(
  sandbox: Sandbox,
  module: string,
  yosysVersion: string,
  signal?: AbortSignal,
): Promise<OsuResult | Failure> {
  const files = {
    'osu018.ys': synthesisScript(module),
    'latch.v': latchMap,
    'areas.sed': Object.entries(layoutAreas)
      .map(([cell, area]) => `/^cell (${cell})/,/area/s/area *: *[0-9.]*/area : ${area}/\n`)
      .join(''),
  }
  const prepared = await runStep(sandbox, ['sh', '-c', `sed -f areas.sed ${libraryPath} >osu018.lib`], {
    files,
    seconds: 10,
    ...(signal && { signal }),
  })
  if (isFailure(prepared)) return prepared
  if (prepared.exitCode !== 0) return { figures: [], notes: [], tools: {}, missing: ['qflow-tech-osu018'] }
  const seconds = { seconds: synthesisSeconds, ...(signal && { signal }) }
  const run = await runStep(sandbox, ['yosys', '-q', '-l', 'osu018.log', 'osu018.ys'], seconds)
  if (isFailure(run)) return run
  if (run.exitCode !== 0) return { reason: 'synthesis', log: logText(run) }
  const [json, log] = [await outputOf(sandbox, 'osu018.json'), await outputOf(sandbox, 'osu018.log')]
  if (typeof json !== 'string') return json
  if (typeof log !== 'string') return log
  const netlist = readNetlist(json, module)
  const counts = cellCounts(netlist)
  const area = Number(/Chip area for (?:top )?module .*: ([\d.]+)/.exec(log)?.[1] ?? 0)
  const alien = [...counts.keys()].filter((type) => !/^[A-Z][A-Z0-9]+$/.test(type))
  if (alien.length > 0) return noCell(alien)
  const tool = `yosys ${yosysVersion}`
  const figures: Figure[] = [
    { name: 'area', value: area, unit: 'µm²', tool },
    { name: 'cells', value: sumOf(counts, () => true), unit: 'cells', tool },
    { name: 'flip-flops', value: sumOf(counts, (type) => type.startsWith('DFF')), unit: 'cells', tool },
    { name: 'latches', value: sumOf(counts, (type) => type === 'LATCH'), unit: 'cells', tool },
  ]
  const timed = await measureTiming(sandbox, netlist, signal)
  if (isFailure(timed)) {
    const notes = [`neither delay nor power: opensta came to no end (${timed.reason})`]
    return { figures, notes, tools: {}, missing: [], netlist }
  }
  return { ...timed, figures: [...figures, ...timed.figures], netlist }
}

function noCell(types: readonly string[]): Failure {
  const named = types.slice(0, 5).map((type) => (type === '$_TBUF_' ? 'a tri-state driver' : type))
  return { reason: 'synthesis', log: `the library has no cell for ${named.join(', ')}` }
}

function synthesisScript(module: string): string {
  return `read_rtlil front.il
synth -flatten -top ${module}
setattr -unset init
setundef -undriven -zero
dfflibmap -liberty osu018.lib
dfflegalize -cell $_DLATCH_P_ x
techmap -map latch.v
opt -purge
abc -liberty osu018.lib
setundef -zero
opt_clean -purge
stat -liberty osu018.lib
write_json osu018.json
`
}

/**
 * A period of one picosecond makes the worst slack the longest path itself, whatever edges it is between: slack is
 * the capturing edge, less the setup time, less the arrival. A path between opposite edges counts twice. Power then
 * at its own clock.
 */
async function measureTiming(sandbox: Sandbox, netlist: Netlist, signal?: AbortSignal) {
  const roots = clockRoots(netlist, (type) => (storage.test(type) ? 'CLK' : undefined))
  const circuit = structural(netlist, 'circuit')
  const script = timingScript(roots.map((root) => rootInTcl(root, circuit)))
  const run = await runStep(
    sandbox,
    ['sh', '-c', 'sta -version && exec sta -no_splash -no_init -exit timing.tcl'],
    {
      files: { 'timing.tcl': script, 'osu018.v': circuit.text },
      seconds: timingSeconds,
      ...(signal && { signal }),
    },
  )
  if (isFailure(run)) return run
  const log = printedBy(run)
  if (run.exitCode === 127) return { figures: [], notes: [], tools: {}, missing: ['opensta'] }
  const version = versionIn(log, 'sta')
  const tool = `opensta ${version}`
  const figures: Figure[] = []
  const notes: string[] = []
  const [whole = '', half = ''] = log.split(halfMarker)
  const worst = [...pathsIn(whole, 1), ...pathsIn(half, 2)].sort((a, b) => b.delay - a.delay)[0]
  if (worst !== undefined) {
    figures.push({ name: 'delay', value: worst.delay, unit: 'ns', tool })
    const [from, to] = [worst.from, worst.to].map((point) => nameOf(point, netlist, circuit))
    if (from !== undefined && to !== undefined)
      notes.push(`the longest path of cells is from ${from} to ${to}`)
  } else if (/^No paths found/m.test(whole)) figures.push({ name: 'delay', value: 0, unit: 'ns', tool })
  const watts = /^Total +\S+ +\S+ +\S+ +(\S+)/m.exec(log)?.[1]
  if (watts !== undefined && Number.isFinite(Number(watts)))
    figures.push({ name: 'power', value: Number((Number(watts) * 1000).toPrecision(7)), unit: 'mW', tool })
  if (figures.length < 2) notes.push(`opensta did not measure everything: ${log.trim().slice(-300)}`)
  return { figures, notes, tools: { opensta: version }, missing: [] as string[] }
}

/** In ns. */
const period = 0.001

function timingScript(roots: readonly string[]): string {
  const clocks = (nanoseconds: number) =>
    [...roots.map((root, index) => `create_clock -name clock_${index} -period ${nanoseconds} ${root}`)]
      .concat(`create_clock -name ports -period ${nanoseconds}`)
      .join('\n')
  // By default the way through an asynchronous set or reset is no path, and storage made of those has no delay.
  return `set sta_preset_clear_arcs_enabled 1
read_liberty osu018.lib
read_verilog osu018.v
link_design circuit
${clocks(period)}
set_input_delay 0 -clock ports [all_inputs]
set_output_delay 0 -clock ports [all_outputs]
report_checks -path_delay max -digits 4
puts ${halfMarker}
${roots.length === 0 ? '' : halfCycles(roots.length)}
${clocks(1000 / powerClockMhz)}
set_power_activity -input -activity ${inputActivity} -duty 0.5
report_power -digits 12
`
}

/** Between opposite edges a path has half of the clock's period, so that the clock has to wait twice as long. */
const halfMarker = 'TOUCHSTONE-HALF-CYCLES'

function halfCycles(clocks: number): string {
  const names = Array.from({ length: clocks }, (_, index) => `clock_${index}`).join(' ')
  return [
    `set clocks [get_clocks {${names}}]`,
    'report_checks -path_delay max -digits 4 -rise_from $clocks -fall_to $clocks',
    'report_checks -path_delay max -digits 4 -fall_from $clocks -rise_to $clocks',
  ].join('\n')
}

function rootInTcl(root: ClockRoot, { cells, ports }: Structural): string {
  if (root.kind === 'pin') return `[get_pins ${cells.get(root.cell)}/${root.pin}]`
  return `[get_ports ${[...ports].find(([, name]) => name === root.name)?.[0]}]`
}

/** The reported paths, whose delay counts so many times. */
function pathsIn(log: string, times: number): { delay: number; from: string; to: string }[] {
  const blocks = log.split(/^Startpoint: /m).slice(1)
  return blocks.flatMap((block) => {
    const slack = /^ *(-?\d+\.\d+) +slack/m.exec(block)?.[1]
    const to = /^Endpoint: (\S+)/m.exec(block)?.[1]
    if (slack === undefined || to === undefined) return []
    const delay = period - times * Number(slack)
    return [{ delay: Math.max(0, Math.round(delay * 1e4) / 1e4), from: block.split(/\s/)[0]!, to }]
  })
}

/** A port by its name, a flip-flop by the net that it drives. */
function nameOf(point: string, netlist: Netlist, { cells, ports }: Structural): string | undefined {
  const cell = [...cells].find(([, name]) => name === point)?.[0]
  return cell === undefined ? ports.get(point) : netAt(netlist, cell)
}
