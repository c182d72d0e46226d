import { z } from 'zod'
import { writeAtomically } from '../../core/atomic.ts'
import { kindOf, noCount } from '../engine/funnel.ts'
import { forgeFiles } from '../engine/layout.ts'
import { type ItemRecord, readRecords, untouched } from '../engine/record.ts'
import { type FoundItem, readSettings } from '../engine/settings.ts'
import { type Stage, stages } from '../source.ts'
import {
  type CategoryRow,
  decisionSchema,
  type ForgeReport,
  type ReasonRow,
  type ReportItem,
  reportVersion,
  type ShownDecision,
} from './schema.ts'

const mostExamples = 3

/** What came of a forge, also while it is under way. Throws `UsageError` (`not-a-forge`). */
export async function forgeReportOf(directory: string): Promise<ForgeReport> {
  const { settings, items: found } = await readSettings(directory)
  const records = new Map<string, ReportItem>()
  for await (const { record } of readRecords(directory)) if (record) records.set(record.id, itemOf(record))
  const items = found.map((item) => records.get(item.id) ?? openItem(item))
  const proved = items.filter(({ outcome }) => outcome === 'proved')
  const live = proved.filter((item) => item.live).length
  return {
    schema: reportVersion,
    directory,
    settings,
    found: items.length,
    open: items.filter(({ outcome }) => outcome === 'open').length,
    proved: { live, static: proved.length - live },
    unseenRight: { digest: unseenBy(proved, 'sha256'), checker: unseenBy(proved, 'checker') },
    void: items.filter(({ outcome }) => outcome === 'void').length,
    funnel: stages.map((stage) => ({
      stage,
      reached: reachedBy(items, stage),
      fell: items.filter(({ fallen }) => fallen?.stage === stage).length,
    })),
    categories: categoriesOf(items),
    reasons: reasonsOf(items),
    repairs: repairsOf(items),
    seconds: secondsOf(items),
    items,
  }
}

/** Tasks that know their flag in this way alone, and whose proof never saw the right one accepted. */
function unseenBy(proved: readonly ReportItem[], flag: string): number {
  return proved.filter(({ proof }) => proof?.flag === flag && proof['right flag accepted'] === false).length
}

/** Writes `.forge/report.json`. Throws `InfrastructureError` (`cannot-write`). */
export async function writeForgeReport(report: ForgeReport): Promise<void> {
  await writeAtomically(forgeFiles(report.directory).report, `${JSON.stringify(report, null, 2)}\n`)
}

const planSchema = z.object({ decisions: z.array(decisionSchema) })

function itemOf({ schema: _, basis: __, plan, ...record }: ItemRecord): ReportItem {
  return { ...record, decisions: decisionsOf(plan) }
}

function decisionsOf(plan: unknown): ShownDecision[] {
  const read = planSchema.safeParse(plan)
  return read.success ? read.data.decisions : []
}

function openItem({ id, path, category }: FoundItem): ReportItem {
  return {
    id,
    path,
    category,
    outcome: 'open',
    decisions: [],
    ...untouched(),
  }
}

function reachedBy(items: readonly ReportItem[], stage: Stage) {
  const count = noCount()
  for (const { reached, live } of items)
    if (stages.indexOf(reached) >= stages.indexOf(stage)) count[kindOf(live)]++
  return count
}

/** The largest first. */
function categoriesOf(items: readonly ReportItem[]): CategoryRow[] {
  const of = Map.groupBy(items, ({ category }) => category)
  return [...of]
    .map(([category, own]) => {
      const count = (outcome: ReportItem['outcome']) => own.filter((item) => item.outcome === outcome).length
      return {
        category,
        found: own.length,
        reached: Object.fromEntries(
          stages.map((stage) => [stage, reachedBy(own, stage)]),
        ) as CategoryRow['reached'],
        proved: count('proved'),
        fallen: count('fallen'),
        void: count('void'),
        open: count('open'),
      }
    })
    .sort((a, b) => b.found - a.found || (a.category < b.category ? -1 : 1))
}

interface Reason extends Pick<ReasonRow, 'outcome' | 'stage' | 'kind'> {
  readonly item: ReportItem
  readonly message: string
}

function reasonsFor(item: ReportItem): Reason[] {
  const { fallen, void: voided } = item
  if (fallen) return [{ item, outcome: 'fallen', ...fallen }]
  return voided ? [{ item, outcome: 'void', kind: voided.code, ...voided }] : []
}

function reasonsOf(items: readonly ReportItem[]): ReasonRow[] {
  const reasons = items.flatMap(reasonsFor)
  const groups = Map.groupBy(reasons, ({ outcome, stage, kind }) => `${outcome} ${stage} ${kind}`)
  return [...groups.values()]
    .map((group) => {
      const { outcome, stage, kind } = group[0]!
      // Hundreds of equal messages say less than three different ones.
      const first = [...new Map(group.toReversed().map((one) => [one.message, one])).values()].reverse()
      const examples = [...first, ...group.filter((one) => !first.includes(one))]
        .slice(0, mostExamples)
        .map(({ item, message }) => ({ id: item.id, message }))
      const live = group.filter(({ item }) => item.live).length
      return { outcome, stage, kind, count: group.length, live, examples }
    })
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
}

function repairsOf(items: readonly ReportItem[]): ForgeReport['repairs'] {
  const tried = items.filter(({ repairs }) => repairs.length > 0)
  const all = tried.flatMap(({ repairs }) => repairs)
  return {
    items: tried.length,
    proved: tried.filter(({ outcome }) => outcome === 'proved').length,
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    costUsd: all.reduce((sum, { costUsd }) => sum + costUsd, 0),
    costKnown: all.every(({ costKnown }) => costKnown),
  }
}

function secondsOf(items: readonly ReportItem[]): ForgeReport['seconds'] {
  const sum = { understand: 0, write: 0, prove: 0, repair: 0, audit: 0 }
  for (const { seconds } of items)
    for (const step of Object.keys(sum) as (keyof typeof sum)[]) sum[step] += seconds[step]
  return sum
}
