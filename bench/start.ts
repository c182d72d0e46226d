import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type BenchTable, median, quantile } from './table.ts'

const entry = fileURLToPath(new URL('../bin/touchstone.js', import.meta.url))

/** How long `touchstone --help` takes, against a Node that does nothing. */
export async function startBench(): Promise<BenchTable> {
  const bare = await times(['-e', ''])
  const help = await times([entry, '--help'])
  const row = (what: string, taken: number[]) => [
    what,
    median(taken).toFixed(0),
    quantile(taken, 0.95).toFixed(0),
    (median(taken) / median(bare)).toFixed(2),
  ]
  return {
    title: 'Start (20 runs each; target: under 150 ms)',
    columns: ['what', 'p50 ms', 'p95 ms', '× bare node'],
    rows: [row("node -e ''", bare), row('touchstone --help', help)],
  }
}

async function times(argv: string[]): Promise<number[]> {
  const taken: number[] = []
  for (let run = 0; run < 20; run++) {
    const startedAt = performance.now()
    await execa(process.execPath, argv)
    taken.push(performance.now() - startedAt)
  }
  return taken
}
