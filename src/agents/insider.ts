import type { Insider, Means } from '../core/agent.ts'
import { UsageError } from '../core/errors.ts'

/** What only agents that declare `needs.insider` get. Throws `UsageError` (`insider-missing`). */
export function insiderOf({ insider }: Means, agent: string): Insider {
  if (insider) return insider
  throw new UsageError('insider-missing', `the agent ${agent} was not given the knowledge that it needs`)
}
