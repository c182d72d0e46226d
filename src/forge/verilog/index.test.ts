import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { bubblewrap } from '../../sandbox/index.ts'
import { Fallen } from '../source.ts'
import { maxFileBytes, readPile } from './files.ts'
import type { Plan } from './index.ts'
import { taskOf } from './task.ts'
import { benchOf } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const counter = `\`include "widths.vh"
// Counts the pulses of its input and stops at the largest number that it can show.
module pulses (
  input ck,
  input quiet,            // low: back to zero
  input pulse,
  output [\`WIDTH-1:0] n,
  output full
);
  reg [\`WIDTH-1:0] count;
  assign n = count;
  all_ones #(.W(\`WIDTH)) ones (.a(count), .y(full));
  always @(negedge ck or negedge quiet)
    if (!quiet) count <= 0;
    else if (pulse && !full) count <= #1 count + 1;
endmodule
`
const files = {
  'rtl/pulses.v': counter,
  'rtl/widths.vh': '`define WIDTH 3\n',
  'lib/all_ones.v':
    'module all_ones #(parameter W = 8) (input [W-1:0] a, output y); assign y = &a; endmodule\n',
}

describe('a module with a clock, a reset, a header and a module of another file', () => {
  it('becomes a task whose testbench kills what it should', { timeout: 180_000 }, async () => {
    await using bench = await benchOf(backend, files)
    const plan = (await bench.understood('pulses')) as Plan
    expect(plan).toMatchObject({
      submodules: ['all_ones'],
      clock: { name: 'ck', rising: false, bothEdges: false },
      resets: [{ name: 'quiet', active: 0, asynchronous: true, resets: 3, registers: 3 }],
      cyclesToKnown: 0,
      registers: 3,
      description: { kind: 'comment' },
    })
    expect(plan.inputs).toEqual([
      { name: 'ck', width: 1 },
      { name: 'quiet', width: 1 },
      { name: 'pulse', width: 1 },
    ])
    const [item] = (await bench.workshop.find()).filter(({ id }) => id === 'pulses')
    const written = await bench.workshop.write(item!, plan)
    const text = new TextDecoder().decode(written.get('instruction.md'))
    expect(text).toContain(' - output n (3 bits)')
    expect(text).toContain('> Counts the pulses of its input')
    expect(text).toContain('`quiet` is a reset, active low and asynchronous')
    const reached: string[] = []
    const proof = await bench.workshop.prove(taskOf('pulses', plan), plan, (stage) => reached.push(stage))
    expect(reached).toEqual(['started', 'answered'])
    expect(proof['killed with directed sequences']).toBe(proof['mutants refuted'])
    expect(Number(proof['mutants refuted'])).toBeGreaterThanOrEqual(3)

    const blind: Plan = { ...plan, stimulus: { ...plan.stimulus, phases: 1, cycles: 1, directed: [] } }
    const weak = bench.workshop.prove(taskOf('pulses', blind), blind, () => {})
    await expect(weak).rejects.toMatchObject({ kind: 'weak-testbench' })
  })
})

const long = 'This text has enough words in it to be taken for a description of something.'
const falls: Readonly<Record<string, readonly [kind: string, text: string]>> = {
  ends: ['for-simulation', 'module ends(input a, output b); assign b = a; initial $finish; endmodule'],
  shouts: [
    'for-simulation',
    'module shouts(input a, output b); assign b = a; initial $display("PASS"); endmodule',
  ],
  runs: ['not-a-design', 'module runs(input a, output b); assign b = a; initial $system("id"); endmodule'],
  reaches: ['reserved-name', 'module reaches(input a, output b); assign b = a; initial tb.x = 0; endmodule'],
  climbs: ['does-not-compile', 'module climbs(input a, output b); assign b = up.secret; endmodule'],
  itself: ['recursive', 'module itself(input a, output b); itself u (a, b); endmodule'],
  wide: ['too-large', 'module wide(input [9999:0] a, output [9999:0] b); assign b = ~a; endmodule'],
  ring: [
    'combinational-loop',
    'module ring(input a, output b); wire c; assign c = ~(c & a); assign b = c; endmodule',
  ],
  twice: ['does-not-compile', 'module twice(input clk, input clk, output q); assign q = clk; endmodule'],
  odd: ['port-name', 'module odd(input \\a.b , output b); assign b = \\a.b ; endmodule'],
  filled: [
    'needs-memory-file',
    'module filled(input a, output b); reg m [0:1]; initial $readmemh("m", m); assign b = m[a]; endmodule',
  ],
  includes: [
    'needs-include',
    '`include "/etc/passwd"\nmodule includes(input a, output b); assign b = a; endmodule',
  ],
  lacks: ['needs-module', 'module lacks(input a, output b); absent u (a, b); endmodule'],
  both: ['inout-port', 'module both(inout a, output b); assign b = a; endmodule'],
  mute: ['no-outputs', 'module mute(input a); wire b = a; endmodule'],
  bench: ['testbench', 'module bench; reg a; initial begin a = 0; #5 a = 1; end endmodule'],
  waits: ['not-synthesisable', 'module waits(input a, output reg b); always begin #5 b = a; end endmodule'],
  latch: ['latch', 'module latch(input e, d, output reg q); always @* if (e) q = d; endmodule'],
  clocks: [
    'several-clocks',
    'module clocks(input c, d, e, output reg p, q); always @(posedge c) p <= e; always @(posedge d) q <= e; endmodule',
  ],
  gated: [
    'gated-clock',
    'module gated(input c, e, d, output reg q); wire g = c & e; always @(posedge g) q <= d; endmodule',
  ],
  drivers: [
    'several-drivers',
    'module drivers(input c, a, output reg q); always @(posedge c) q <= a; always @(posedge c) q <= ~a; endmodule',
  ],
  partly: [
    'simulates-otherwise',
    'module partly(input a, b, output reg y); always @(a) y = a & b; endmodule',
  ],
}

describe('what makes no task', () => {
  it('falls, each with its reason, and the rest is not lost', { timeout: 120_000 }, async () => {
    const pile = Object.fromEntries(
      Object.entries(falls).map(([name, [, text]]) => [`${name}.v`, `// ${long}\n${text}\n`]),
    )
    await using bench = await benchOf(backend, {
      ...pile,
      'silent.v': "module silent(input [7:0] a, output [7:0] b); assign b = a ^ 8'h5a; endmodule",
    })
    const kinds: Record<string, string> = {}
    for (const { id } of await bench.workshop.find()) {
      const end = await bench.understood(id)
      kinds[id] = end instanceof Fallen ? end.kind : 'understood'
    }
    const expected = Object.fromEntries(Object.entries(falls).map(([name, [kind]]) => [name, kind]))
    expect(kinds).toEqual({ ...expected, silent: 'no-description' })
  })
})

describe('a fingerprint', () => {
  it('changes with what a module is made of, and with nothing else', async () => {
    const find = async (changed: Readonly<Record<string, string>>) => {
      await using bench = await benchOf(backend, {
        ...files,
        'other.v': 'module other(input a); endmodule',
        ...changed,
      })
      return Object.fromEntries((await bench.workshop.find()).map(({ id, fingerprint }) => [id, fingerprint]))
    }
    const before = await find({})
    const deeper = await find({ 'lib/all_ones.v': `${files['lib/all_ones.v']}\n` })
    expect(deeper.pulses).not.toBe(before.pulses)
    expect(deeper.other).toBe(before.other)
    expect((await find({ 'other.v': 'module other(input a, b); endmodule' })).pulses).toBe(before.pulses)
    expect((await find({ 'rtl/widths.vh': '`define WIDTH 4\n' })).pulses).not.toBe(before.pulses)
  })
})

describe('a hostile tree', () => {
  it('has nothing followed, opened or changed that is not a plain file in it', {
    timeout: 60_000,
  }, async () => {
    const outside = await mkdtemp(join(tmpdir(), 'forge-outside-'))
    try {
      await writeFile(
        join(outside, 'secret.v'),
        '// an inverter that is not in the pile\nmodule secret(input a, output b); endmodule',
      )
      await using bench = await benchOf(backend, {
        'huge.v': `module huge(input a, output b);\n${'wire x;\n'.repeat(200_000)}endmodule\n`,
        'suite.toml.v': 'module suite(input a, output b); /* never closed',
        'open.v': 'module open(input a, output b); /* never closed',
        'bomb.v': `${'ABCDEFG'
          .split('')
          .map((name, at, all) => `\`define ${name} ${`\`${all[at + 1] ?? 'H'} `.repeat(10)}\n`)
          .join(
            '',
          )}\`define H x x x x x x x x x x\n// ${long}\nmodule bomb(input a, output b); wire \`A ; assign b = a; endmodule\n`,
        '$(touch pwned)\n.v': `// ${long}\n\`define Z a\nmodule named(input a, output b); assign b = ~\`Z; endmodule\n`,
      })
      await symlink(join(outside, 'secret.v'), join(bench.root, 'secret.v'))
      await promisify(execFile)('mkfifo', [join(bench.root, 'pipe.v')])
      await using again = await benchOf(backend, {})
      await symlink(bench.root, join(again.root, 'linked'))
      const ids = (await bench.workshop.find()).map(({ id }) => id)
      expect(ids.sort()).toEqual(['bomb', 'huge', 'named', 'open', 'suite.toml-2'])
      expect(await bench.understood('huge')).toMatchObject({ kind: 'too-large' })
      expect(await bench.understood('open')).toMatchObject({ kind: 'does-not-compile' })
      expect(await bench.understood('bomb')).toMatchObject({ kind: 'too-large' })
      expect(await bench.understood('named')).toMatchObject({ module: 'named' })
      await expect(stat('pwned')).rejects.toThrow()
      await expect(again.workshop.find()).rejects.toMatchObject({ code: 'no-verilog' })
    } finally {
      await rm(outside, { recursive: true, force: true })
    }
  })
})

describe('a pile of nothing but tokens', () => {
  it('is read as far as there is room for them', { timeout: 60_000 }, async () => {
    const marks = ';'.repeat(maxFileBytes)
    const pile = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`m${at}.v`, marks]))
    await using bench = await benchOf(backend, { ...pile, 'z.v': 'module z(input a); endmodule' })
    const { sources, unread } = await readPile(bench.root)
    expect([...sources.keys()]).toEqual(['m0.v', 'm1.v', 'm2.v', 'm3.v', 'm4.v'])
    expect(await bench.understood('z')).toMatchObject({ kind: 'too-large' })
    expect([...unread.keys()]).toEqual(['m5.v', 'm6.v', 'z.v'])
  })
})

describe('what is forged', () => {
  it('is the same for the same files, and says the whole table of a small function', {
    timeout: 120_000,
  }, async () => {
    const pile = {
      'mux.v': 'module mux(input s, input [1:0] a, output y); assign y = s ? a[1] : a[0]; endmodule',
    }
    const texts: string[] = []
    for (const _ of [1, 2]) {
      await using bench = await benchOf(backend, pile)
      const plan = (await bench.understood('mux')) as Plan
      const [item] = await bench.workshop.find()
      texts.push(
        JSON.stringify([
          item,
          plan,
          [...(await bench.workshop.write(item!, plan))].map(([path, bytes]) => [
            path,
            new TextDecoder().decode(bytes),
          ]),
        ]),
      )
      expect(plan.description).toMatchObject({ kind: 'table' })
    }
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).toContain('| 1 | 10 | 1 |')
  })
})
