import { z } from 'zod'
import type { Agent } from '../core/agent.ts'
import { UsageError } from '../core/errors.ts'
import { journalsByBrief, keyOf, readRecorded } from './trajectory.ts'

export const replayOptions = z.strictObject({
  from: z.string().min(1).describe('a journal, or a run directory whose journals are matched to tasks'),
  trial: z.string().min(1).optional().describe('the trial to play, where several are of the same task'),
})

/**
 * Plays a trajectory again: does its actions in a new environment, says where what comes of them differs, and hands
 * in what was handed in. Throws `UsageError` (`no-trajectory`) where none is of the task.
 */
export function replay(name: string, { from, trial }: z.infer<typeof replayOptions>): Agent {
  let journals: ReturnType<typeof journalsByBrief> | undefined
  return {
    name,
    async attempt(environment, means) {
      journals ??= journalsByBrief(from, trial)
      const [path] = (await journals).get(keyOf(environment.brief)) ?? []
      if (path === undefined) throw new UsageError('no-trajectory', `${from} has no trial of this task`)
      means.say(`Playing ${path}`)
      const { steps, submission } = await readRecorded(path)
      let different = 0
      for (const { action, observation } of steps) {
        const now = await environment.act(action.name, action.input, means.signal)
        if (!observation || (now.ok === observation.ok && now.text === observation.text)) continue
        different++
        means.say(`Action ${action.id} (${action.name}) came out otherwise than recorded.`)
      }
      means.say(`${steps.length} actions played, ${different} of them came out otherwise.`)
      return submission ?? environment.collect()
    },
  }
}
