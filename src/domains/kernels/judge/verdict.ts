import type { Evidence, Finding, Metric, Outcome, Verdict } from '../../../core/verdict.ts'
import { answerPaths, type KernelsKey } from '../key.ts'
import type { TorchPython } from '../python.ts'
import type { Checked } from './correctness.ts'
import type { Facts } from './facts.ts'
import type { Fault, FaultReason } from './fault.ts'
import { barOf, medianOf } from './statistics.ts'
import type { Timed } from './timing.ts'

export const judgeVersion = '1.0.0'

const rejections: ReadonlySet<FaultReason> = new Set([
  'library',
  'mutates-inputs',
  'impossible',
  'works-between',
])

/** What a judgement has found out so far. */
export interface Course {
  readonly key: KernelsKey
  readonly python: TorchPython
  readonly metrics: Metric[]
  readonly evidence: Map<string, string>
  readonly unchecked: string[]
  readonly findings: Finding[]
}

/** The verdict on an answer that fails. */
export function faultVerdict(fault: Fault, course: Course): Verdict {
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
export function timedVerdict(timed: Timed, checked: Checked, course: Course): Verdict {
  const { speedup, same } = timed
  const faster = speedup.low > barOf(same)
  const times = `${speedup.median.toFixed(2)}× eager PyTorch (95 % interval ${speedup.low.toFixed(2)}–${speedup.high.toFixed(2)}), which is ${same.low.toFixed(3)}–${same.high.toFixed(3)}× itself in the same sitting`
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

/** Speedups and times of a measurement as metrics. */
export function timedMetrics({ speedup, same, pairs }: Timed, facts: Facts): Metric[] {
  const baseline = medianOf(pairs.map((pair) => pair.baseline))
  const candidate = medianOf(pairs.map((pair) => pair.candidate))
  const bytes = [...facts.inputs, ...facts.weights, ...facts.outputs].reduce(
    (sum, each) => sum + each.bytes,
    0,
  )
  return [
    clocked('speedup', speedup.median, '1'),
    clocked('speedup-low', speedup.low, '1'),
    clocked('speedup-high', speedup.high, '1'),
    clocked('aa-low', same.low, '1'),
    clocked('aa-high', same.high, '1'),
    clocked('time-baseline', baseline, 's'),
    clocked('time-candidate', candidate, 's'),
    { name: 'bytes', value: bytes, unit: 'bytes' },
    clocked('bandwidth', bytes / candidate / 1e9, 'GB/s'),
  ]
}

export function clocked(name: string, value: number, unit: string): Metric {
  return { name, value, unit, clocked: true }
}

export function verdict(outcome: Outcome, reason: string, score: number, course: Course): Verdict {
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
