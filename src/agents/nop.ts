import type { Agent } from '../core/agent.ts'
import { emptySubmission } from '../core/submission.ts'

/** Hands in nothing. A judge that lets it pass is broken. */
export function nop(name: string): Agent {
  return { name, attempt: async ({ brief }) => emptySubmission(brief.answer) }
}
