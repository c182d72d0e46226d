import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentOf } from '../src/agents/index.ts'
import { decodeSubmission } from '../src/core/encoding.ts'
import { textOf } from '../src/core/files.ts'
import type { ModelRequest } from '../src/core/model.ts'
import type { SandboxBackend } from '../src/core/sandbox.ts'
import type { Task } from '../src/core/task.ts'
import { readTask } from '../src/core/task-directory.ts'
import { domainOf } from '../src/domains/registry.ts'
import { renderTrajectory } from '../src/runs/show/trajectory.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { modelSaying, tryOut } from './support/trial.ts'

/*
 * The ChipGPT flow on a real task with a limit on area: real simulation, synthesis and ratings; only the model is
 * scripted.
 */
const id = 'constant-multiplier'
const suite = join(import.meta.dirname, '..', 'suites', 'hardware-basics')
const fixtures = join(import.meta.dirname, 'fixtures', 'hardware-basics', id)
const design = (...path: string[]) => readFileSync(join(...path), 'utf8')
const wrong = design(fixtures, 'times-230.sv')
const large = design(fixtures, 'right', 'too-large.sv')
const small = design(fixtures, 'right', 'better.sv')
const middle = design(suite, id, 'solution', 'TopModule.sv')
const answer = (text: string) => `TopModule.sv\n\`\`\`systemverilog\n${text}\`\`\``

const testbench = `\`\`\`systemverilog
module check;
  logic [7:0] x; logic [15:0] y; int errors = 0;
  TopModule dut (.x(x), .y(y));
  initial begin
    for (int i = 0; i < 256; i++) begin
      x = i; #1;
      if (y !== 16'(231 * i)) begin
        if (errors < 3) $display("x = %0d gives %0d and not %0d", i, y, 231 * i);
        errors++;
      end
    end
    if (errors == 0) $display("ALL CHECKS PASSED");
    $finish;
  end
endmodule
\`\`\``

const tools = [
  ['iverilog', '-V'],
  ['yosys', '-V'],
  ['sta', '-version'],
].every(([tool, flag]) => execaSync(tool!, [flag!], { reject: false }).exitCode === 0)

describe.skipIf(!tools)('chipgpt (skipped where iverilog, yosys or opensta is not installed)', () => {
  let backend: SandboxBackend
  let task: Task
  beforeAll(async () => {
    backend = await bubblewrap()
    task = await readTask(join(suite, id), { id, suite: 'hardware-basics', version: '1' }, domainOf)
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  const told = (brief: Partial<Task['brief']>): Task => ({ ...task, brief: { ...task.brief, ...brief } })
  const alone = () => told({ feedback: { consultations: 0, detail: 'findings' } })

  async function designing(spec: string, lines: Parameters<typeof modelSaying>[0], asked: Task = task) {
    const domain = await domainOf('hardware')
    const model = modelSaying(lines)
    const tried = await tryOut(agentOf(spec, domain), {
      domain,
      task: asked,
      model,
      graceSeconds: 10,
      openLab: (seed, signal) => openLab(backend, { seed, signal }),
    })
    const handedIn = tried.recorder.of('submission')[0]!.submission
    const submission = decodeSubmission(handedIn)
    const text = submission.kind === 'files' ? (textOf(submission.files, 'TopModule.sv') ?? '') : ''
    const notes = tried.recorder.of('note').map((note) => note.text)
    return {
      ...tried,
      model,
      handedIn: text,
      notes,
      table: notes.findLast((note) => /^Candidates/.test(note)),
    }
  }

  it('hands in the smallest of those that the judge lets pass, with a table of all', {
    timeout: 60_000,
  }, async () => {
    const lines = [wrong, large, small].map(answer)
    const { end, handedIn, table, recorder } = await designing('chipgpt:k=3,repairs=0,improve=0', lines)
    expect(end).toMatchObject({ end: 'judged', verdict: { outcome: 'solved' } })
    expect(handedIn).toBe(small)
    const rows = table!.split('\n')
    expect(rows[1]).toMatch(/^candidate +verification +area +cells .* delay .* rating$/)
    expect(rows[3]).toMatch(/^1 +refused \(judge: \w+\)/)
    expect(rows[4]).toMatch(/^2 +\w+ \(judge: \w+\) +6088 /)
    expect(rows[5]).toMatch(/^3 \* +solved \(judge: pass\) +2696 /)
    let shown = ''
    const events = recorder.events.map((event, seq) => ({ seq, at: 0, ...event }))
    for await (const part of renderTrajectory(events, { color: false, full: false })) shown += part
    for (const row of rows.slice(1)) expect(shown).toContain(row)
  })

  it('repairs with what failed and improves with the figures of the best', { timeout: 60_000 }, async () => {
    const lines = [wrong, middle, small].map(answer)
    const { handedIn, model, notes } = await designing('chipgpt:k=1,repairs=2,improve=1', lines)
    expect(model.asked[1]?.messages.at(-1)?.text).toMatch(/mismatch/)
    expect(model.asked[2]?.messages.at(-1)?.text).toMatch(/area 4744 µm²/)
    expect(handedIn).toBe(small)
    expect(notes.at(-1)).toMatch(/^\+1 \*/m)
  })

  it('without the judge writes a testbench once and goes by that', { timeout: 60_000 }, async () => {
    const designs = [wrong, large, small].map(answer)
    const lines = ({ system }: ModelRequest) => (system?.includes('verify') ? testbench : designs.shift()!)
    const { handedIn, model, table } = await designing('chipgpt:k=2,repairs=1,improve=0', lines, alone())
    expect(handedIn).toBe(small)
    expect(model.asked.filter(({ system }) => system?.includes('verify'))).toHaveLength(1)
    expect(model.asked[2]?.messages.at(-1)?.text).toMatch(/x = 1 gives 230 and not 231/)
    expect(table).toMatch(/^1 +failed \(simulation\)/m)
    expect(table).toMatch(/^1\.1 +passed \(simulation\)/m)
  })

  it('leaves out a testbench that does not run, and says so', { timeout: 60_000 }, async () => {
    const broken = '```\nmodule check; TopModule dut (.nothing(1)); endmodule\n```'
    const lines = ({ system }: ModelRequest) => (system?.includes('verify') ? broken : answer(small))
    const { handedIn, notes, table } = await designing('chipgpt:k=2,improve=0', lines, alone())
    expect(handedIn).toBe(small)
    expect(notes.join('\n')).toMatch(/testbench that the model has written does not run/)
    expect(table).toMatch(/^2 +unchecked \(lint alone\)/m)
  })

  it('hands in the best so far at a limit, with the table', { timeout: 60_000 }, async () => {
    const limits = { ...task.brief.limits, turns: 2 }
    const lines = [large, small, wrong].map(answer)
    const { handedIn, end, table } = await designing('chipgpt:k=9', lines, told({ limits }))
    expect(end).toMatchObject({ end: 'judged', stoppedBy: 'turns' })
    expect(handedIn).toBe(small)
    expect(table).toMatch(/\*/)
  })
})
