import { spawn } from 'node:child_process'
import { fileSet } from '../src/core/files.ts'
import { bubblewrap } from '../src/sandbox/index.ts'
import { type BenchTable, median, quantile } from './table.ts'

type Step = () => Promise<void>

/** What a sandbox costs, beside a plain process and a bare bwrap without limits, files or a work directory. */
export async function sandboxBench(samples = 200): Promise<BenchTable> {
  await using backend = await bubblewrap()
  const files = fileSet({ 'TopModule.sv': 'module TopModule(input a, output y); assign y = a; endmodule\n' })
  const cycle =
    (given: typeof files | undefined): Step =>
    async () => {
      await using sandbox = await backend.open({ name: 'bench', ...(given ? { files: given } : {}) })
      const { exitCode } = await sandbox.exec(['true'])
      if (exitCode !== 0) throw new Error(`true ended with ${exitCode} in a sandbox`)
    }
  await using kept = await backend.open({ name: 'kept' })
  const steps: readonly (readonly [string, Step])[] = [
    ['plain spawn of true', () => plain('/usr/bin/true')],
    ['bare bwrap, no limits', () => plain('/usr/bin/bwrap', ...bare)],
    ['create, true, destroy', cycle(undefined)],
    ['create with a file, true, destroy', cycle(files)],
    ['true in an open sandbox', async () => void (await kept.exec(['true']))],
  ]
  const times = new Map<string, number[]>(steps.map(([name]) => [name, []]))
  // In turns, so that whatever else the machine does falls on all alike.
  for (let sample = -10; sample < samples; sample++) {
    for (const [name, step] of steps) {
      const startedAt = performance.now()
      await step()
      if (sample >= 0) times.get(name)?.push(performance.now() - startedAt)
    }
  }
  const baseline = median(times.get('plain spawn of true') ?? [])
  const bwrap = median(times.get('bare bwrap, no limits') ?? [])
  const rows = []
  for (const [name, step] of steps) {
    const taken = times.get(name) ?? []
    rows.push([
      name,
      quantile(taken, 0.5).toFixed(1),
      quantile(taken, 0.95).toFixed(1),
      (median(taken) / baseline).toFixed(1),
      (median(taken) / bwrap).toFixed(1),
      Math.round(await perSecond(step, samples, 4)),
      Math.round(await perSecond(step, samples, 8)),
    ])
  }
  return {
    title: `Sandbox (bubblewrap), ${samples} samples each`,
    columns: ['step', 'p50 ms', 'p95 ms', '× spawn', '× bwrap', '/s, 4 at once', '/s, 8 at once'],
    rows,
  }
}

const bare = [
  ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
  ...[
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
    '--unshare-all',
    '--die-with-parent',
    '/usr/bin/true',
  ],
]

async function plain(file: string, ...argv: string[]): Promise<void> {
  const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'pipe'], env: {} })
  child.stdout.resume()
  child.stderr.resume()
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
}

async function perSecond(step: Step, count: number, concurrency: number): Promise<number> {
  const startedAt = performance.now()
  let left = count
  const worker = async () => {
    while (left-- > 0) await step()
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return (count / (performance.now() - startedAt)) * 1000
}
