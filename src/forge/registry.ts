import { UsageError } from '../core/errors.ts'
import type { ForgeSource } from './source.ts'

/** Every kind of raw material, imported when used. A new one is a folder, a line here, and its words for --help in the command. */
const sources: Readonly<Record<string, () => Promise<ForgeSource>>> = {
  ctf: async () => (await import('./ctf/index.ts')).ctf as ForgeSource,
  verilog: async () => (await import('./verilog/index.ts')).verilog as ForgeSource,
}

/** Throws `UsageError` (`unknown-source`) that lists the sources there are. */
export async function sourceOf(name: string): Promise<ForgeSource> {
  const load = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (!load)
    throw new UsageError(
      'unknown-source',
      `nothing is forged from "${name}"; there are: ${Object.keys(sources).join(', ')}`,
    )
  return load()
}
