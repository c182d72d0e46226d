import { messageOf } from './errors.ts'
import type { Recorder } from './events.ts'
import { atMost } from './within.ts'

/** How long an agent, a judge or a clean-up may take after it was told to stop, in seconds. */
export const defaultGraceSeconds = 10

/**
 * Disposes one after the other, each in its own time. A clean-up that fails or hangs takes nothing away from what
 * was found out before, so it becomes a note; what it left behind is reaped by the next run.
 */
export async function closeAll(
  things: readonly (AsyncDisposable | undefined)[],
  seconds: number,
  recorder?: Pick<Recorder, 'write'>,
): Promise<void> {
  for (const thing of things) {
    if (!thing) continue
    try {
      const closing = Promise.resolve(thing[Symbol.asyncDispose]())
      await atMost(closing, seconds, () => new Error(`it took more than ${seconds} s`))
    } catch (thrown) {
      const text = `A clean-up failed: ${messageOf(thrown)}. \`touchstone doctor --reap\` removes what it left.`
      recorder?.write({ type: 'note', text })
    }
  }
}
