import { join } from 'node:path'

/** Where a forge keeps what. Names that begin with a dot are no part of the suite. */
export function forgeFiles(directory: string) {
  const own = join(directory, '.forge')
  const inside = (folder: string) => (id: string) => join(own, folder, id)
  return {
    own,
    suite: join(directory, 'suite.toml'),
    /** A task of the suite. */
    task: (id: string) => join(directory, id),
    settings: join(own, 'forge.json'),
    /** All that was found, also what is not done yet. */
    items: join(own, 'items.json'),
    lock: join(own, 'lock'),
    records: join(own, 'records'),
    record: (id: string) => join(own, 'records', `${id}.json`),
    /** Tasks under way. */
    works: join(own, 'work'),
    work: inside('work'),
    /** What `--only-write` wrote: nothing of it was tried. */
    writtens: join(own, 'written'),
    written: inside('written'),
    /** Written tasks of items that failed later, for somebody to mend. */
    fallens: join(own, 'fallen'),
    fallen: inside('fallen'),
    /** What is about to be removed. */
    gone: join(own, 'gone'),
    report: join(own, 'report.json'),
    page: join(own, 'report.html'),
  }
}
