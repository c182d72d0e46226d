import { createHash } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type LintReport, lintReportSchema } from '../lint/report.ts'
import type { Problem } from '../loaders/problems.ts'
import { type Analysis, analysisSchema, isRunnable } from './analysis.ts'
import type { Analyst } from './analyst.ts'
import type { Budget } from './budget.ts'

const lineSchema = z.object({
  id: z.string(),
  level: z.number().nullable(),
  torch: z.string(),
  /** Of the problem and the budget: a line of another one is of no use. */
  digest: z.string(),
  analysis: analysisSchema,
  lint: lintReportSchema.nullable(),
})
/** What a survey found of one problem. */
export interface Surveyed {
  readonly id: string
  readonly level: number | null
  readonly torch: string
  readonly digest: string
  readonly analysis: Analysis
  /** Null where it was not linted. */
  readonly lint: LintReport | null
}

export interface SurveySetup {
  readonly problems: readonly Problem[]
  readonly budget: Budget
  readonly torch: string
  /** One JSON line a problem, as it is done; what stands there already is not done again. */
  readonly file: string
  readonly analyst: Analyst
  lints(problem: Problem): boolean
  onProblem?(done: number, surveyed: Surveyed): void
}

/** Looks at every problem, in order, and goes on where it was cut off. */
export async function survey({
  problems,
  budget,
  torch,
  file,
  analyst,
  lints,
  onProblem,
}: SurveySetup): Promise<Surveyed[]> {
  const before = await readSurvey(file)
  const all: Surveyed[] = []
  for (const problem of problems) {
    const digest = digestOf(problem, budget)
    let surveyed = before.find(
      (line) => line.id === problem.id && line.digest === digest && line.torch === torch,
    )
    if (!surveyed) {
      const { id, level, source } = problem
      const analysis = await analyst.analyse(source, budget)
      const text = lints(problem) ? textToLint(analysis, source) : undefined
      const lint = text === undefined ? null : await analyst.lint(text)
      surveyed = { id, level, torch, digest, analysis, lint }
      await appendFile(file, `${JSON.stringify(surveyed)}\n`)
    }
    all.push(surveyed)
    onProblem?.(all.length, surveyed)
  }
  return all
}

/** What is run of a problem; of one that means nothing as a whole, what it says. */
function textToLint(analysis: Analysis, source: string): string | undefined {
  if (isRunnable(analysis)) return analysis.scaled?.source ?? source
  return analysis.unavailable.kind === 'degenerate' ? source : undefined
}

/** The lines of a survey; none where the file is not there. A line that was cut off is left out. */
export async function readSurvey(file: string): Promise<Surveyed[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    try {
      return [lineSchema.parse(JSON.parse(line))]
    } catch {
      return []
    }
  })
}

function digestOf({ source }: Problem, { flops, bytes }: Budget): string {
  return createHash('sha256')
    .update(JSON.stringify([source, flops, bytes]))
    .digest('hex')
    .slice(0, 16)
}
