import type { Task } from '../../../core/task.ts'
import type { Finding, Metric, Verdict } from '../../../core/verdict.ts'
import type { ProofsKey } from '../key.ts'
import type { ProverName } from '../prover.ts'

const judgeVersion = '1'
const mostFindings = 20
const mostCharacters = 4000

/** What a judgement came to. */
export interface End {
  readonly outcome: Verdict['outcome']
  readonly reason: string
  readonly findings: readonly Finding[]
}

/** What a judgement knows so far; becomes the verdict. */
export interface Course {
  readonly prover: ProverName | undefined
  readonly logs: Map<string, string>
  readonly metrics: Metric[]
  readonly tools: Record<string, string>
  readonly unchecked: string[]
}

/** The verdict that a judgement came to. */
export function verdictOf({ errata }: Task<ProofsKey>, end: End, course: Course): Verdict {
  const encoder = new TextEncoder()
  return {
    outcome: end.outcome,
    score: end.outcome === 'solved' ? 1 : 0,
    reason: end.reason,
    metrics: course.metrics,
    findings: [
      ...end.findings.slice(0, mostFindings),
      ...errata.map(
        (erratum): Finding => ({
          code: 'erratum',
          severity: 'info',
          message: `judged with erratum ${erratum}`,
        }),
      ),
    ],
    evidence: [...course.logs].map(([name, text]) => ({
      name,
      mediaType: 'text/plain',
      content: encoder.encode(text),
    })),
    unchecked: ['whether the formal statement says what the instructions mean', ...course.unchecked],
    judge: {
      name: course.prover === undefined ? 'proofs' : `proofs/${course.prover}`,
      version: judgeVersion,
    },
    tools: course.tools,
  }
}

export function unsolved(reason: string, message: string, at?: string): End {
  return { outcome: 'unsolved', reason, findings: [finding(reason, message, at)] }
}

export function rejected(reason: string, messages: readonly string[], at?: string): End {
  return {
    outcome: 'rejected',
    reason,
    findings: messages.map((message) => finding(reason, message, at)),
  }
}

function finding(code: string, message: string, at?: string): Finding {
  return { code, severity: 'error', message: printable(message), ...(at !== undefined && { at }) }
}

/** A prover's text as it may stand in a verdict: bounded, and without what a terminal would obey. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  const plain = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd').trim()
  return plain.length > mostCharacters ? `${plain.slice(0, mostCharacters)} …` : plain
}
