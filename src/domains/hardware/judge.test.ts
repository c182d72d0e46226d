import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { emptySubmission } from '../../core/submission.ts'
import { bubblewrap, openLab } from '../../sandbox/index.ts'
import { attacks } from './attacks/index.ts'
import { judge } from './judge.ts'
import { oracleOf } from './key.ts'
import { answer, judgeIn, registerBody, registerHeader, registerTask, taskOf } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const judged = (text: string) => judgeIn(backend, registerTask, answer(text))
const design = (body: string, before = '') => `${before}${registerHeader}\n${body}\nendmodule\n`

describe('the verdict', () => {
  it('is solved for the oracle, with the samples and the version of the tool', async () => {
    const verdict = await judgeIn(backend, registerTask, oracleOf(registerTask.key))
    expect(verdict).toMatchObject({
      outcome: 'solved',
      score: 1,
      reason: 'pass',
      findings: [{ code: 'proven', severity: 'info' }],
    })
    expect(verdict.metrics).toContainEqual({ name: 'mismatches', value: 0, unit: 'samples' })
    expect(verdict.metrics.find(({ name }) => name === 'samples')?.value).toBeGreaterThan(200)
    expect(verdict.tools.iverilog).toMatch(/^\d+\.\d+/)
  })

  it('is the same twice, for the solved and for the unsolved', async () => {
    const wrong = design('always @(posedge clk) q <= d; assign any = 0;')
    for (const text of [design(registerBody), wrong]) expect(await judged(text)).toEqual(await judged(text))
  })

  it('is unsolved for nothing handed in', async () => {
    const nothing = emptySubmission(registerTask.brief.answer)
    expect(await judgeIn(backend, registerTask, nothing)).toMatchObject({
      outcome: 'unsolved',
      reason: 'no-answer',
    })
    expect(await judgeIn(backend, registerTask, { kind: 'text', text: design(registerBody) })).toMatchObject({
      reason: 'no-answer',
    })
  })

  it('names the outputs that differ, how often and since when, and nothing of the key', async () => {
    const verdict = await judged(
      design('always @(posedge clk) if (reset) q <= 0; else q <= d; assign any = |q;'),
    )
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'mismatch' })
    expect(verdict.score).toBeGreaterThan(0)
    expect(verdict.score).toBeLessThan(1)
    const told = verdict.findings.map(({ message }) => message).join('\n')
    expect(told).toMatch(
      /^\d+ of \d+ samples differ\noutput q differs in \d+ of \d+ samples, first at time \d+/,
    )
    expect(told).not.toMatch(/RefModule|stim|good1|tb/)
  })
})

describe('the failure classes of the official scorer', () => {
  const header = registerHeader
  it.each([
    ['syntax', `${header} assign any = ; endmodule`],
    ['missing-module', design('nothing_of_the_kind u (clk);')],
    ['missing-module', 'module other; endmodule'],
    ['missing-clk', design(registerBody).replace('input clk, ', '')],
    ['binding', design('assign any = unknown_name;')],
    ['wire-as-reg', design('always @(*) any = |q;')],
    ['sensitivity', design(`always_comb q = 4'd0;`)],
    ['zero-width', design("assign any = 0'd0;")],
    ['explicit-cast', design("typedef enum logic {A, B} t; t s; always_comb s = 1'b1; assign any = s;")],
    [
      'reset-style',
      design(
        'always @(posedge clk or posedge reset) if (reset) q <= 0; else if (enable) q <= d; assign any = |q;',
      ),
    ],
    ['mismatch', design('assign any = 0;')],
  ])('%s', async (reason, text) => {
    const verdict = await judged(text)
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason })
    expect(verdict.findings.length).toBeGreaterThan(0)
  })

  it('tells the lines of the compiler', async () => {
    const verdict = await judged(design('assign any = |q;\nassign any = unknown_name;'))
    expect(verdict.findings[0]).toMatchObject({ severity: 'error', at: 'TopModule.sv:3' })
  })

  it('tells which port is missing', async () => {
    const verdict = await judged(
      'module TopModule (input clk, input reset, input enable, input [3:0] d, output reg [3:0] q); endmodule',
    )
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'compile-error' })
    expect(verdict.findings[0]!.message).toBe('TopModule has no port any')
  })
})

describe('honest designs that look like cheats', () => {
  it.each([
    [
      'a comment that names the testbench',
      `// tb.good1.q would be cheating; $finish\n/* force RefModule */\n${registerBody}`,
    ],
    ['a string that names it', `localparam [8*8-1:0] NAME = "tb.good1";\n${registerBody}`],
    [
      'signals called finish and tb',
      `wire finish = reset; wire tb = enable;\nalways @(posedge clk) if (finish) q <= 0; else if (tb) q <= d;\nassign any = |q;`,
    ],
    [
      'functions of values',
      `localparam W = $clog2(16); wire [W-1:0] v = $unsigned($signed(d));\nalways @(posedge clk) if (reset) q <= 0; else if (enable) q <= v[$bits(v)-1:0];\nassign any = |q;`,
    ],
    ['an initial value', `initial q = 0;\n${registerBody}`],
    [
      'a function',
      `function automatic logic some(input logic [3:0] x); return |x; endfunction\nalways @(posedge clk) if (reset) q <= 0; else if (enable) q <= d;\nassign any = some(q);`,
    ],
    [
      'a generate loop',
      `always @(posedge clk) if (reset) q <= 0; else if (enable) q <= d;\nwire [3:0] s; genvar i; generate for (i = 0; i < 4; i = i + 1) begin : g wire b = q[i]; assign s[i] = g[i].b; end endgenerate\nassign any = |s;`,
    ],
    ['a delay', `always @(posedge clk) if (reset) q <= #1 0; else if (enable) q <= #1 d;\nassign any = |q;`],
    ['an assertion', `${registerBody}\nalways @(posedge clk) assert (any == |q);`],
    [
      'an escaped name',
      `wire \\a+b = |q;\nalways @(posedge clk) if (reset) q <= 0; else if (enable) q <= d;\nassign any = \\a+b ;`,
    ],
    [
      'a struct',
      `struct packed { logic [3:0] tb; } s;\nalways @(posedge clk) if (reset) s.tb <= 0; else if (enable) s.tb <= d;\nalways_comb q = s.tb;\nassign any = |q;`,
    ],
  ])('%s', async (name, body) => {
    // A delay counts in the design's own time unit; the official protocol gives it a second where it names none.
    const before = name === 'a delay' ? '`timescale 1ps/1ps\n' : ''
    expect(await judged(design(body, before))).toMatchObject({ outcome: 'solved' })
  })

  it.each([
    ['a time scale', '`timescale 1ns / 1ps\n'],
    ['a net type', '`default_nettype none\n'],
    ['macros', '`define WIDTH 4\n`ifdef NOT_THERE\nbroken\n`else\n`define SOME(x) (|(x))\n`endif\n'],
    ['a package', 'package widths; localparam W = 4; endpackage\n'],
    ['a type outside modules', 'typedef logic [3:0] nibble;\n'],
    ['a module of its own', 'module helper (input a, output b); assign b = a; endmodule\n'],
    ['a byte order mark', '\ufeff'],
    ['Windows line ends', '// first\r\n// second\r\n'],
  ])('%s before the module', async (_name, before) => {
    const net = registerHeader.replaceAll('input ', 'input wire ').replace('output any', 'output wire any')
    expect(await judged(`${before}${net}\n${registerBody}\nendmodule\n`)).toMatchObject({
      outcome: 'solved',
    })
  })
})

describe('attacks', () => {
  it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
    const submission = attack.submission(registerTask)
    expect(submission).toBeDefined()
    const verdict = await judgeIn(backend, registerTask, submission!)
    expect(verdict.outcome).not.toBe('solved')
    if (attack.expect === 'rejected') expect(verdict.outcome).toBe('rejected')
    if (verdict.outcome === 'rejected') {
      expect(verdict.score).toBe(0)
      expect(verdict.findings[0]!.at).toMatch(/^TopModule\.sv/)
    }
  })

  it('a right design with a cheat in it is still rejected', async () => {
    const verdict = await judged(design(`${registerBody}\ninitial $display("Mismatches: 0 in 20 samples");`))
    expect(verdict).toMatchObject({ outcome: 'rejected', reason: 'prints' })
    expect(verdict.findings[0]!.at).toBe('TopModule.sv:4')
  })
})

describe('designs that use things up', () => {
  it.each([
    ['timeout', design(`${registerBody}\ninitial forever;`)],
    ['timeout', design(`${registerBody}\nreg b = 0; always @(b) b <= ~b; initial b <= 1;`)],
    [
      'resources',
      design(
        `${registerBody}\nreg [65535:0] m [0:65535]; integer i; initial for (i = 0; i < 65536; i = i + 1) m[i] = 0;`,
      ),
    ],
    [
      'resources',
      design(`${registerBody}\ninteger i; initial for (i = 0; i < 100000000; i = i + 1) assert (0);`),
    ],
    ['resources', design(`wire [2000000000:0] wide = d; assign any = wide[0];`)],
    ['compile-error', design(`TopModule again (clk, reset, enable, d, q, any);`)],
  ])('%s', async (reason, text) => {
    expect(await judged(text)).toMatchObject({ outcome: 'unsolved', reason })
  })

  it('takes a submission that is too large for what it is', async () => {
    const text = design(`${registerBody}\n// ${'x'.repeat(300_000)}`)
    expect(await judged(text)).toMatchObject({ outcome: 'unsolved', reason: 'too-large' })
  })

  it('reads thousands of modules and deep nesting', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => `module m${i}(input a); endmodule\n`).join('')
    expect(await judged(design(registerBody, many))).toMatchObject({ outcome: 'solved' })
    const deep = design(`assign any = ${'('.repeat(20_000)}1'b0${')'.repeat(20_000)};`)
    expect(await judged(deep)).toMatchObject({ outcome: 'unsolved' })
  })
})

describe('a compiler that does not work', () => {
  const parts = ['/usr/lib/x86_64-linux-gnu/ivl', '/usr/lib/aarch64-linux-gnu/ivl', '/usr/lib/ivl']
  const inside = parts.find((path) => existsSync(path))

  it.skipIf(inside === undefined)('makes the trial void, whatever was handed in', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'no-ivl-'))
    try {
      const signal = new AbortController().signal
      await using lab = openLab(backend, { seed: 'test', signal })
      const crippled: Lab = {
        ...lab,
        open: (spec) => lab.open({ ...spec, mounts: [{ host: empty, inside: inside! }] }),
      }
      for (const text of [design(registerBody), 'no design at all'])
        await expect(judge(registerTask, answer(text), crippled)).rejects.toThrow(InfrastructureError)
    } finally {
      rmSync(empty, { recursive: true })
    }
  })
})

describe('a key that does not work', () => {
  const { reference, testbench } = registerTask.key
  it('makes the trial void where the reference does not compile', async () => {
    const broken = taskOf(reference.replace("4'd0", 'nonsense'), testbench)
    await expect(judgeIn(backend, broken, answer(design(registerBody)))).rejects.toThrow(InfrastructureError)
  })

  it('makes the trial void where testbench and reference do not fit', async () => {
    const broken = taskOf(reference.replace('output any', 'output other'), testbench)
    await expect(judgeIn(backend, broken, answer(design(registerBody)))).rejects.toMatchObject({
      code: 'broken-key',
      retryable: false,
    })
  })

  it('says so where nothing was compared', async () => {
    const idle = taskOf(reference, testbench.replace('stats1.clocks++', ''))
    expect(await judgeIn(backend, idle, answer(design(registerBody)))).toMatchObject({
      outcome: 'unsolved',
      reason: 'no-samples',
    })
  })

  it('is unsolved where the testbench ends by its own time-out', async () => {
    const endless = taskOf(reference, testbench.replace('#1 $finish;', ''))
    expect(await judgeIn(backend, endless, answer(design(registerBody)))).toMatchObject({
      reason: 'timeout',
    })
  })
})
