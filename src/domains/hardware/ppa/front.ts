import type { Sandbox } from '../../../core/sandbox.ts'
import type { Problem } from './figures.ts'
import { problemsIn } from './problems.ts'
import { prepareSource, sourcePath } from './source.ts'
import { type Failure, isFailure, logText, outputOf, runStep } from './step.ts'
import { versionIn } from './tools.ts'

const frontSeconds = 30

/** A design as text, and which of its modules is meant. */
export interface Design {
  readonly text: string
  readonly module: string
}

/** An elaborated design. */
export interface Front {
  /** Undefined where yosys is not installed. */
  readonly version: string | undefined
  readonly notes: readonly string[]
  readonly problems: readonly Problem[]
}

/** Reads the design, and leaves it flat and without processes in `front.il`. */
export async function elaborate(
  { text, module }: Design,
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Front | Failure> {
  const source = await prepareSource(text, sandbox)
  if (typeof source !== 'string') return source
  const script = `read_verilog -sv -nosynthesis -noblackbox ${sourcePath}
hierarchy -check -top ${module}
proc
tribuf -logic
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
  const conflicts = problemsIn(log).filter(({ code }) => code === 'multiple-drivers')
  // yosys goes on with either driver, or with none of what they drive.
  if (conflicts.length > 0)
    return {
      reason: 'synthesis',
      log: conflicts
        .slice(0, 5)
        .map(({ message }) => message)
        .join('; '),
    }
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
