import { existsSync } from 'node:fs'
import pc from 'picocolors'
import { writeAtomically } from '../core/atomic.ts'
import type { Domain } from '../core/domain.ts'
import type { Suite } from '../core/task.ts'
import { domainOf } from '../domains/registry.ts'
import { openSuite } from '../domains/suites.ts'
import { type AuditSummary, executeAudit, exitCodeOfAudit } from '../runs/audit/execute.ts'
import { auditFiles } from '../runs/audit/files.ts'
import { auditPage } from '../runs/audit/page/page.ts'
import type { AuditPlan } from '../runs/audit/plan.ts'
import type { AuditNews, AuditProgress } from '../runs/audit/progress.ts'
import { writeReport } from '../runs/audit/report.ts'
import { auditTable } from '../runs/audit/table.ts'
import { tasksOf } from '../runs/plan.ts'
import { openLab } from '../sandbox/index.ts'
import { auditDisplay } from './audit-display.ts'
import { openBackend } from './backend.ts'
import type { AuditFlags } from './commands/audit.ts'
import { reportFailure } from './failure.ts'
import { interruption } from './interruption.ts'
import { print, printJson, remark } from './output.ts'
import { toolsOf } from './perform-run.ts'
import { loadOptionsOf } from './suite-options.ts'
import { typed } from './typed.ts'

/** Audits suites or goes on with an audit, prints its table, writes its files, and sets the exit code. */
export async function audit(specs: readonly string[], flags: AuditFlags): Promise<void> {
  const suites = await Promise.all(specs.map((spec) => openSuite(spec, loadOptionsOf(flags))))
  const directory = flags.out ?? newDirectory(suites)
  const display = auditDisplay()
  const onProgress = (progress: AuditProgress, news: AuditNews) => {
    if (news.type === 'begun') remark(pc.dim(`Audit directory: ${directory}`))
    display.onProgress(progress, news)
  }
  const plan = planOf(suites, specs, flags)
  const summary = await perform(directory, plan, flags, onProgress).finally(display.end)
  const { report, failure, ended } = summary
  await writeReport(report)
  const { page } = auditFiles(directory)
  await writeAtomically(page, await auditPage(report))
  if (flags.json) printJson(report)
  else print(`\n${auditTable(report, { color: pc.isColorSupported }).trimEnd()}`)
  remark(pc.dim(`Written: ${page}`))
  if (failure) reportFailure(failure, false)
  if (ended !== 'complete' || report.totals.void > 0) remark(`To go on: ${again(directory, flags)}`)
  process.exitCode = exitCodeOfAudit(summary)
}

async function perform(
  directory: string,
  plan: AuditPlan,
  flags: AuditFlags,
  onProgress: (progress: AuditProgress, news: AuditNews) => void,
): Promise<AuditSummary> {
  const tools = await toolsOf(await domainsOf(plan))
  await using backend = await openBackend(flags.backend)
  return await executeAudit({
    directory,
    plan,
    domainOf,
    openLab: (seed, signal) => openLab(backend, { seed, signal }),
    tools,
    concurrency: flags.concurrency,
    attempts: flags.attempts,
    signal: interruption().signal,
    onProgress,
  })
}

function planOf(suites: readonly Suite[], specs: readonly string[], flags: AuditFlags): AuditPlan {
  const { task = null, limit = null, mutants, seed, errata, variant, protocol } = flags
  const how = (suite: Suite) => {
    const taken = tasksOf({ task, limit }, suite).length
    return [
      ...(variant ? [variant] : []),
      ...(protocol ? ['official protocol'] : []),
      ...(errata ? ['errata applied'] : []),
      ...(taken < suite.tasks.length ? [`only ${taken} of ${suite.tasks.length} tasks`] : []),
    ].join(', ')
  }
  return {
    suites: suites.map((suite, at) => ({ suite, protocol: how(suite), spec: specs[at] ?? suite.name })),
    task,
    limit,
    mutants,
    attacks: flags.attack ?? null,
    seed,
  }
}

/** The domains of the suites' first tasks: whose tools must be there before anything begins. */
async function domainsOf(plan: AuditPlan): Promise<Domain[]> {
  const names = new Set<string>()
  for (const { suite } of plan.suites) {
    const first = await tasksOf(plan, suite)[0]?.load()
    if (first) names.add(first.domain)
  }
  return Promise.all([...names].map(domainOf))
}

/** `audits/2026-11-22_134501-hardware-basics`. */
function newDirectory(suites: readonly Suite[]): string {
  const stamp = new Date().toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '')
  const name = (suites[0]?.name ?? 'audit').replace(/[^A-Za-z0-9._-]+/g, '-')
  const wanted = `audits/${stamp}-${name}`
  let directory = wanted
  for (let next = 2; existsSync(directory); next++) directory = `${wanted}-${next}`
  return directory
}

/** The same command line, with the directory that it began. */
function again(directory: string, { out }: AuditFlags): string {
  const given = process.argv.slice(2).map(quoted).join(' ')
  return `${typed} ${given}${out === undefined ? ` --out ${quoted(directory)}` : ''}`
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}
