import type { Evidence, Finding, Metric, Outcome, Verdict } from '../../../core/verdict.ts'
import { answerPaths, type KernelsKey } from '../key.ts'
import type { TorchPython } from '../python.ts'
import type { Checked } from './correctness.ts'
import type { Facts } from './facts.ts'
import { isFaster, whyNotFaster } from './faster.ts'
import type { Fault, FaultReason } from './fault.ts'
import type { Found } from './found.ts'
import { unseenLibraries } from './library.ts'
import type { Setting } from './sitting.ts'
import { type Estimate, medianOf } from './statistics.ts'
import type { Timed } from './timing.ts'

export const judgeVersion = '1.0.0'

const rejections: ReadonlySet<FaultReason> = new Set([
  'library',
  'mutates-inputs',
  'impossible',
  'works-between',
])

/** What is said in any case. */
interface Course {
  readonly key: KernelsKey
  readonly python: TorchPython
  readonly metrics: Metric[]
  readonly evidence: Map<string, string>
  readonly unchecked: string[]
  readonly findings: Finding[]
}

/** What was found out about an answer, as a verdict. */
export function verdictOf(found: Found, { key, python }: Pick<Setting, 'key' | 'python'>): Verdict {
  const course: Course = { key, python, metrics: [], evidence: new Map(), unchecked: [], findings: [] }
  const { loadSeconds, traced, facts, checked, timed, fault } = found
  if (loadSeconds !== undefined) course.metrics.push(clocked('compile-time', loadSeconds, 's'))
  if (traced) course.unchecked.push(unseenLibraries)
  if (found.notCompiled !== undefined)
    course.unchecked.push(`torch.compile: ${found.notCompiled.slice(0, 500)}`)
  if (facts && timed) {
    course.metrics.push(...timedMetrics(timed, facts))
    const { calls, drawn, pairs } = timed
    course.evidence.set('pairs.json', JSON.stringify({ calls, drawn, pairs }))
  }
  if (fault) return faultVerdict(fault, course)
  if (!checked || !timed) throw new Error('an answer without a fault was not looked at to the end')
  return timedVerdict(timed, checked, course)
}

/** The verdict on an answer that fails. */
function faultVerdict(fault: Fault, course: Course): Verdict {
  if (fault.log !== '')
    course.evidence.set(fault.reason === 'does-not-compile' ? 'compile.log' : 'error.log', fault.log)
  const message = fault.log === '' ? fault.message : `${fault.message}\n${fault.log.slice(-4000)}`
  course.findings.push({ code: fault.reason, severity: 'error', message, at: answerPaths[0] })
  const correct =
    fault.reason === 'library' || fault.reason === 'impossible' || fault.reason === 'works-between'
  course.metrics.unshift({ name: 'correct', value: correct ? 1 : 0, unit: '1' })
  return verdict(rejections.has(fault.reason) ? 'rejected' : 'unsolved', fault.reason, 0, course)
}

/** The verdict on an answer that is right, by its speed. */
function timedVerdict(timed: Timed, checked: Checked, course: Course): Verdict {
  const { speedup, same, compiled } = timed
  const faster = isFaster(timed)
  const eager = `${words(speedup)}, which is ${same.low.toFixed(3)}–${same.high.toFixed(3)}× itself in the same sitting`
  const times = [
    eager.replace('×', '× eager PyTorch'),
    ...(compiled ? [words(compiled).replace('×', '× torch.compile')] : []),
    whyNotFaster(timed),
  ]
    .filter((part) => part !== undefined)
    .join('; ')
  course.metrics.unshift({ name: 'correct', value: 1, unit: '1' })
  course.findings.push({
    code: faster ? 'faster' : 'not-faster',
    severity: 'info',
    message: faster
      ? `It is correct and faster: ${times}.`
      : `It is correct, and not certainly faster: ${times}.`,
  })
  course.unchecked.push(
    ...checked.unchecked,
    `inputs beyond the ${checked.passed.length} that were tried and the ${timed.pairs.length * timed.calls} that were timed`,
  )
  if (course.key.solved === 'correct') return verdict('solved', faster ? 'faster' : 'correct', 1, course)
  if (faster) return verdict('solved', 'faster', 1, course)
  return verdict('unsolved', 'slower', 0.5 * Math.min(1, speedup.median), course)
}

function words({ median, low, high }: Estimate): string {
  return `${median.toFixed(2)}× (95 % interval ${low.toFixed(2)}–${high.toFixed(2)})`
}

/** Where eager's speed relative to itself should lie. */
const control = [0.95, 1.05] as const

/** Speedups and times of a measurement as metrics. */
function timedMetrics({ speedup, same, compiled, idle, pairs }: Timed, facts: Facts): Metric[] {
  const baseline = medianOf(pairs.map((pair) => pair.baseline))
  const candidate = medianOf(pairs.map((pair) => pair.candidate))
  const bytes = [...facts.inputs, ...facts.weights, ...facts.outputs].reduce(
    (sum, each) => sum + each.bytes,
    0,
  )
  return [
    ...estimated('speedup', speedup),
    ...(compiled ? estimated('speedup-compile', compiled) : []),
    ...estimated('aa', same).map((metric) => (metric.name === 'aa' ? { ...metric, control } : metric)),
    clocked('time-baseline', baseline, 's'),
    clocked('time-candidate', candidate, 's'),
    clocked('time-idle', idle, 's'),
    { name: 'bytes', value: bytes, unit: 'bytes' },
    clocked('bandwidth', bytes / candidate / 1e9, 'GB/s'),
  ]
}

function estimated(name: string, { median, low, high }: Estimate): Metric[] {
  return [clocked(name, median, '1'), clocked(`${name}-low`, low, '1'), clocked(`${name}-high`, high, '1')]
}

function clocked(name: string, value: number, unit: string): Metric {
  return { name, value, unit, clocked: true }
}

function verdict(outcome: Outcome, reason: string, score: number, course: Course): Verdict {
  const { key, python } = course
  return {
    outcome,
    score,
    reason,
    metrics: course.metrics,
    findings: course.findings,
    evidence: [...course.evidence].map(([name, text]): Evidence => {
      const mediaType = name.endsWith('.json') ? 'application/json' : 'text/plain'
      return { name, mediaType, content: new TextEncoder().encode(text) }
    }),
    unchecked: [...(key.scaling ? [`the published size: ${key.scaling.reason}`] : []), ...course.unchecked],
    judge: { name: 'kernels', version: judgeVersion },
    tools: { python: python.python, torch: python.torch },
  }
}
