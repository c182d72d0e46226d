import type { Task } from '../../core/task.ts'
import type { Evidence, Finding, Metric, Verdict } from '../../core/verdict.ts'
import type { Constrained } from './constraints.ts'
import type { Stop } from './design.ts'
import type { HardwareKey } from './key.ts'
import type { Proof } from './proof.ts'

const judgeVersion = '4'

/** What a judgement knows so far; becomes the verdict. */
export interface Course {
  readonly logs: Map<string, string>
  icarus: string | undefined
  metrics: readonly Metric[]
  proof?: Proof
  constrained?: Constrained | undefined
  figures?: { readonly metrics: readonly Metric[]; readonly tools: Readonly<Record<string, string>> }
}

export type End = Omit<Stop, 'outcome'> & { readonly outcome: Verdict['outcome']; readonly score?: number }

/** The verdict that a judgement came to. */
export function verdictOf(task: Task<HardwareKey>, end: End, course: Course): Verdict {
  return {
    outcome: end.outcome,
    score: end.score ?? (end.outcome === 'solved' ? 1 : 0),
    reason: end.reason,
    metrics: [
      ...course.metrics,
      ...(course.proof?.metrics ?? []),
      ...(course.constrained?.metrics ?? course.figures?.metrics ?? []),
    ],
    findings: [...end.findings, ...(course.proof?.findings ?? []), ...task.errata.map(corrected)],
    evidence: [...[...course.logs].map(textEvidence), ...(course.proof?.evidence ?? [])],
    unchecked: uncheckedOf(task, course),
    judge: {
      name: task.protocol === 'official' ? 'hardware/simulation' : 'hardware/simulation+proof',
      version: judgeVersion,
    },
    tools: {
      ...(course.icarus === undefined ? {} : { iverilog: course.icarus }),
      ...course.proof?.tools,
      ...(course.constrained ?? course.figures)?.tools,
    },
  }
}

function textEvidence([name, text]: [string, string]): Evidence {
  return { name, mediaType: 'text/plain', content: new TextEncoder().encode(text) }
}

function uncheckedOf(
  { protocol, key }: Task<HardwareKey>,
  { proof, constrained, figures }: Course,
): string[] {
  return [
    ...(protocol === 'official'
      ? ['equivalence with the reference (official protocol: simulation alone)']
      : []),
    ...(proof?.unchecked ?? [
      'behaviour beyond the stimuli of the testbench',
      'whether the outputs are computed: a memorised answer to these stimuli is not told apart',
    ]),
    ...((constrained ?? figures) ? [] : ['timing, area and whether the design can be synthesised']),
    ...key.notes,
  ]
}

/** Every result of a corrected task says so. */
function corrected(erratum: string): Finding {
  return { code: 'erratum', severity: 'info', message: `judged with erratum ${erratum}` }
}
