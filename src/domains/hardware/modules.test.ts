import { describe, expect, it } from 'vitest'
import { declaredUnits, instancesOf, portsOf, renameModules } from './modules.ts'
import { tokenize } from './tokens.ts'

const tokensOf = (source: string) => tokenize(source).tokens

describe('portsOf', () => {
  it('reads a header with ranges, parameters, several names and defaults', () => {
    const source =
      'module m #(parameter W = 4, input_like = 1) (input clk, input [W-1:0] a, b, output logic [7:0] q = 0, inout wire z); wire input_x; endmodule'
    expect([...portsOf(tokensOf(source), 'm')!]).toEqual([
      ['clk', 'input'],
      ['a', 'input'],
      ['b', 'input'],
      ['q', 'output'],
      ['z', 'inout'],
    ])
  })

  it('reads the older style, and not the ports of a function', () => {
    const source =
      'module m (a, q); input [3:0] a; output q; reg q; function f; input g; f = g; endfunction endmodule'
    expect([...portsOf(tokensOf(source), 'm')!]).toEqual([
      ['a', 'input'],
      ['q', 'output'],
    ])
  })

  it('says where there is no such module', () => {
    expect(portsOf(tokensOf('module other; endmodule'), 'm')).toBeUndefined()
  })
})

describe('names of modules', () => {
  it('finds units and instances', () => {
    const tokens = tokensOf(
      'package p; endpackage module automatic m; sub #(.W(f(2))) u1 (a); sub u2 (b); endmodule',
    )
    expect(declaredUnits(tokens).map(({ text }) => text)).toEqual(['p', 'm'])
    expect(instancesOf(tokens, 'sub')).toEqual(['u1', 'u2'])
  })

  it('renames modules but not strings, comments and connections', () => {
    const source = 'module a; b u (.b(b)); // b\n initial x = "b"; endmodule'
    expect(renameModules(source, tokenize(source), new Map([['b', 'c']]))).toBe(
      'module a; c u (.b(c)); // b\n initial x = "b"; endmodule',
    )
  })
})
