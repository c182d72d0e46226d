import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../sandbox/index.ts'
import { confirmStimulus } from './oracle-run.ts'
import { simulate } from './simulation.ts'
import { answer, judgeIn, registerBody, registerHeader, registerTask, taskOf } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

/** The same task with all stimuli applied by tasks of the testbench, in the order of a person's testbench. */
const taskDriven = taskOf(
  registerTask.key.reference,
  registerTask.key.testbench.replace('stimulus_gen stim1 (.clk, .reset, .enable, .d);', '').replace(
    'task wait_for_end_of_timestep;',
    `task steps(input int count);
        repeat (count) begin : each_step
          reset = ($random & 15) == 0; enable = $random; d = $random;
          @(negedge clk);
        end
      endtask
      initial begin reset = 1; enable = 0; d = 0; @(negedge clk); steps(100); #1 $finish; end
      task wait_for_end_of_timestep;`,
  ),
)
const design = (body: string, before = '') =>
  answer(`\`timescale 1ps/1ps\n${before}${registerHeader}\n${body}\nendmodule\n`)
const wrongBody = `always @(posedge clk) q <= 0; assign any = q != 0;`
const decoy = 'task steps(input int count); begin : each_step end endtask\n'
const judged = (body: string, before = '') => judgeIn(backend, taskDriven, design(body, before))

describe('a decoy outside modules that is named as a task of the testbench', () => {
  it('leaves a right design solved', async () => {
    expect(await judged(registerBody)).toMatchObject({ outcome: 'solved' })
    expect(await judged(registerBody, decoy)).toMatchObject({ outcome: 'solved' })
  })

  it('does not let the design disable the task', async () => {
    const body = `${wrongBody}\nalways @(reset, enable, d) disable steps;`
    expect(await judged(body, decoy)).toMatchObject({ outcome: 'rejected', reason: 'names-testbench' })
  })

  it('does not let the design disable a block in it', async () => {
    const body = `${wrongBody}\nalways @(reset, enable, d) disable steps.each_step;`
    expect(await judged(body, decoy)).toMatchObject({ outcome: 'rejected', reason: 'names-testbench' })
  })

  it("does not let the design set the task's arguments", async () => {
    const body = `${wrongBody}\ninitial steps.count = 0;`
    expect(await judged(body, decoy)).toMatchObject({ outcome: 'rejected', reason: 'names-testbench' })
  })

  it('is what the design calls, and not the task of the testbench', async () => {
    const verdict = await judged(`${wrongBody}\nalways @(reset, enable, d) steps(1);`, decoy)
    const without = await judged(wrongBody)
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'mismatch' })
    expect(verdict.metrics).toEqual(without.metrics)
  })

  it('does not count where the name belongs to the design itself', async () => {
    const own = 'reg s; always @(d) begin : steps s = 0; if (d[0]) disable steps; s = 1; end'
    expect(await judged(`${registerBody}\n${own}`, decoy)).toMatchObject({ outcome: 'solved' })
  })
})

describe('names of the testbench that a design may have too', () => {
  it.each([
    ['tb', 'struct packed { logic [3:0] v; } tb; always_comb tb.v = d;'],
    ['good1', 'generate if (1) begin : good1 wire [3:0] v = d; end endgenerate wire [3:0] w = good1.v;'],
    ['stats1', 'typedef struct packed { logic v; } s; s stats1; always_comb stats1.v = d[0];'],
    ['an instance', 'leaf stim1 (d); wire [3:0] w = stim1.v;'],
  ])('%s', async (_name, body) => {
    const leaf = 'module leaf (input [3:0] a); wire [3:0] v = a; endmodule\n'
    expect(await judgeIn(backend, registerTask, design(`${registerBody}\n${body}`, leaf))).toMatchObject({
      outcome: 'solved',
    })
  })
})

describe('confirming a pass', () => {
  const confirm = async (body: string) => {
    await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    const text = `\`timescale 1ps/1ps\n${registerHeader}\n${body}\nendmodule\n`
    const result = await simulate(text, registerTask.key, lab)
    expect(result.counts?.samples).toBeGreaterThan(0)
    return confirmStimulus(result, registerTask, lab)
  }
  it('has nothing to say of another design with the same inputs', async () => {
    expect(await confirm('always @(posedge clk) q <= 0; assign any = d[0];')).toBeUndefined()
  })

  // No rule has seen these designs: whatever way is found past the rules, this still stands.
  it.each([
    ['holds its inputs', 'initial force d = 0;'],
    ['holds an input for one moment', 'initial begin #501 force enable = 1; #100 release enable; end'],
    ['holds an input for one edge', 'initial begin #121 force d = ~d; #5 release d; end'],
    ['ends the simulation early', 'initial #400 $finish;'],
    ['draws from the random sequence', 'integer r; initial r = $random;'],
  ])('rejects a design that %s', async (_name, body) => {
    expect(await confirm(`${registerBody}\n${body}`)).toMatchObject({
      outcome: 'rejected',
      reason: 'changes-stimulus',
    })
  })
})
