import { describe, expect, it } from 'vitest'
import { read } from './reading.ts'

const list = (...ports: string[]) => ports.map((port) => ` - ${port}`).join('\n')

describe('ports', () => {
  it('reads a list with widths, commas and backquotes', () => {
    const { ports, data, outputs } = read(
      `${list('input  clk,', 'input  `d` ( 8 bits)', 'output q (16 bits)')}\n\nText.`,
    )
    expect(ports).toEqual([
      { direction: 'input', name: 'clk', width: 1 },
      { direction: 'input', name: 'd', width: 8 },
      { direction: 'output', name: 'q', width: 16 },
    ])
    expect(data.map((port) => port.name)).toEqual(['d'])
    expect(outputs.map((port) => port.name)).toEqual(['q'])
  })

  it('reads a Verilog header where there is no list', () => {
    const { ports } = read(
      '// A mux.\nmodule TopModule (\n  input [7:0] a, b,\n  input sel,\n  output reg [7:0] y\n);\n',
    )
    expect(ports.map((port) => `${port.direction} ${port.name} ${port.width}`)).toEqual([
      'input a 8',
      'input b 8',
      'input sel 1',
      'output y 8',
    ])
  })

  it('takes the last port for an output where the list has none', () => {
    expect(read(list('input clk', 'input d', 'input q')).outputs.map((port) => port.name)).toEqual(['q'])
  })

  it('finds none in a text without an interface', () => {
    expect(read('Prove that there are infinitely many primes.').ports).toEqual([])
  })
})

describe('clock and reset', () => {
  const reset = (port: string, words: string) =>
    read(`${list('input clk', `input ${port}`, 'input d', 'output q')}\n\n${words}`).reset

  it.each([
    [
      'reset',
      'Reset is active high and synchronous.',
      { name: 'reset', activeHigh: true, asynchronous: false },
    ],
    [
      'resetn',
      'The resetn input is asynchronous.',
      { name: 'resetn', activeHigh: false, asynchronous: true },
    ],
    ['areset', 'It resets to zero.', { name: 'areset', activeHigh: true, asynchronous: true }],
    ['ar', 'It has an asynchronous reset "ar".', { name: 'ar', activeHigh: true, asynchronous: true }],
    ['rst', 'An active-low synchronous reset.', { name: 'rst', activeHigh: false, asynchronous: false }],
  ])('%s: %s', (port, words, expected) => {
    expect(reset(port, words)).toEqual(expected)
  })

  it('lets the first sentence about the reset decide', () => {
    const words =
      '`reset` is active high and synchronous. Registers change at the edge (or by an asynchronous reset).'
    expect(reset('reset', words)?.asynchronous).toBe(false)
  })

  it('knows a falling clock edge from a falling edge of something else', () => {
    const edge = (words: string) => read(`${list('input clk', 'output q')}\n\n${words}`).clock?.edge
    expect(edge('Triggered by the negative edge of clk.')).toBe('negedge')
    expect(edge('It has a negative edge triggered reset.')).toBe('posedge')
  })
})
