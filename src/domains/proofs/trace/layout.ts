import { join } from 'node:path'

/** Where things are in a trace's directory. */
export function traceFiles(directory: string) {
  return {
    manifest: join(directory, 'trace.json'),
    lock: join(directory, '.lock'),
    splits: join(directory, 'splits'),
    file: (path: string) => join(directory, 'files', `${path}.jsonl`),
    /** What was traced, as it was then. */
    source: (path: string) => join(directory, 'sources', path),
    /** What a file compiles to, for those that require it. */
    object: (path: string) => join(directory, '.compiled', `${path}o`),
    split: (name: string) => join(directory, 'splits', `${name}.json`),
  }
}
