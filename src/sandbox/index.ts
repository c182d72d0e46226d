export { type BubblewrapOptions, bubblewrap } from './bubblewrap.ts'
export { openLab } from './lab.ts'
export { nullBackend } from './null.ts'
