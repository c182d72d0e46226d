import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../../core/budget.ts'
import type { Environment, Observation } from '../../../core/environment.ts'
import { textOf, toBytes } from '../../../core/files.ts'
import { limitsSchema } from '../../../core/limits.ts'
import type { Submission } from '../../../core/submission.ts'
import { baseline, designFor } from './index.ts'
import { read } from './reading.ts'

const simulator = execaSync('iverilog', ['-V'], { reject: false }).exitCode !== undefined

const brief = (ports: string, words: string) =>
  `${ports
    .split(', ')
    .map((port) => ` - ${port}`)
    .join('\n')}\n\n${words}\n`

describe.skipIf(!simulator)('designs, simulated (skipped where iverilog is not installed)', () => {
  let scratch: string
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'baseline-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true }))

  /** The outputs, in decimal and by commas, after each step: input values by port; a clock edge where there is a clock. */
  function simulate(instructions: string, steps: readonly Readonly<Record<string, number>>[]): string[] {
    const { ports, outputs, clock } = read(instructions)
    const design = designFor(instructions)
    const declared = ports.map((port) => `logic [${port.width - 1}:0] ${port.name};`)
    const stimulus = steps.map((step) => {
      const values = Object.entries(step).map(([name, value]) => `${name} = ${value};`)
      const pulse = clock ? `#1 ${clock.name} = 1; #1 ${clock.name} = 0;` : ''
      const format = outputs.map(() => '%0d').join(',')
      return `${values.join(' ')} ${pulse} #1 $display("${format}", ${outputs.map((port) => port.name).join(', ')});`
    })
    const bench = `module bench;\n${declared.join('\n')}\nTopModule dut (.*);\ninitial begin ${clock ? `${clock.name} = 0;` : ''}\n${stimulus.join('\n')}\nend\nendmodule\n`
    const [source, program] = [join(scratch, 'design.sv'), join(scratch, 'design.vvp')]
    writeFileSync(source, `${design.text}\n${bench}`)
    execaSync('iverilog', ['-g2012', '-s', 'bench', '-o', program, source])
    return execaSync('vvp', ['-n', program]).stdout.split('\n')
  }

  it('reads a truth table with rows in any order', () => {
    const table = brief('input p, input q, output f', 'p | q | f\n1 | 1 | 0\n0 | 0 | 1\n1 | 0 | 1\n0 | 1 | 0')
    const rows = [
      { p: 0, q: 0 },
      { p: 0, q: 1 },
      { p: 1, q: 0 },
      { p: 1, q: 1 },
    ]
    expect(simulate(table, rows)).toEqual(['1', '0', '1', '0'])
  })

  it('does not guess at a truth table with a row missing', () => {
    const table = brief('input p, input q, output f', 'p | q | f\n1 | 1 | 0\n0 | 0 | 1\n1 | 0 | 1')
    expect(designFor(table).remark).toContain('Nothing recognised')
  })

  it('does not take a waveform that contradicts itself for a combinational circuit', () => {
    const waves = brief('input p, output f', 'time p f\n0ns 0 0\n5ns 1 1\n10ns 0 1')
    expect(designFor(waves).remark).toContain('Nothing recognised')
  })

  it('reads a Karnaugh map with its columns in Gray code', () => {
    const map = brief(
      'input a, input b, input c, output f',
      '      ab\n c   00  01  11  10\n 0  | 1 | 0 | d | 1 |\n 1  | 0 | 0 | 1 | 0 |',
    )
    expect(
      simulate(map, [
        { a: 1, b: 0, c: 0 },
        { a: 1, b: 1, c: 1 },
        { a: 0, b: 1, c: 1 },
      ]),
    ).toEqual(['1', '1', '0'])
  })

  it('runs a Mealy machine from its arrows and the stated reset state', () => {
    const arrows = [
      'DOWN --x=0 (z=1)--> DOWN',
      'DOWN --x=1 (z=0)--> UP',
      'UP --x=0 (z=0)--> UP',
      'UP --x=1 (z=0)--> DOWN',
    ]
    const words = `Resets into state UP, synchronous active high.\n\n  ${arrows.join('\n  ')}`
    const machine = brief('input clk, input reset, input x, output z', words)
    const steps = [{ reset: 1, x: 0 }, { reset: 0, x: 0 }, { x: 1 }, { x: 0 }, { x: 1 }, { x: 0 }]
    expect(simulate(machine, steps)).toEqual(['0', '0', '0', '1', '0', '0'])
    expect(designFor(machine).remark).toContain('2 states, from UP')
  })

  it('derives one-hot logic that answers for several states at once', () => {
    const words =
      'Use one-hot encoding. Implement the next-state logic only.\n\n  A (0) --0--> A\n  A (0) --1--> B\n  B (1) --0--> C\n  B (1) --1--> B\n  C (0) --0--> A\n  C (0) --1--> C'
    const logic = brief('input w, input state (3 bits), output next_state (3 bits), output z', words)
    expect(
      simulate(logic, [
        { state: 1, w: 1 },
        { state: 6, w: 0 },
        { state: 4, w: 1 },
      ]),
    ).toEqual(['2,0', '5,1', '4,0'])
  })

  it('counts in the stated range and holds without the enable', () => {
    const words =
      'A counter that counts from 3 through 5, inclusive. The reset is active high synchronous and resets the counter to 3.'
    const counter = brief('input clk, input reset, input ena, output q (3 bits)', words)
    const steps = [{ reset: 1, ena: 1 }, { reset: 0 }, { ena: 0 }, { ena: 1 }, { ena: 1 }]
    expect(simulate(counter, steps)).toEqual(['3', '4', '4', '5', '3'])
  })

  it('finds overlapping sequences, and none in what was before the reset', () => {
    const words =
      'A Mealy machine that recognizes the sequence "11", with an active high synchronous reset. Overlapping ones count.'
    const detector = brief('input clk, input reset, input x, output z', words)
    expect(simulate(detector, [{ reset: 1, x: 1 }, { reset: 0, x: 1 }, { x: 1 }, { x: 0 }])).toEqual([
      '0',
      '1',
      '1',
      '0',
    ])
  })

  it('hands in an empty module with the ports where it recognises nothing', () => {
    const { text, remark } = designFor(
      brief('input clk, input d (4 bits), output q (4 bits)', 'Play a game of chess.'),
    )
    expect(remark).toContain('Nothing recognised')
    expect(text).toBe(
      'module TopModule (\n  input logic clk,\n  input logic [3:0] d,\n  output logic [3:0] q\n);\nendmodule\n',
    )
  })
})

describe('the agent', () => {
  it('writes the file that the task asks for, says what it recognised, and hands in what stands there', async () => {
    const files = new Map<string, Uint8Array>()
    const acts: string[] = []
    const remarks: string[] = []
    const environment: Environment = {
      brief: {
        instructions: brief('input a, input b, output z', 'The module should implement a NOR gate.'),
        files: new Map(),
        answer: { kind: 'files', paths: ['TopModule.sv'], maxBytes: 1024 },
        limits: limitsSchema.parse({}),
        feedback: { consultations: 0, detail: 'outcome' },
      },
      actions: {},
      async act(name, input): Promise<Observation> {
        acts.push(name)
        const { path, text } = input as { path: string; text: string }
        files.set(path, toBytes(text))
        return { ok: true, text: '' }
      },
      async place() {},
      collect: async (): Promise<Submission> => ({ kind: 'files', files }),
      async [Symbol.asyncDispose]() {},
    }
    const submission = await baseline.attempt(environment, {
      budget: new Budget(limitsSchema.parse({})),
      signal: new AbortController().signal,
      seed: 'seed',
      say: (text) => remarks.push(text),
      tried: () => {},
    })
    expect(acts).toEqual(['write'])
    expect(remarks).toEqual(['Recognised by "single gate": NOR gate over a, b.'])
    expect(submission.kind === 'files' && textOf(submission.files, 'TopModule.sv')).toContain(
      'assign z = ~(a | b);',
    )
  })
})
