import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../../../../test/support/temporary.ts'
import type { Mutant } from '../../../core/domain.ts'
import { textOf } from '../../../core/files.ts'
import type { Task } from '../../../core/task.ts'
import { openSuite } from '../../suites.ts'
import { answerPath, factsOf, type HardwareKey, topModule } from '../key.ts'
import { portsOf } from '../modules.ts'
import { oracleText } from '../oracle-run.ts'
import { checkDesign } from '../rules.ts'
import { taskOf } from '../testing.ts'
import { tokenize } from '../tokens.ts'
import { mutantsOf } from './index.ts'

const verilogEval = fileURLToPath(
  new URL('../../../../../shared/data/verilog-eval/dataset_spec-to-rtl', import.meta.url),
)
const options = { errata: false }

let tasks: Task<HardwareKey>[]
beforeAll(async () => {
  const specs = ['hardware-basics', ...(existsSync(verilogEval) ? [`verilog-eval=${verilogEval}`] : [])]
  const suites = await Promise.all(specs.map((spec) => openSuite(spec, options)))
  const entries = suites.flatMap((suite) => suite.tasks)
  tasks = (await Promise.all(entries.map((entry) => entry.load()))) as Task<HardwareKey>[]
})

const textIn = ({ submission }: Mutant) =>
  (submission.kind === 'files' && textOf(submission.files, answerPath)) || ''
const wordsIn = (text: string) =>
  tokenize(text)
    .tokens.map((token) => token.text)
    .join(' ')
const ports = (text: string) => [...(portsOf(tokenize(text).tokens, topModule) ?? [])]
const anyTask = () => fc.nat().map((index) => tasks[index % tasks.length]!)

describe('mutants', () => {
  it('are the same for the same seed, others for another, and never too many', () => {
    fc.assert(
      fc.property(anyTask(), fc.integer({ min: 0, max: 12 }), fc.string(), (task, count, seed) => {
        const mutants = mutantsOf(task, count, seed)
        expect(mutantsOf(task, count, seed)).toEqual(mutants)
        expect(mutants.length).toBeLessThanOrEqual(count)
        // Asking for fewer asks for the first of them.
        expect(mutantsOf(task, Math.floor(count / 2), seed)).toEqual(mutants.slice(0, Math.floor(count / 2)))
      }),
      { numRuns: 60 },
    )
    const fifo = tasks.find(({ id }) => id === 'fifo')!
    expect(mutantsOf(fifo, 10, 'a')).not.toEqual(mutantsOf(fifo, 10, 'b'))
  })

  it('differ from the reference and from one another, keep its ports and the rules', () => {
    fc.assert(
      fc.property(anyTask(), fc.string(), (task, seed) => {
        const reference = oracleText(task.key)
        const mutants = mutantsOf(task, 20, seed)
        const texts = mutants.map(textIn)
        expect(new Set([...texts, reference].map(wordsIn)).size).toBe(texts.length + 1)
        expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
        for (const text of texts) {
          const { tokens, text: plain, problem } = tokenize(text)
          expect(problem).toBeUndefined()
          expect(ports(text)).toEqual(ports(reference))
          expect(checkDesign(plain, tokens, factsOf(task.key))).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('can be made of every reference, at least one', () => {
    expect(tasks.filter((task) => mutantsOf(task, 1, '0').length === 0).map(({ id }) => id)).toEqual([])
  })

  it('are spread over the kinds', () => {
    const fifo = tasks.find(({ id }) => id === 'fifo')!
    const kinds = mutantsOf(fifo, 9, '0').map(({ kind }) => kind)
    expect(new Set(kinds).size).toBe(9)
  })

  it('compile, but for a few', async () => {
    const ids = ['fifo', 'alu', 'divider', 'serial-receiver', 'rotator']
    const made = tasks.filter(({ id }) => ids.includes(id)).flatMap((task) => mutantsOf(task, 12, '0'))
    expect(made.length).toBeGreaterThan(50)
    const broken: string[] = []
    const file = join(await temporaryDirectory(), answerPath)
    for (const mutant of made) {
      await writeFile(file, textIn(mutant))
      const argv = ['-g2012', '-s', topModule, '-t', 'null', file]
      const { exitCode } = await execa('iverilog', argv, { reject: false })
      if (exitCode !== 0) broken.push(mutant.description)
    }
    expect(broken.length).toBeLessThan(4)
  })
})

describe('each kind', () => {
  const body = `module RefModule (input clk, input reset, input [3:0] a, b, output reg [3:0] q, output [3:0] y);
  reg [1:0] s; reg t;
  always @(posedge clk) begin
    if (reset) q <= 4'd3; else q <= a - b;
    t = a <= b;
    if (t) s <= 2'd1;
  end
  always @(*) ;
  assign y = s == 2'b01 ? {a[1:0], b[3:2]} : ~a;
endmodule
`
  const made = mutantsOf(taskOf(body, 'module tb (); endmodule\n'), 500, '0')
  const of = (kind: string) => made.filter((one) => one.kind === kind).map(({ description }) => description)

  it('takes an assignment for no comparison, and no range for a constant', () => {
    expect(of('operator')).toEqual(
      expect.arrayContaining([
        'line 4: - became +',
        'line 5: <= became <',
        'line 9: == became !=',
        'line 9: ~ was dropped',
      ]),
    )
    expect(of('operator').filter((what) => what.startsWith('line 6'))).toEqual([])
    expect(of('constant').some((what) => what.startsWith('line 2') || what.startsWith('line 1:'))).toBe(false)
    expect(of('constant')).toEqual(expect.arrayContaining(["line 9: 2'b01 became 2'b00"]))
  })

  it('finds the reset, its clock and what is read after it is assigned', () => {
    expect(of('reset')).toEqual(
      expect.arrayContaining([
        "line 4: the reset's polarity: if (reset) became if (!reset)",
        'line 4: the reset is missing: "if (reset) q <= 4\'d3; else" was dropped',
        'line 3: the reset became asynchronous',
        "line 4: 4'd3 became 4'd4 in the reset",
      ]),
    )
    expect(of('edge')).toEqual(['line 3: posedge became negedge'])
    expect(of('blocking')).toEqual(['line 5: = became <='])
    expect(of('swapped')).toEqual(expect.arrayContaining(['line 4: the sides of - "a" and "b" were swapped']))
  })

  it('is wrong rarely where it should be: once in 2^16 or more, or late', () => {
    for (const what of of('rare-input'))
      expect(/ ([01]+) \(/.exec(what)?.[1]?.length).toBeGreaterThanOrEqual(16)
    for (const what of of('long-count'))
      expect(Number(/cycle (\d+)/.exec(what)?.[1])).toBeGreaterThanOrEqual(1000)
    expect(of('rare-input').length * of('long-count').length).toBeGreaterThan(0)
    expect(of('stuck')).toHaveLength(6)
  })
})
