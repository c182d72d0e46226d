import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../core/sandbox.ts'
import type { Task } from '../../core/task.ts'
import { bubblewrap } from '../../sandbox/index.ts'
import { attacks } from './attacks/index.ts'
import type { HardwareKey } from './key.ts'
import { oracleOf } from './key.ts'
import { rtllm } from './rtllm.ts'
import { smallSuite, writeFolder } from './rtllm-testing.ts'
import { answer, inPairs, judgeIn } from './testing.ts'

let backend: SandboxBackend
const made: string[] = []
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  for (const directory of made) await rm(directory, { recursive: true })
})

async function folder(changes: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const files = Object.entries({ ...smallSuite, ...changes }).filter(([, text]) => text !== undefined)
  const directory = await writeFolder(Object.fromEntries(files) as Record<string, string>)
  made.push(directory)
  return directory
}
async function taskOf(
  id: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Task<HardwareKey>> {
  const suite = await rtllm.load(await folder(changes), { errata: false })
  return (await suite.tasks.find((entry) => entry.id === id)!.load()) as Task<HardwareKey>
}
const adder = 'arithmetic/adders/add_4bit'
const doubler = 'control/doubler'

describe('the loader', () => {
  it('finds tasks at any depth and names the module that is asked for', async () => {
    const suite = await rtllm.load(await folder(), { errata: true })
    expect(suite).toMatchObject({ name: 'rtllm', licence: 'MIT' })
    expect(suite.tasks.map(({ id }) => id)).toEqual(['add_4bit', 'doubler'])
    const task = (await suite.tasks[0]!.load()) as Task<HardwareKey>
    expect(task.brief.instructions).toContain('the module add_4bit')
    expect(task.brief.settings).toEqual({ module: 'add_4bit' })
    expect(task.brief.files.size).toBe(0)
    expect(task.key).toMatchObject({ kind: 'prints', module: 'add_4bit', reacts: false })
    expect(task.key.reference).toContain('module RefModule (')
    expect(task.key.reference).toContain('module RefModule_half_adder')
    expect(task.key.testbench).toContain('TopModule uut')
    const oracle = oracleOf(task.key)
    expect(
      new TextDecoder().decode(oracle.kind === 'files' ? oracle.files.get('TopModule.sv') : undefined),
    ).toContain('module add_4bit (')
  })

  it('takes the files that the testbench reads, and sees that it waits for the design', async () => {
    const { key } = await taskOf('doubler')
    expect([...key.data!.keys()]).toEqual(['values.dat'])
    expect(key.reacts).toBe(true)
    expect(key.notes[0]).toContain('waits for what the design answers')
  })

  it('has another version when anything in a task changes', async () => {
    const versions = await Promise.all(
      [{}, {}, { [`${doubler}/values.dat`]: '01\n' }].map(
        async (changes) => (await rtllm.load(await folder(changes), { errata: false })).version,
      ),
    )
    expect(versions[0]).toBe(versions[1])
    expect(versions[2]).not.toBe(versions[0])
  })

  it.each([
    [
      'two tasks of one name',
      { 'other/doubler/design_description.txt': '', 'other/doubler/testbench.v': '' },
      'two tasks doubler',
    ],
    [
      'no task at all',
      Object.fromEntries(Object.keys(smallSuite).map((path) => [path, undefined])),
      'no directory with',
    ],
  ])('refuses %s', async (_what, changes, message) => {
    await expect(
      folder({ ...changes, keep: '' }).then((path) => rtllm.load(path, { errata: false })),
    ).rejects.toThrow(message)
  })

  it.each([
    ['no reference', { [`${adder}/verified_add_4bit.v`]: undefined }, '0 files verified_*.v'],
    [
      'no pass line',
      { [`${adder}/testbench.v`]: 'module t; wire x; add_4bit u (x); endmodule' },
      'prints no line',
    ],
    [
      'no design',
      { [`${adder}/testbench.v`]: 'module t; initial $display("passed"); endmodule' },
      'instantiates no module',
    ],
    ['a testbench that is no text', { [`${adder}/testbench.v`]: 'module t; "' }, 'cannot be read as Verilog'],
  ])('refuses a task with %s', async (_what, changes, message) => {
    await expect(taskOf('add_4bit', changes)).rejects.toThrow(
      expect.objectContaining({ code: 'broken-task' }),
    )
    await expect(taskOf('add_4bit', changes)).rejects.toThrow(message)
  })

  it('knows no variants', async () => {
    await expect(rtllm.load(await folder(), { errata: false, variant: 'x' })).rejects.toThrow('no variant')
  })
})

describe('the judge', () => {
  const header = 'module add_4bit (input [3:0] a, b, output [3:0] sum, output carry);'
  const design = (body: string) => answer(`${header}\n${body}\nendmodule\n`)
  // Whoever uses up so much is in an endless loop, or lets the testbench wait for ever.
  const inHaste = (task: Task<HardwareKey>) => ({ ...task, key: { ...task.key, simulationSeconds: 1 } })
  let add: Task<HardwareKey>
  let double: Task<HardwareKey>
  beforeAll(async () => {
    add = await taskOf('add_4bit')
    double = await taskOf('doubler')
  })

  it('solves the oracle', async () => {
    for (const task of [add, double])
      expect(await judgeIn(backend, task, oracleOf(task.key))).toMatchObject({ outcome: 'solved', score: 1 })
  })

  it.each([
    ['a right design', 'assign {carry, sum} = a + b;', 'solved', 'pass'],
    ['a wrong one', 'assign {carry, sum} = a - b;', 'unsolved', 'mismatch'],
    ['one that answers nothing', '', 'unsolved', 'unknown-outputs'],
    ['one that answers X', "assign {carry, sum} = 'bx;", 'unsolved', 'unknown-outputs'],
    [
      'one that is X where it does not know',
      "assign {carry, sum} = a > 8 ? 'bx : a + b;",
      'unsolved',
      'unknown-outputs',
    ],
    ['one that prints the line', 'initial $display("Your Design Passed");', 'rejected', 'prints'],
    ['one that clears the count', 'initial #5 testbench.error = 0;', 'unsolved', 'compile-error'],
    ['one that clears the count upward', 'initial #5 uut.error = 0;', 'rejected', 'names-testbench'],
    [
      'one that never rests',
      'reg o = 0; initial #1 o = 1; always @(o) o <= ~o; assign sum = o;',
      'unsolved',
      'timeout',
    ],
  ])('of %s', async (_what, body, outcome, reason) => {
    expect(await judgeIn(backend, inHaste(add), design(body))).toMatchObject({ outcome, reason })
  })

  it('lets an output be unknown where the testbench does not look', async () => {
    const text = `\`default_nettype none
    ${header.replace('input', 'input wire').replace('output', 'output wire')}
    reg late = 1'bx; initial #1 late = 0;
    assign {carry, sum} = late ? 5'bx : a + b;
    endmodule\n`
    const official = { ...add, protocol: 'official' as const }
    expect(await judgeIn(backend, official, answer(text))).toMatchObject({ outcome: 'solved' })
  })

  it('takes modules of the names that the reference and the judge use', async () => {
    const text = (helper: string) => `${header}
      wire s, c; ${helper} h (a[0], b[0], s, c);
      assign {carry, sum} = a + b;
    endmodule
    module ${helper} (input a, b, output sum, carry); assign {carry, sum} = a + b; endmodule\n`
    for (const helper of ['half_adder', 'TopModule', 'testbench'])
      expect(await judgeIn(backend, add, answer(text(helper)))).toMatchObject({ outcome: 'solved' })
    for (const helper of ['RefModule', 'tb'])
      expect(await judgeIn(backend, add, answer(text(helper)))).toMatchObject({ outcome: 'rejected' })
  })

  it('asks for the module by its name', async () => {
    const other = await judgeIn(backend, add, answer('module TopModule (input a); endmodule\n'))
    expect(other).toMatchObject({ outcome: 'unsolved', reason: 'missing-module' })
    expect(other.findings[0]?.message).toContain('the module add_4bit')
  })

  it('does not hold a longer way to the answer against a design where the testbench waits', async () => {
    const slow = answer(`module doubler (input clk, start, input [7:0] d, output reg [7:0] q, output ready);
      reg [3:0] n = 0;
      always @(posedge clk) begin n <= start ? (n == 9 ? n : n + 1) : 0; if (start) q <= 2 * d; end
      assign ready = n == 9;
    endmodule\n`)
    const verdict = await judgeIn(backend, double, slow)
    expect(verdict).toMatchObject({ outcome: 'solved' })
    expect(verdict.unchecked.join()).toContain("the reference's stimuli")
    expect(verdict.findings).toMatchObject([{ code: 'not-equivalent', severity: 'warning' }])
  })

  it('does not take a pass beside a failure for a pass', async () => {
    const wrong =
      answer(`module doubler (input clk, start, input [7:0] d, output reg [7:0] q, output reg ready = 0);
      always @(posedge clk) begin ready <= start; q <= d == 5 ? 0 : 2 * d; end
    endmodule\n`)
    const lenient = {
      [`${doubler}/testbench.v`]: smallSuite[`${doubler}/testbench.v`]!.replace('error = error + 1;', ''),
    }
    expect(await judgeIn(backend, await taskOf('doubler', lenient), wrong)).toMatchObject({
      outcome: 'unsolved',
    })
  })

  it('is void where the reference does not pass its own testbench, whatever was handed in', async () => {
    const reference = `${adder}/verified_add_4bit.v`
    const broken = await taskOf('add_4bit', { [reference]: smallSuite[reference]!.replace('a + b', 'a - b') })
    for (const body of ['assign {carry, sum} = a + b;', 'assign {carry, sum} = 0;'])
      await expect(judgeIn(backend, broken, design(body))).rejects.toThrow(
        expect.objectContaining({ code: 'broken-key', retryable: false }),
      )
  })

  it('refuses every attack', async () => {
    for (const task of [add, double].map(inHaste))
      await inPairs(attacks, async (attack) => {
        const submission = attack.submission(task)
        if (submission === undefined) return
        const { outcome, reason } = await judgeIn(backend, task, submission)
        const expected = attack.expect === 'rejected' ? ['rejected'] : ['rejected', 'unsolved']
        expect(expected, `${task.id}: ${attack.name} is ${outcome}, ${reason}`).toContain(outcome)
      })
  }, 60_000)
})
