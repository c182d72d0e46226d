import { describe, expect, it } from 'vitest'
import { allInstances, connectionsOf, printedVerdicts, reacts, rootModules } from './rtllm-testbench.ts'
import { tokenize } from './tokens.ts'

const tokensOf = (source: string) => tokenize(source).tokens
const inBench = (body: string) => tokensOf(`module bench;\n${body}\nendmodule\n`)

describe('instances', () => {
  it.each([
    ['alu uut (.a(a));', ['alu']],
    ['alu #(.W(8)) uut (.a(a));', ['alu']],
    ['wire x;\nalu uut (a, b[3:0]);', ['alu']],
    ['if (1) begin : g alu uut (a); end', ['alu']],
    ['initial step (1);\nalways wait_for (done);', []],
    ['nand g (o, a, b); and (o, a, b);', []],
    ['task t (input a); endtask function f (input a); endfunction', []],
    ['initial begin if (a) step (1); else step (2); end', []],
  ])('of %j', (body, expected) => {
    expect(allInstances(inBench(body)).map(({ module }) => module)).toEqual(expected)
  })

  it('tell the modules that no other uses', () => {
    const source = 'module a; endmodule module b; a u (); endmodule module c; wire x; b v (x); endmodule'
    expect(rootModules(tokensOf(source))).toEqual(['c'])
  })

  it.each([
    ['(.x(p), .y({q, r[1]}), .z())', { x: 'p', y: '{ q , r [ 1 ] }', z: '' }],
    ['(p, {q, r[1]})', { x: 'p', y: '{ q , r [ 1 ] }' }],
    ['(.x, .*)', { x: 'x', y: 'y', z: 'z' }],
  ])('connect %s', (list, expected) => {
    const tokens = inBench(`wire w;\nalu uut ${list};`)
    const connected = connectionsOf(tokens, allInstances(tokens)[0]!, ['x', 'y', 'z'])
    const written = [...connected].map(([port, found]) => [port, found.map(({ text }) => text).join(' ')])
    expect(Object.fromEntries(written)).toEqual(expected)
  })
})

describe('verdicts that are printed', () => {
  it.each([
    ['$display("===========Your Design Passed===========");', ['pass']],
    ['$display("Test completed with %d /100 failures", error);', ['fail']],
    ['$display("Error at (%d)", f(a, ")"));', ['fail']],
    ['$display("0 passed, 3 failed");', ['fail']],
    ['$error("unexpected");', ['fail']],
    ['$display("a = %d", a); $monitor("passing");', []],
    ['// $display("passed");', []],
  ])('in %s', (body, expected) => {
    expect(printedVerdicts(inBench(`initial begin ${body} end`)).map(({ says }) => says)).toEqual(expected)
  })
})

describe('a testbench that reacts', () => {
  const reactsTo = (body: string) => reacts(inBench(body), new Set(['d', 'start']), new Set(['q', 'ready']))
  it.each([
    'initial begin wait (ready); d = 1; end',
    'initial begin @(posedge ready) d = 1; end',
    'always @ready d = d + 1;',
    'initial while (!ready) #1;',
    'initial repeat (q) #5;',
    'initial begin if (ready) begin d = 2; end end',
    'initial if (ready) start <= 0; else d = 1;',
    'initial if (q == 3) #20;',
    'assign d = q + 1;',
    'initial if (q) repeat (3) if (1) break;',
  ])('%s', (body) => {
    expect(reactsTo(body)).toBe(true)
  })
  it.each([
    'initial begin #5 d = 1; if (q !== 2) error = error + 1; end',
    'initial begin error = (q == 1 && ready) ? error : error + 1; d = 2; end',
    'initial begin if (q != 3) begin $display("Failed %d", q); error = 1; end d = 4; end',
    'alu uut (.d(d), .q(q));\ninitial if (error == 0) $finish;',
    'initial begin if (d == 3) #5 d = 4; end',
  ])('and one that does not: %s', (body) => {
    expect(reactsTo(body)).toBe(false)
  })
})
