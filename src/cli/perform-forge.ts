import pc from 'picocolors'
import { writeAtomically } from '../core/atomic.ts'
import { domainOf } from '../domains/registry.ts'
import { type ForgeSummary, forge } from '../forge/engine/forge.ts'
import { forgeFiles } from '../forge/engine/layout.ts'
import type { Until } from '../forge/engine/record.ts'
import { sourceOf } from '../forge/registry.ts'
import { forgeReportOf, writeForgeReport } from '../forge/report/report.ts'
import { forgeTable } from '../forge/report/table.ts'
import { totalOf } from '../forge/report/words.ts'
import { openModel } from '../models/index.ts'
import { openLab } from '../sandbox/index.ts'
import { openBackend } from './backend.ts'
import type { ForgeFlags } from './commands/forge.ts'
import { reportFailure } from './failure.ts'
import { forgeAudit } from './forge-audit.ts'
import { forgeDisplay } from './forge-display.ts'
import { materialOf } from './forge-material.ts'
import { interruption } from './interruption.ts'
import { print, printJson, remark } from './output.ts'
import { toolsOf } from './perform-run.ts'
import { typed } from './typed.ts'

/** Attempts at a step that the infrastructure fails. */
const attempts = 3

/** Forges a suite or goes on with one, prints its table, writes its report, and sets the exit code. */
export async function performForge(name: string, material: string, flags: ForgeFlags): Promise<void> {
  const source = await sourceOf(name)
  const { root, origin } = await materialOf(material)
  const until: Until = flags.onlyWrite ? 'written' : flags.audit ? 'audited' : 'answered'
  const { signal } = interruption()
  const display = forgeDisplay(until)
  const perform = async (): Promise<ForgeSummary> => {
    await toolsOf([])
    await using closing = new AsyncDisposableStack()
    const backend = closing.use(await openBackend(flags.backend))
    const model =
      flags.model === undefined ? undefined : closing.use(await openModel(flags.model, modelOptions(flags)))
    const means = {
      openLab: (seed: string, stop: AbortSignal) => openLab(backend, { seed, signal: stop }),
      attempts,
      signal,
    }
    return await forge({
      ...means,
      source,
      root,
      origin,
      out: flags.out,
      backend: backend.name,
      domainOf,
      until,
      ...(until === 'audited' && { audit: forgeAudit(means) }),
      ...(model && { model }),
      repairs: flags.repairs ?? 0,
      concurrency: flags.concurrency,
      task: flags.task ?? null,
      limit: flags.limit ?? null,
      again: flags.again ?? false,
      onProgress: display.onProgress,
    })
  }
  const { ended, failure, progress } = await perform().finally(display.end)
  await shown(flags.out, flags.json ?? false)
  if (failure) reportFailure(failure, false)
  if (ended !== 'complete' || progress.void > 0)
    remark(`To go on: ${typed} ${process.argv.slice(2).map(quoted).join(' ')}`)
  const came = until === 'written' ? totalOf(progress.reached.written) : progress.proved
  process.exitCode = failure || ended !== 'complete' || progress.void > 0 ? 3 : came > 0 ? 0 : 1
}

/** Prints what came of a forge, and writes its report again. */
export async function reportForge(directory: string, json: boolean): Promise<void> {
  await shown(directory, json)
}

async function shown(directory: string, json: boolean): Promise<void> {
  const report = await forgeReportOf(directory)
  await writeForgeReport(report)
  const { page } = forgeFiles(directory)
  // Plots take a while to load, and nobody needs them before the end.
  const { forgePage } = await import('../forge/report/page/page.ts')
  await writeAtomically(page, forgePage(report))
  if (json) printJson(report)
  else print(`\n${forgeTable(report, { color: pc.isColorSupported }).trimEnd()}`)
  remark(pc.dim(`Written: ${page}`))
}

function modelOptions({ baseUrl, cache }: ForgeFlags) {
  return { ...(baseUrl !== undefined && { baseUrl }), ...(cache !== undefined && { cacheDirectory: cache }) }
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}
