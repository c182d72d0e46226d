import { readFile } from 'node:fs/promises'
import { figureOf, measurePpa, type PpaOptions, type Target } from '../src/domains/hardware/ppa/index.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { type BenchTable, median } from './table.ts'

const rounds = 5
const designs = ['majority', 'saturating-counter', 'alu', 'serial-receiver', 'fifo']
const ways: readonly { readonly name: string; readonly options: PpaOptions }[] = [
  { name: 'cells, OSU 180 nm', options: { targets: ['osu018'] as Target[] } },
  { name: 'LUTs, iCE40', options: { targets: ['ice40'], seeds: 0 } },
  { name: 'LUTs and Fmax, 5 seeds', options: { targets: ['ice40'] } },
]

/** How long power, performance and area of small designs take, sandbox included. */
export async function ppaBench(): Promise<BenchTable> {
  await using backend = await bubblewrap()
  const rows: string[][] = []
  for (const design of designs) {
    const text = await solutionOf(design)
    const row = [design]
    let cells: number | undefined
    for (const { options } of ways) {
      const seconds: number[] = []
      for (let round = 0; round < rounds; round++) {
        await using lab = openLab(backend, { seed: 'bench', signal: new AbortController().signal })
        const start = performance.now()
        const ppa = await measurePpa({ text, module: 'TopModule' }, lab, options)
        seconds.push((performance.now() - start) / 1000)
        cells ??= figureOf(ppa, 'cells')
        if (ppa.failed !== undefined) throw new Error(`${design}: ${ppa.failed.log}`)
      }
      row.push(`${median(seconds).toFixed(2)} s`)
    }
    rows.push([...row, String(cells ?? 'not measured')])
  }
  return {
    title: `Power, performance and area of small designs, one at a time, median of ${rounds}`,
    columns: ['design', ...ways.map(({ name }) => name), 'cells'],
    rows,
  }
}

async function solutionOf(design: string): Promise<string> {
  const directory = new URL(`../suites/hardware-basics/${design}/`, import.meta.url)
  const solution = await readFile(new URL('solution/TopModule.sv', directory), 'utf8').catch(() => undefined)
  if (solution !== undefined) return solution
  return (await readFile(new URL('tests/ref.sv', directory), 'utf8')).replaceAll(
    /\bRefModule\b/g,
    'TopModule',
  )
}
