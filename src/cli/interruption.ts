import { remark } from './output.ts'

/** Why a signal was aborted by Ctrl-C or SIGTERM. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * A controller that Ctrl-C and SIGTERM abort. A second Ctrl-C ends the process at once: what it leaves behind is
 * reaped by the next start.
 */
export function interruption(): AbortController {
  const controller = new AbortController()
  const stop = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    remark('\nStopping: what is under way is written down. Once more to stop at once.')
    controller.abort(new Interrupted(signal))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller
}
