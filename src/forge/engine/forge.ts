import { matchesGlob } from 'node:path'
import pLimit from 'p-limit'
import type { Domain } from '../../core/domain.ts'
import { InfrastructureError, UsageError } from '../../core/errors.ts'
import { removeStaleLocks, takeLock } from '../../core/lock.ts'
import type { Model } from '../../core/model.ts'
import { isItemName } from '../names.ts'
import type { ForgeSource, RawItem } from '../source.ts'
import { isCurrent } from './current.ts'
import { type ForgeNews, type ForgeProgress, Funnel } from './funnel.ts'
import { writeIndex } from './index-file.ts'
import { type Audit, forgeItem } from './item.ts'
import { forgeFiles } from './layout.ts'
import { prepareDirectory } from './place.ts'
import { recover, refuseForeign, settle, withdraw } from './publish.ts'
import type { Basis, ItemRecord, Until } from './record.ts'
import { refuseOther, writeSettings } from './settings.ts'
import { late, type StepMeans, Steps } from './steps.ts'
import { suiteOf, writeSuiteFile } from './suite-file.ts'

/** Items in a row that are void for the same reason: then it is the machine. */
const longestStreak = 8

export interface ForgeSetup<P> extends StepMeans {
  readonly source: ForgeSource<P>
  /** The directory with the raw material. */
  readonly root: string
  /** How the material is called in the suite. */
  readonly origin: string
  /** The suite's directory. */
  readonly out: string
  readonly backend: string
  domainOf(name: string): Promise<Domain>
  /** How far items go: `written` proves nothing and leaves the suite empty. */
  readonly until: Until
  /** Needed for `audited`. */
  readonly audit?: Audit
  /** Who makes other plans where a proof fails. */
  readonly model?: Model
  /** Other plans for one item, at most. */
  readonly repairs: number
  /** Items under way at once. */
  readonly concurrency: number
  /** Only the items whose id or path matches this glob. */
  readonly task: string | null
  /** At most so many items. */
  readonly limit: number | null
  /** What fell is forged again, as if it had changed: the machine may have, which no record tells. */
  readonly again?: boolean
  onProgress?(progress: ForgeProgress, news: ForgeNews): void
}

export interface ForgeSummary {
  readonly ended: 'complete' | 'interrupted' | 'failed'
  readonly progress: ForgeProgress
  /** Why it gave up. */
  readonly failure?: InfrastructureError
}

/**
 * Makes raw material into a suite, or goes on with one. What was proved is not proved again unless the item, the source or
 * what was asked for has changed; tasks of items that are gone are taken out. Throws `UsageError` (`not-a-forge`,
 * `out-in-archive`, `forge-in-use`, `other-material`, `foreign-task`, `no-items` and what the source throws) and `InfrastructureError`
 * (`cannot-write`, and what the source throws when it is opened).
 */
export async function forge<P>(setup: ForgeSetup<P>): Promise<ForgeSummary> {
  const { source, root, out, signal } = setup
  await prepareDirectory(out, root)
  const files = forgeFiles(out)
  await using _lock = await takeLock(files.lock, 'forge')
  await removeStaleLocks(files.lock)
  await refuseOther(out, source, setup.origin)
  const suite = await suiteOf(out, setup, source)
  const steps = new Steps(setup)
  await using workshop = await source.open({
    root,
    openLab: (seed) => steps.openLab(seed),
    backend: setup.backend,
    suite: `${suite.name} ${suite.version}`,
    licence: suite.licence,
    signal,
  })
  const items = checked(await workshop.find())
  const planned = chosen(items, setup)
  const standing = await recover(out)
  await refuseForeign(
    out,
    items.map(({ id }) => id),
    standing,
  )
  const there = new Set(items.map(({ id }) => id))
  for (const record of standing.values()) if (!there.has(record.id)) await withdraw(out, record)
  const { name, version, description } = source
  const basis = basisOf(setup, suite)
  const { backend, until, audit, model, repairs } = basis
  const settings = {
    schema: 1 as const,
    source: { name, version, description },
    suite,
    backend,
    until,
    audit,
    model,
    repairs,
    task: setup.task,
    limit: setup.limit,
    startedAt: new Date().toISOString(),
  }
  await writeSuiteFile(out, suite, source)
  await writeSettings(out, settings, items)

  const funnel = new Funnel(items.length, planned.length)
  const tell = (news: ForgeNews) => setup.onProgress?.(funnel.now(), news)
  const left: RawItem[] = []
  for (const item of planned) {
    const record = standing.get(item.id)
    const stands = record && isCurrent(record, { ...basis, fingerprint: item.fingerprint })
    if (stands && !(setup.again && record.outcome === 'fallen')) funnel.add(record, true)
    else left.push(item)
  }
  tell({ type: 'begun' })

  const streak = streakOf()
  const one = async (item: RawItem): Promise<void> => {
    const { id } = item
    const before = standing.get(id)
    if (before) await withdraw(out, before)
    funnel.begin(id)
    const record = await forgeItem(item, {
      directory: out,
      workshop,
      steps,
      suite,
      domainOf: setup.domainOf,
      basis,
      ...(setup.audit && { audit: setup.audit }),
      ...(setup.model && { model: setup.model }),
      onReached(stage) {
        funnel.reach(id, stage)
        tell({ type: 'reached', id, stage })
      },
      onAgain: (step, message, seconds) => tell({ type: 'again', id, step, message, seconds }),
      onRepair: (attempt, message) => tell({ type: 'repair', id, attempt, message }),
    })
    await settle(out, record)
    funnel.add(record)
    tell({ type: 'ended', record })
    streak(record)
  }
  const failure = await all(left, setup, one, (id) => funnel.drop(id))
  await writeIndex(out, source)
  const progress = funnel.now()
  if (failure) return { ended: 'failed', progress, failure }
  return { ended: progress.done < progress.planned ? 'interrupted' : 'complete', progress }
}

/** Forges several side by side; none begins after a failure, or once the signal is aborted. Returns the failure. */
async function all(
  items: readonly RawItem[],
  { concurrency, signal }: Pick<ForgeSetup<unknown>, 'concurrency' | 'signal'>,
  one: (item: RawItem) => Promise<void>,
  onStopped: (id: string) => void,
): Promise<InfrastructureError | undefined> {
  const limit = pLimit(concurrency)
  let failed: { readonly thrown: unknown } | undefined
  await limit.map(items, async (item) => {
    if (failed || signal.aborted) return
    try {
      await one(item)
    } catch (thrown) {
      onStopped(item.id)
      // What Ctrl-C cut short is not done, and no failure.
      if (!signal.aborted) failed ??= { thrown }
    }
  })
  if (!failed) return undefined
  if (failed.thrown instanceof InfrastructureError) return failed.thrown
  throw failed.thrown
}

function basisOf<P>(
  { source, backend, until, audit, model, repairs }: ForgeSetup<P>,
  suite: { readonly name: string; readonly version: string },
): Omit<Basis, 'fingerprint'> {
  return {
    source: source.name,
    sourceVersion: source.version,
    backend,
    suite: `${suite.name} ${suite.version}`,
    until,
    audit: until === 'audited' ? (audit?.what ?? null) : null,
    model: model?.name ?? null,
    repairs: model ? repairs : 0,
  }
}

/** In the order of their names. Names become directories, so that those that will not do are a mistake of the source. */
function checked(items: readonly RawItem[]): RawItem[] {
  const ids = new Set<string>()
  for (const { id } of items) {
    if (!isItemName(id) || ids.has(id))
      throw new Error(`the source gives an item a name that is no task's, or gives it twice: ${id}`)
    ids.add(id)
  }
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Throws `UsageError` (`no-items`). */
function chosen<P>(items: readonly RawItem[], { task, limit, root }: ForgeSetup<P>): RawItem[] {
  const matching =
    task === null ? items : items.filter(({ id, path }) => [id, path].some((one) => matchesGlob(one, task)))
  if (matching.length === 0) {
    const what = task === null ? 'nothing to be forged' : `nothing whose name or path matches "${task}"`
    throw new UsageError('no-items', `${root} has ${what}`)
  }
  return matching.slice(0, limit ?? undefined)
}

/** Throws once several items in a row are void for the same reason. */
function streakOf(): (record: ItemRecord) => void {
  let code: string | undefined
  let length = 0
  return ({ id, void: voided }) => {
    // Mistakes of our own come in rows too, where items are alike; so does what hostile items do to take all the time.
    if (voided?.code === 'bug' || voided?.code === late) return
    length = voided && voided.code === code ? length + 1 : voided ? 1 : 0
    code = voided?.code
    if (!voided || length < longestStreak) return
    const message = `gave up after ${id}: ${length} items in a row came to nothing. ${voided.message}`
    throw new InfrastructureError(voided.code, message, { retryable: false })
  }
}
