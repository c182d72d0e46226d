import * as arithmetic from './arithmetic.ts'
import * as counters from './counters.ts'
import type { Recogniser, Sketch } from './design.ts'
import * as gates from './gates.ts'
import * as multiplexers from './multiplexers.ts'
import { phrased } from './phrases.ts'
import type { Reading } from './reading.ts'
import * as registers from './registers.ts'
import { sequence } from './sequences.ts'
import * as shifters from './shifters.ts'
import { clockedMachine, machineLogic } from './state-machines.ts'
import * as tables from './tables.ts'
import * as vectors from './vectors.ts'

/** In the order in which they are tried: what names its circuit exactly stands before what only mentions a word. */
const recognisers: Readonly<Record<string, Recogniser>> = {
  constant: gates.constant,
  'clocked machine': clockedMachine,
  'machine logic': machineLogic,
  'Karnaugh map': tables.karnaughMap,
  'truth table': tables.truthTable,
  waveform: tables.waveform,
  'listed gates': gates.listedGates,
  expressions: gates.expressions,
  'packed multiplexer': multiplexers.packedMultiplexer,
  multiplexer: multiplexers.multiplexer,
  phrases: phrased,
  equality: arithmetic.equality,
  adder: arithmetic.adder,
  'population count': arithmetic.populationCount,
  'priority encoder': arithmetic.priorityEncoder,
  minimum: arithmetic.extreme,
  parity: arithmetic.parity,
  reversal: vectors.reversal,
  halves: vectors.halves,
  positions: vectors.positions,
  'sign extension': vectors.signExtension,
  concatenation: vectors.concatenation,
  'Galois LFSR': shifters.galois,
  'cellular automaton': shifters.automaton,
  'delay line': shifters.delayLine,
  'shift register': shifters.shiftRegister,
  'coded shifter': shifters.codedShifter,
  'listed sequence': counters.listedSequence,
  counter: counters.counter,
  sequence,
  edges: registers.edges,
  'JK flip-flop': registers.jkFlipFlop,
  'byte register': registers.byteRegister,
  register: registers.register,
  latch: registers.latch,
  'single gate': gates.singleGate,
  wires: gates.wires,
}

/**
 * The first recogniser that finds its circuit, with what it made of it; undefined where none does. A brief that shows
 * parts of a larger module, or a module with a bug, would make them see what is not asked for.
 */
export function recognise(reading: Reading): (Sketch & { readonly recogniser: string }) | undefined {
  if (/\bsubmodules?\b|\bhas a bug\b/i.test(reading.text)) return undefined
  for (const [recogniser, look] of Object.entries(recognisers)) {
    const sketch = look(reading)
    if (sketch) return { ...sketch, recogniser }
  }
  return undefined
}
