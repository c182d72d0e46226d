import type { Lab } from '../../../core/domain.ts'
import { openBench } from './bench.ts'
import type { Problem } from './figures.ts'
import { type Design, elaborate } from './front.ts'
import { errorIn } from './problems.ts'
import { type Failure, isFailure, logText, outputOf, runStep } from './step.ts'

/** What a circuit is made of, before it is mapped to anything. */
export interface Statistics {
  /** Operators by width, then simple gates, as yosys counts them. */
  readonly text: string
  readonly problems: readonly Problem[]
  readonly missing: readonly string[]
  readonly failed?: { readonly reason: string; readonly log: string }
}

const seconds = 60

/** Counts the operators and the gates of a design. Throws as `measurePpa` does. */
export async function statisticsOf(
  design: Design,
  lab: Lab,
  signal: AbortSignal = lab.signal,
): Promise<Statistics> {
  await using sandbox = await openBench(design.module, lab)
  const front = await elaborate(design, sandbox, signal)
  const none = { text: '', problems: [], missing: [] }
  const failed = ({ reason, log }: Failure) => ({ ...none, failed: { reason, log: errorIn(log) } })
  if (isFailure(front)) return failed(front)
  if (front.version === undefined) return { ...none, missing: ['yosys'] }
  const script = `read_rtlil front.il
opt
tee -o words.txt stat -width
synth -flatten -top ${design.module}
tee -o gates.txt stat
`
  const run = await runStep(sandbox, ['yosys', '-q', 'statistics.ys'], {
    files: { 'statistics.ys': script },
    seconds,
    signal,
  })
  if (isFailure(run)) return failed(run)
  if (run.exitCode !== 0) return failed({ reason: 'synthesis', log: logText(run) })
  const [words, gates] = [await outputOf(sandbox, 'words.txt'), await outputOf(sandbox, 'gates.txt')]
  const sections = [cellsIn('Operators with their widths', words), cellsIn('Gates and flip-flops', gates)]
  return { text: sections.join('\n'), problems: front.problems, missing: [] }
}

/** The cells of yosys' report: what follows `Number of cells:`. */
function cellsIn(title: string, report: string | Failure): string {
  const text = typeof report === 'string' ? report : ''
  const lines = [...text.matchAll(/^ {5}(\S+) +(\d+)$/gm)].map(([, type, count]) => `  ${count} ${type}`)
  return [`${title}:`, ...(lines.length > 0 ? lines : ['  none'])].join('\n')
}
