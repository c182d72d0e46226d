import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { type Figure, figureUnits, type Ppa, type Problem, type Target, targets } from './figures.ts'
import { measureIce40 } from './ice40.ts'
import { inputActivity, measureOsu018, powerClockMhz } from './osu018.ts'
import { errorIn, problemsIn } from './problems.ts'
import { prepareSource, sourcePath } from './source.ts'
import { type Failure, isFailure, logText, outputOf, runStep } from './step.ts'
import { versionIn } from './tools.ts'

const frontSeconds = 30

export interface PpaOptions {
  /** What to measure on; both where absent. */
  readonly targets?: readonly Target[]
  /** Placements for Fmax, from seed 1. Default: 5, since one design varies by 15 %. */
  readonly seeds?: number
  readonly signal?: AbortSignal
}

/**
 * Makes a circuit of a design and measures its power, performance and area. The same design gives the same figures.
 * A design of which no circuit can be made has `failed`; a program that is not installed is in `missing`. Throws
 * `InfrastructureError` where the sandbox fails or the machine is too busy, `UsageError` for an odd module name.
 */
export async function measurePpa(
  design: { readonly text: string; readonly module: string },
  lab: Lab,
  options: PpaOptions = {},
): Promise<Ppa> {
  if (!/^[A-Za-z_]\w*$/.test(design.module))
    throw new UsageError('bad-module', `"${design.module}" is not the name of a module that can be measured`)
  await using sandbox = await lab.open({
    name: 'hardware-ppa',
    limits: {
      memoryBytes: 2 * 1024 ** 3,
      processes: 64,
      cpuSeconds: 900,
      diskBytes: 512 * 1024 ** 2,
      fileBytes: 128 * 1024 ** 2,
    },
  })
  return await measure(design, sandbox, { ...options, signal: options.signal ?? lab.signal })
}

async function measure(
  design: { readonly text: string; readonly module: string },
  sandbox: Sandbox,
  { targets: asked = targets, seeds = 5, signal }: PpaOptions,
): Promise<Ppa> {
  const source = await prepareSource(design.text, sandbox)
  if (typeof source !== 'string') return without(source)
  const front = await elaborate(source, design.module, sandbox, signal)
  if ('reason' in front) return without(front)
  if (front.version === undefined)
    return { ...nothing, missing: ['yosys'], notes: ['yosys is not installed'] }
  const figures: Figure[] = []
  const notes: string[] = [...front.notes]
  const missing: string[] = []
  const tools: Record<string, string> = { yosys: front.version }
  const given = signal ? { signal } : {}
  if (asked.includes('osu018')) {
    const result = await measureOsu018(sandbox, design.module, front.version, signal)
    if (isFailure(result)) return without(result, front.problems)
    figures.push(...result.figures)
    notes.push(osuNote, ...result.notes)
    missing.push(...result.missing)
    Object.assign(tools, result.tools)
  }
  if (asked.includes('ice40')) {
    const result = await measureIce40(sandbox, design.module, front.version, { seeds, ...given })
    if (isFailure(result)) return without(result, front.problems)
    figures.push(...result.figures)
    notes.push(...result.notes)
    missing.push(...result.missing)
    Object.assign(tools, result.tools)
  }
  const order = Object.keys(figureUnits)
  figures.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  for (const name of missing) notes.push(`${name} is not installed, so its figures are absent`)
  return { figures, tools, notes, problems: front.problems, missing }
}

const nothing: Ppa = { figures: [], tools: {}, notes: [], problems: [], missing: [] }
const osuNote = `OSU 180 nm cells at 1.8 V, typical: wires have neither delay nor capacitance; power at ${powerClockMhz} MHz where each input changes in ${inputActivity * 100} % of the cycles`

function without(failure: Failure, problems: readonly Problem[] = []): Ppa {
  const { reason } = failure
  return { ...nothing, problems, failed: { reason, log: errorIn(failure.log) } }
}

interface Front {
  /** Undefined where yosys is not installed. */
  readonly version: string | undefined
  readonly notes: readonly string[]
  readonly problems: readonly Problem[]
}

/** Reads the design, and leaves it flat and without processes in `front.il`. */
async function elaborate(
  source: string,
  module: string,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Front | Failure> {
  const script = `read_verilog -sv -nosynthesis -noblackbox ${sourcePath}
hierarchy -check -top ${module}
proc
flatten
chformal -remove
opt_clean
check -noinit
tee -o initial.txt select -list a:init
write_rtlil front.il
`
  const run = await runStep(sandbox, ['sh', '-c', 'yosys -V && exec yosys -q -l front.log front.ys'], {
    files: { [sourcePath]: source, 'front.ys': script },
    seconds: frontSeconds,
    ...(signal && { signal }),
  })
  if (isFailure(run)) return run
  if (run.exitCode === 127) return { version: undefined, notes: [], problems: [] }
  const printed = logText(run)
  if (run.exitCode !== 0) return { reason: 'front-end', log: printed }
  const [log, initial] = [await outputOf(sandbox, 'front.log'), await outputOf(sandbox, 'initial.txt')]
  if (typeof log !== 'string') return log
  const gates = await gateLog(log, sandbox, signal)
  const wires = (typeof initial === 'string' ? initial : '').split('\n').filter((line) => line !== '')
  const names = wires.map((line) => line.split('/').at(-1)!).slice(0, 5)
  return {
    version: versionIn(printed, 'yosys'),
    notes: /(?<![\w#(])#\s*\d/.test(source) ? ['delays have no meaning for a circuit and are left out'] : [],
    problems: [...problemsIn(log, gates), ...initialValues(names)],
  }
}

/**
 * Words have loops that their bits have not (a vector that feeds its own upper half), so that where yosys finds one
 * the gates are looked at.
 */
async function gateLog(log: string, sandbox: Sandbox, signal?: AbortSignal): Promise<string> {
  if (!log.includes('found logic loop')) return ''
  const script = 'read_rtlil front.il; techmap; opt_clean; check -noinit'
  const options = { seconds: frontSeconds, ...(signal && { signal }) }
  const run = await runStep(sandbox, ['yosys', '-q', '-l', 'gates.log', '-p', script], options)
  const gates = isFailure(run) ? '' : await outputOf(sandbox, 'gates.log')
  return typeof gates === 'string' ? gates : ''
}

function initialValues(names: readonly string[]): Problem[] {
  if (names.length === 0) return []
  const which = names.join(', ')
  const message = `${which}: an initial value; cells start with any value (an iCE40 with this one), so a circuit needs a reset`
  return [{ code: 'initial-value', message }]
}
