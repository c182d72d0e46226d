import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { forgeFiles } from './layout.ts'
import { isThere, moveTree, removeTree, syncTree, takeAway } from './place.ts'
import { type ItemRecord, readRecords, removeRecord, writeRecord } from './record.ts'

/**
 * The order in which things reach the disk, so that a kill between any two steps loses no proof and leaves nothing that was
 * not proved in the suite: the task's files, the record that it is proved, the move into the suite; and backwards, the move
 * out of the suite, then the record. So a task that is in the suite has a record, and a record whose task is not there has
 * it whole among the works, or is void.
 */
export async function settle(directory: string, record: ItemRecord): Promise<void> {
  const files = forgeFiles(directory)
  const work = files.work(record.id)
  if (record.outcome === 'proved') {
    await syncTree(work)
    await writeRecord(directory, record)
    await moveTree(work, files.task(record.id))
    return
  }
  if (await isThere(work)) {
    const place = record.outcome === 'written' ? files.written : files.fallen
    // What an item of which nothing can be said had written is written again.
    if (record.outcome === 'void') await removeTree(work)
    else {
      // A forge that was killed between this move and the record has left one.
      await removeTree(place(record.id))
      await moveTree(work, place(record.id))
    }
  }
  await writeRecord(directory, record)
}

/** Takes an item's task and record out: it is forged again, or is gone. A task that no proof put there stays. */
export async function withdraw(
  directory: string,
  { id, outcome }: Pick<ItemRecord, 'id' | 'outcome'>,
): Promise<void> {
  const files = forgeFiles(directory)
  if (outcome === 'proved') await takeAway(directory, files.task(id))
  await removeRecord(directory, id)
  for (const place of [files.work, files.written, files.fallen]) await removeTree(place(id))
}

/** Ends what a killed forge left half done, and returns what stands, without the plans: they may be large. */
export async function recover(directory: string): Promise<Map<string, ItemRecord>> {
  const files = forgeFiles(directory)
  const standing = new Map<string, ItemRecord>()
  for await (const { id, record } of readRecords(directory)) {
    if (record === undefined) {
      await withdraw(directory, { id, outcome: 'proved' })
      continue
    }
    const { outcome } = record
    const [task, work] = [files.task(id), files.work(id)]
    if (outcome === 'proved' && !(await isThere(task)) && (await isThere(work))) await moveTree(work, task)
    const stands =
      outcome === 'proved'
        ? await isThere(task)
        : outcome === 'written'
          ? await isThere(files.written(id))
          : true
    if (stands) standing.set(id, { ...record, plan: null })
    else await removeRecord(directory, id)
  }
  for (const place of [files.works, files.gone])
    for (const name of await readdir(place)) await removeTree(join(place, name))
  for (const [place, outcome] of [
    [files.fallens, 'fallen'],
    [files.writtens, 'written'],
  ] as const)
    for (const id of await readdir(place))
      if (standing.get(id)?.outcome !== outcome) await removeTree(join(place, id))
  return standing
}

/** Throws `UsageError` (`foreign-task`) where a directory that no forge made stands where a task would go. */
export async function refuseForeign(
  directory: string,
  ids: Iterable<string>,
  standing: ReadonlyMap<string, ItemRecord>,
): Promise<void> {
  const there = new Set(await readdir(directory))
  for (const id of ids)
    if (there.has(id) && standing.get(id)?.outcome !== 'proved')
      throw new UsageError(
        'foreign-task',
        `${join(directory, id)} was not made by this forge, and a task of that name would be. Move it to a suite of its own`,
      )
}
