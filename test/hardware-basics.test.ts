import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import pLimit from 'p-limit'
import { parse } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/*
 * The testbenches of the suite, with plain iverilog and vvp: no judge of ours between. Each must let the reference
 * solution pass and must find every wrong design under test/fixtures/hardware-basics. Of a task with constraints,
 * `right/` there holds designs that behave as they should: some beyond its limits, one better than the solution.
 */
const suite = join(import.meta.dirname, '..', 'suites', 'hardware-basics')
const wrongDesigns = join(import.meta.dirname, 'fixtures', 'hardware-basics')
const tasks = readdirSync(suite, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
const simulator = execaSync('iverilog', ['-V'], { reject: false }).exitCode !== undefined

interface Ending {
  readonly mismatches: number
  readonly samples: number
}

describe.skipIf(!simulator)('hardware-basics (skipped where iverilog is not installed)', () => {
  const turn = pLimit(2)
  let scratch: string
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'hardware-basics-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true }))

  /** What the testbench says of a design; undefined where it did not come to its end. Throws where it does not compile. */
  async function simulate(task: string, design: string): Promise<Ending | undefined> {
    const program = join(scratch, `${task}-${design.replaceAll('/', '-')}.vvp`)
    const key = ['ref.sv', 'test.sv'].map((file) => join(suite, task, 'tests', file))
    const options = ['-Wall', '-Winfloop', '-Wno-timescale', '-g2012', '-s', 'tb', '-o', program]
    await execa('iverilog', [...options, design, ...key])
    const { stdout } = await execa('vvp', ['-n', program], { timeout: 20_000, reject: false })
    const found = /^Mismatches: (\d+) in (\d+) samples$/m.exec(stdout)
    if (!found || /^TIMEOUT$/m.test(stdout)) return undefined
    return { mismatches: Number(found[1]), samples: Number(found[2]) }
  }

  it('has tasks of every difficulty', () => {
    const difficulties = tasks.map(
      (task) => parse(readFileSync(join(suite, task, 'task.toml'), 'utf8')).difficulty,
    )
    expect(tasks.length).toBeGreaterThanOrEqual(16)
    expect(new Set(difficulties)).toEqual(new Set(['easy', 'medium', 'hard']))
  })

  describe.each(tasks)('%s', (task) => {
    const wrong = readdirSync(join(wrongDesigns, task)).filter((file) => file.endsWith('.sv'))

    it('lets its solution pass', async () => {
      const ending = await simulate(task, join(suite, task, 'solution', 'TopModule.sv'))
      expect(ending?.mismatches).toBe(0)
      expect(ending?.samples).toBeGreaterThan(100)
    })

    const right = join(wrongDesigns, task, 'right')
    if (existsSync(right))
      it('lets designs pass that differ in cost alone', async () => {
        for (const file of readdirSync(right))
          expect((await simulate(task, join(right, file)))?.mismatches, file).toBe(0)
      })

    it(`finds each of ${wrong.length} wrong designs`, { timeout: 60_000 }, async () => {
      expect(wrong.length).toBeGreaterThanOrEqual(5)
      const endings = await Promise.all(
        wrong.map((file) =>
          turn(async () => ({ file, ending: await simulate(task, join(wrongDesigns, task, file)) })),
        ),
      )
      expect(endings.filter(({ ending }) => ending?.mismatches === 0).map(({ file }) => file)).toEqual([])
    })
  })
})
