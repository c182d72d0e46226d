/**
 * `npm run bench [sandbox] [harness] [hardware] [proofs] [rocq] [ppa] [security] [kernels]`: measures and prints a table for each, with the machine. Ratios are
 * against something run beside it in the same sitting, since machines differ.
 */
import { cpus, totalmem } from 'node:os'
import { table } from '../src/cli/output.ts'
import type { BenchTable } from './table.ts'

const benches: Record<string, () => Promise<BenchTable | readonly BenchTable[]>> = {
  sandbox: async () => (await import('./sandbox.ts')).sandboxBench(),
  harness: async () => (await import('./harness.ts')).harnessBench(),
  hardware: async () => (await import('./hardware.ts')).hardwareBench(),
  proofs: async () => (await import('./proofs.ts')).proofBench(),
  rocq: async () => (await import('./rocq.ts')).rocqBench(),
  start: async () => (await import('./start.ts')).startBench(),
  security: async () => (await import('./security.ts')).securityBench(),
  kernels: async () => (await import('./kernels.ts')).kernelsBench(),
  ppa: async () => (await import('./ppa.ts')).ppaBench(),
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(benches, name))
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are: ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}

const processors = cpus()
console.log(
  `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, ` +
    `Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`,
)
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const measured = await benches[name]?.()
  for (const { title, columns, rows } of [measured ?? []].flat()) {
    console.log(
      `\n${title}\n${table(
        columns,
        rows.map((row) => row.map(String)),
      )}`,
    )
  }
}
