import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { bubblewrap } from '../../sandbox/index.ts'
import { factsOf } from './key.ts'
import { checkDesign, checkSource } from './rules.ts'
import { answer, judgeIn, registerBody, registerHeader, registerTask } from './testing.ts'
import { tokenize } from './tokens.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const judged = (text: string) => judgeIn(backend, registerTask, answer(text))
const design = (body: string, before = '') => `${before}${registerHeader}\n${body}\nendmodule\n`
const repeat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

describe('the number of errors, which is the exit code of iverilog modulo 256', () => {
  // An undeclared name counts twice.
  it.each([63, 64, 126, 127, 128, 256])(
    '%i undeclared names are a design that does not compile',
    async (count) => {
      const verdict = await judged(design(repeat(count, (index) => `assign any = unknown_${index};`)))
      expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'binding' })
    },
  )

  it.each([63, 126, 127, 128, 256])('so are %i lines of nonsense', async (count) => {
    const verdict = await judged(design(repeat(count, () => 'assign any = ;')))
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'syntax' })
  })
})

describe('a log that the design writes its own text to', () => {
  it.each([
    '#line "vvp: not found" 1',
    '#line "x" 1',
    ' # line "iverilog: not found" 1',
    '# /* */ line "x" 2',
  ])('%s', async (line) => {
    expect(await judged(`${line}\n${design('assign any = ;')}`)).toMatchObject({
      outcome: 'rejected',
      reason: 'directive',
    })
  })

  it('says nothing about what is installed', async () => {
    const verdict = await judged(
      design(registerBody, 'module \\vvp:not.found (input a); assign b = ; endmodule\n'),
    )
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'syntax' })
  })
})

describe('macros', () => {
  const bomb = (unit: string) =>
    `\`define A0 ${unit}\n${repeat(10, (index) => `\`define A${index + 1}${` \`A${index}`.repeat(4)}`)}\n\`A10\n`
  it.each([
    ['directives', bomb('`celldefine')],
    ['semicolons', bomb(';;;;;;;;')],
    ['a name', bomb('wire')],
  ])('that expand to a megabyte of %s are too large', async (_name, text) => {
    expect(await judged(design(registerBody, text))).toMatchObject({
      outcome: 'unsolved',
      reason: 'too-large',
    })
  })

  it.each([
    ['by its parameter', '`define I(x) `x "/etc/passwd"\n`I(include)\n'],
    ['by its parameter on a second line', '`define I(y, x) \\\n  `x "/etc/passwd"\n`I(0, include)\n'],
    ['from a file that never ends', '`define I(x) `x "/dev/stderr"\n`I(include)\n'],
  ])('may not include a file %s', async (_name, text) => {
    expect(await judged(design(registerBody, text))).toMatchObject({ outcome: 'rejected' })
  })

  it('may have parameters of the names of other macros', async () => {
    const text =
      '`define W 4\n`define ADD(a, W) ((a) + (W))\n`define OR(x) \\\n  (|(x))\nwire [`W-1:0] w = `ADD(d, 1);'
    expect(await judged(design(`${text}\n${registerBody.replace('q != 0', '`OR(q)')}`))).toMatchObject({
      outcome: 'solved',
    })
  })
})

describe('the header', () => {
  it('may not have ports that stand for something of another name', async () => {
    const header = 'module TopModule (clk, .reset(r), .enable(e), d, q, any);'
    const body = `input clk, r, e; input [3:0] d; output [3:0] q; output any; wire reset, enable; leaf l (reset, enable);
      assign (supply0, supply1) r = 1; assign q = 0, any = 0;`
    const text = `${header}\n${body}\nendmodule\nmodule leaf (input a, b); wire c = a & b; endmodule\n`
    expect(await judged(text)).toMatchObject({ outcome: 'unsolved', reason: 'ports' })
  })
})

describe('honest designs that the compiler warns of', () => {
  it.each([
    ['an implicit net with "error" in its name', `assign error_flag = reset;\n${registerBody}`],
    ['a process that nothing triggers', `logic zero; always_comb zero = 1'b0;\n${registerBody}`],
    [
      'a process with a star and nothing to wait for',
      `reg zero; initial zero = 0; always @(*) if (0) zero = 1;\n${registerBody}`,
    ],
  ])('%s', async (_name, body) => {
    expect(await judged(design(body))).toMatchObject({ outcome: 'solved', reason: 'pass' })
  })

  it('are told what to remove where they report', async () => {
    const verdict = await judged(
      design(`${registerBody}\nalways @(posedge clk) assert (any == |q) else $error("no");`),
    )
    expect(verdict).toMatchObject({ outcome: 'rejected', reason: 'prints' })
    expect(verdict.findings[0]!.message).toContain('without its else part')
  })
})

describe('a megabyte of hostile text', () => {
  const size = 1024 ** 2
  const facts = factsOf(registerTask.key)
  const many = (unit: string) => unit.repeat(size / unit.length)
  it.each([
    ['directives on one line', many('`celldefine ')],
    ['directives with a form on one line', many('`timescale 1ns/1ps ')],
    ['directives on lines', many('`celldefine\n')],
    ['a directive and spaces', `\`celldefine${' '.repeat(size)};`],
    ['semicolons', many(';')],
    ['comments', many('/**/')],
    ['one comment', `/*${'a'.repeat(size)}*/`],
    ['backquotes', many('`')],
    ['quotes', many('""')],
    ['a string', `"${many('\\a')}"`],
    ['an open string', `"${many('\\a')}`],
    ['escaped identifiers', many('\\a ')],
    ['open brackets', many('a[')],
    ['paths', many('tb.x;')],
    ['paths with indexes', many('tb[1].x ')],
    ['disables', many('disable tb;')],
    ['functions', many('function ')],
    ['headers', many('module TopModule (.a(')],
    ['macros', many('`define x(y) `y\n')],
    ['macros that do not end', many('`define x(')],
    ['system calls', many('$finish;')],
  ])('of %s is read within a second', (_name, text) => {
    const before = process.cpuUsage()
    const { text: clean, tokens } = tokenize(text)
    expect(checkSource(tokens).length).toBeLessThanOrEqual(20)
    expect(checkDesign(clean, tokens, facts).length).toBeLessThanOrEqual(20)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(1.5)
  })
})
