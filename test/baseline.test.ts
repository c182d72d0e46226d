import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { designFor } from '../src/domains/hardware/baseline/index.ts'

/*
 * How much the baseline agent solves from the words alone, by plain iverilog and vvp: every third problem of
 * VerilogEval here, all of them in `npm run check:long`.
 */
const basics = join(import.meta.dirname, '..', 'suites', 'hardware-basics')
const verilogEval = join(
  import.meta.dirname,
  '..',
  '..',
  'shared',
  'data',
  'verilog-eval',
  'dataset_spec-to-rtl',
)
const simulator = execaSync('iverilog', ['-V'], { reject: false }).exitCode !== undefined

interface Problem {
  readonly id: string
  readonly instructions: string
  readonly key: readonly string[]
}

describe.skipIf(!simulator)(
  'what the baseline agent solves (skipped where iverilog is not installed)',
  () => {
    let scratch: string
    beforeAll(() => {
      scratch = mkdtempSync(join(tmpdir(), 'baseline-solves-'))
    })
    afterAll(() => rmSync(scratch, { recursive: true }))

    async function isSolved({ id, instructions, key }: Problem): Promise<boolean> {
      const { text, remark } = designFor(instructions)
      if (!remark.startsWith('Recognised')) return false
      const [design, program] = [join(scratch, `${id}.sv`), join(scratch, `${id}.vvp`)]
      writeFileSync(design, text)
      const compiled = await execa('iverilog', ['-g2012', '-s', 'tb', '-o', program, design, ...key], {
        reject: false,
      })
      if (compiled.exitCode !== 0) return false
      const { stdout } = await execa('vvp', ['-n', program], { cwd: scratch, timeout: 20_000, reject: false })
      return /^Mismatches: 0 in [1-9]\d* samples$/m.test(stdout) && !stdout.includes('TIMEOUT')
    }

    async function solvedOf(problems: readonly Problem[]): Promise<string[]> {
      const turn = pLimit(2)
      const solved = await Promise.all(
        problems.map((problem) => turn(async () => (await isSolved(problem)) && problem.id)),
      )
      return solved.filter((id) => id !== false)
    }

    it('solves more than a third of the tasks of hardware-basics without constraints, and none of its hard ones', async () => {
      const manifest = (id: string) => join(basics, id, 'task.toml')
      const tasks = readdirSync(basics).filter(
        (id) =>
          existsSync(manifest(id)) && !readFileSync(manifest(id), 'utf8').includes('[brief.constraints]'),
      )
      const problems = tasks.map((id) => ({
        id,
        instructions: readFileSync(join(basics, id, 'instruction.md'), 'utf8'),
        key: ['ref.sv', 'test.sv'].map((file) => join(basics, id, 'tests', file)),
      }))
      const solved = await solvedOf(problems)
      expect(solved.length).toBeGreaterThan(tasks.length / 3)
      expect(solved).toEqual(
        expect.arrayContaining(['karnaugh-map', 'register', 'state-table', 'truth-table']),
      )
      const hard = solved.filter((id) =>
        readFileSync(join(basics, id, 'task.toml'), 'utf8').includes('"hard"'),
      )
      expect(hard).toEqual([])
    })

    it.skipIf(!existsSync(verilogEval))(
      'solves at least 90 in 156 problems of VerilogEval (skipped where they are not at hand)',
      async () => {
        const files = readdirSync(verilogEval).sort()
        const names = files.flatMap((file) => /^(.*)_prompt\.txt$/.exec(file)?.[1] ?? [])
        expect(names).toHaveLength(156)
        const tried = process.env.TOUCHSTONE_LONG ? names : names.filter((_, index) => index % 3 === 0)
        const problems = tried.map((id) => ({
          id,
          instructions: readFileSync(join(verilogEval, `${id}_prompt.txt`), 'utf8'),
          key: ['test', 'ref'].map((part) => join(verilogEval, `${id}_${part}.sv`)),
        }))
        const solved = await solvedOf(problems)
        expect(solved.length / problems.length).toBeGreaterThanOrEqual(90 / 156)
      },
      120_000,
    )
  },
)
