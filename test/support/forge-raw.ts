import { domainOf } from '../../src/domains/registry.ts'
import { ctf } from '../../src/forge/ctf/index.ts'
import { type ForgeSummary, forge } from '../../src/forge/engine/forge.ts'
import { bubblewrap, openLab } from '../../src/sandbox/index.ts'

/** Forges a directory of raw challenges in bubblewrap's sandboxes, up to the proof. */
export async function forgeRaw(root: string, out: string): Promise<ForgeSummary> {
  await using backend = await bubblewrap()
  return await forge({
    source: ctf,
    root,
    origin: 'raw directories',
    out,
    backend: backend.name,
    domainOf,
    openLab: (seed, signal) => openLab(backend, { seed, signal }),
    until: 'answered',
    attempts: 2,
    repairs: 0,
    concurrency: 4,
    task: null,
    limit: null,
    signal: new AbortController().signal,
  })
}
