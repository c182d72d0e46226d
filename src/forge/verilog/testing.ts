import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { openLab } from '../../sandbox/index.ts'
import { Fallen, type Workshop } from '../source.ts'
import { type Plan, type VerilogOptions, verilogWith } from './index.ts'

/** A directory with these files, and the source at work on it. For tests. */
export interface Bench extends AsyncDisposable {
  readonly root: string
  readonly workshop: Workshop<Plan>
  /** What becomes of an item before anything is proved: its plan, or why it falls. */
  understood(id: string): Promise<Plan | Fallen>
}

export async function benchOf(
  backend: SandboxBackend,
  files: Readonly<Record<string, string>>,
  options: VerilogOptions = {},
): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), 'forge-verilog-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const { signal } = new AbortController()
  const workshop = await verilogWith(options).open({
    root,
    backend: backend.name,
    suite: 'tests',
    licence: 'MIT',
    signal,
    openLab: (seed) => openLab(backend, { seed, signal }),
  })
  return {
    root,
    workshop,
    async understood(id) {
      const item = (await workshop.find()).find((each) => each.id === id)
      if (item === undefined) throw new Error(`there is no item ${id}`)
      try {
        return await workshop.understand(item)
      } catch (thrown) {
        if (thrown instanceof Fallen) return thrown
        throw thrown
      }
    },
    async [Symbol.asyncDispose]() {
      await workshop[Symbol.asyncDispose]()
      await rm(root, { recursive: true, force: true })
    },
  }
}
