import { z } from 'zod'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Figure } from './figures.ts'
import { cellCounts, clockRoots, type Netlist, portBits, readNetlist, sumOf } from './netlist.ts'
import { type Failure, isFailure, logText, outputOf, runStep } from './step.ts'
import { versionIn } from './tools.ts'
import { wrapperModule, wrapperOf } from './wrapper.ts'

/** An iCE40 HX8K in the package with the most pins; one device for all, so that figures compare. */
const device = ['--hx8k', '--package', 'ct256']
const devicePins = 206
const synthesisSeconds = 60
const placementSeconds = 60

/** What the FPGA flow says of a design. */
export interface Ice40Result {
  readonly figures: readonly Figure[]
  readonly notes: readonly string[]
  readonly tools: Readonly<Record<string, string>>
  readonly missing: readonly string[]
  readonly netlist: Netlist
}

/** Maps the elaborated design of `front.il` to LUTs, and places and routes it once a seed. */
export async function measureIce40(
  sandbox: Sandbox,
  module: string,
  yosysVersion: string,
  options: { readonly seeds: number; readonly signal?: AbortSignal },
): Promise<Ice40Result | Failure> {
  const netlist = await synthesised(sandbox, module, `read_rtlil front.il\n`, 'ice40', options.signal)
  if (isFailure(netlist)) return netlist
  const counts = cellCounts(netlist)
  const tool = `yosys ${yosysVersion}`
  const figures: Figure[] = [
    { name: 'luts', value: sumOf(counts, (type) => type === 'SB_LUT4'), unit: 'LUTs', tool },
    {
      name: 'ice40-flip-flops',
      value: sumOf(counts, (type) => type.startsWith('SB_DFF')),
      unit: 'cells',
      tool,
    },
    { name: 'carries', value: sumOf(counts, (type) => type === 'SB_CARRY'), unit: 'cells', tool },
  ]
  const unplaced = { figures, notes: [], tools: {}, missing: [], netlist }
  if (options.seeds === 0) return unplaced
  const placed = await measurePlacement(sandbox, module, netlist, options)
  if (isFailure(placed)) return { ...unplaced, notes: [`no Fmax: ${placed.log}`] }
  return { ...placed, figures: [...figures, ...placed.figures], netlist }
}

/** Memories become LUTs and flip-flops: a block RAM would count as nothing. */
async function synthesised(
  sandbox: Sandbox,
  module: string,
  reading: string,
  name: string,
  signal?: AbortSignal,
): Promise<Netlist | Failure> {
  const script = `${reading}synth_ice40 -nobram -top ${module} -json ${name}.json\n`
  const run = await runStep(sandbox, ['yosys', '-q', '-l', `${name}.log`, `${name}.ys`], {
    files: { [`${name}.ys`]: script },
    seconds: synthesisSeconds,
    ...(signal && { signal }),
  })
  if (isFailure(run)) return run
  if (run.exitCode !== 0) return { reason: 'synthesis', log: logText(run) }
  const json = await outputOf(sandbox, `${name}.json`)
  return typeof json === 'string' ? readNetlist(json, module) : json
}

async function measurePlacement(
  sandbox: Sandbox,
  module: string,
  netlist: Netlist,
  { seeds, signal }: { readonly seeds: number; readonly signal?: AbortSignal },
): Promise<Omit<Ice40Result, 'netlist'> | Failure> {
  const notes: string[] = []
  let json = 'ice40.json'
  if (portBits(netlist) > devicePins) {
    const clock = clockRoots(netlist, (type) => (type.startsWith('SB_DFF') ? 'C' : undefined)).find(
      ({ kind }) => kind === 'port',
    )
    const too = `its ports have ${portBits(netlist)} bits and the largest iCE40 has ${devicePins} pins`
    if (clock?.kind !== 'port') return { reason: 'too-large', log: too }
    notes.push(`${too}: Fmax is measured with registers at the ports, and counts paths from and to them too`)
    const reading = `read_rtlil front.il\nread_verilog wrapper.v\nhierarchy -check -top ${wrapperModule}\nflatten\n`
    await sandbox.write(wrapperOf(module, netlist, clock.name))
    const wrapped = await synthesised(sandbox, wrapperModule, reading, 'wrapped', signal)
    if (isFailure(wrapped)) return wrapped
    json = 'wrapped.json'
  }
  const reports: Report[] = []
  let version = 'unknown'
  for (let seed = 1; seed <= seeds; seed++) {
    const options = ['--json', json, '--seed', String(seed), '--report', 'report.json', '--threads', '1']
    const placing = `nextpnr-ice40 --version; rm -f report.json; exec nextpnr-ice40 ${[...device, ...options].join(' ')} --freq 100 --timing-allow-fail -q`
    const run = await runStep(sandbox, ['sh', '-c', placing], {
      seconds: placementSeconds,
      ...(signal && { signal }),
    })
    if (isFailure(run)) return run
    if (run.exitCode === 127) return { figures: [], notes, tools: {}, missing: ['nextpnr-ice40'] }
    version = versionIn(logText(run), 'nextpnr-ice40')
    if (run.exitCode !== 0) return { reason: 'synthesis', log: errorsIn(logText(run)) }
    const text = await outputOf(sandbox, 'report.json')
    if (typeof text !== 'string') return text
    reports.push(reportSchema.parse(JSON.parse(text)))
  }
  const tool = `nextpnr-ice40 ${version}`
  return { ...figuresOf(reports, tool, notes), tools: { 'nextpnr-ice40': version }, missing: [] }
}

const reportSchema = z.object({
  fmax: z.record(z.string(), z.object({ achieved: z.number() })).default({}),
  critical_paths: z
    .array(z.object({ from: z.string(), to: z.string(), path: z.array(z.object({ delay: z.number() })) }))
    .default([]),
})
type Report = z.infer<typeof reportSchema>

function figuresOf(reports: readonly Report[], tool: string, before: readonly string[]) {
  const notes = [...before]
  const figures: Figure[] = []
  const fastest = reports.map(({ fmax }) => Math.min(...Object.values(fmax).map(({ achieved }) => achieved)))
  if (fastest.every(Number.isFinite) && fastest.length > 0) {
    const sorted = fastest.map((mhz) => Number(mhz.toPrecision(6))).sort((a, b) => a - b)
    figures.push(
      { name: 'fmax', value: median(sorted), unit: 'MHz', tool },
      { name: 'fmax-low', value: sorted[0]!, unit: 'MHz', tool },
      { name: 'fmax-high', value: sorted.at(-1)!, unit: 'MHz', tool },
    )
    notes.push(`fmax is the median over ${reports.length} seeds, between registers alone; wires are counted`)
  } else notes.push('no fmax: no path leads from one register to another')
  const through = reports.map(({ critical_paths }) => {
    const path = critical_paths.find(({ from, to }) => from === '<async>' && to === '<async>')?.path
    return path?.reduce((sum, { delay }) => sum + delay, 0)
  })
  if (through.length > 0 && through.every((delay) => delay !== undefined)) {
    const sorted = through.map((delay) => Number(delay.toPrecision(6))).sort((a, b) => a - b)
    figures.push({ name: 'ice40-delay', value: median(sorted), unit: 'ns', tool })
  }
  return { figures, notes }
}

/** The middle value, or the mean of the two; of sorted values. */
function median(sorted: readonly number[]): number {
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!]
  return low === high ? low : Number(((low + high) / 2).toPrecision(6))
}

function errorsIn(log: string): string {
  if (/combinatorial loops/.test(log)) return 'a latch or a combinational loop in LUTs has no longest path'
  const lines = log.split('\n').filter((line) => /error/i.test(line))
  return (lines.length > 0 ? lines.slice(0, 3).join('; ') : log.trim()).slice(0, 400)
}
