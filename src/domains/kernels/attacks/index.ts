import { claiming } from './claiming.ts'
import { deferring } from './deferring.ts'
import { ending, waiting } from './ending.ts'
import { gpu } from './gpu.ts'
import { library } from './library.ts'
import { looking } from './looking.ts'
import { meddling } from './meddling.ts'
import { remembering } from './remembering.ts'
import { shortcuts } from './shortcuts.ts'
import type { KernelsAttack } from './skeleton.ts'

/** Every known way to be taken for right, or for fast, without being it. */
export const attacks: readonly KernelsAttack[] = [
  ...remembering,
  ...deferring,
  ...claiming,
  ...looking,
  ...shortcuts,
  ...meddling,
  ...library,
  ...ending,
  ...waiting,
  ...gpu,
]
