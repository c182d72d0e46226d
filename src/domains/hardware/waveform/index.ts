export { windowSvg } from './picture.ts'
export { windowText } from './text.ts'
export { type Change, type ReadOptions, readVcd, type Signal, signalsIn, type Waveform } from './vcd.ts'
export type { WindowOptions } from './window.ts'
