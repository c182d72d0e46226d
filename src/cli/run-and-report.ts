import pc from 'picocolors'
import { exitCodeOf } from '../runs/execute.ts'
import type { News, Progress } from '../runs/progress.ts'
import { reportOf } from '../runs/report/report.ts'
import { reportTable } from '../runs/report/table.ts'
import { reportFailure } from './failure.ts'
import { interruption } from './interruption.ts'
import { print, printJson, remark } from './output.ts'
import { performRun } from './perform-run.ts'
import { runDisplay } from './run-display.ts'
import type { RunRequest } from './run-request.ts'
import { typed } from './typed.ts'

/** Does a run or what is left of it, prints its report, and sets the exit code. */
export async function runAndReport(
  directory: string,
  request: RunRequest,
  { json, force = false }: { json: boolean; force?: boolean },
): Promise<void> {
  const display = runDisplay()
  const telling = {
    signal: interruption().signal,
    force,
    onProgress(progress: Progress, news: News) {
      if (news.type === 'begun') remark(pc.dim(`Run directory: ${directory}`))
      display.onProgress(progress, news)
    },
  }
  const summary = await performRun(directory, request, telling).finally(display.end)
  const report = await reportOf(directory)
  if (json) printJson(report)
  else print(`\n${reportTable(report, { color: pc.isColorSupported }).trimEnd()}`)
  if (summary.failure) reportFailure(summary.failure, false)
  if (summary.ended !== 'complete') remark(`To go on: ${typed} resume ${directory}`)
  process.exitCode = exitCodeOf(summary)
}
