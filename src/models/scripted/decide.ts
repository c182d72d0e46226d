import type { Rule, Script, ScriptedReply } from './schema.ts'

/** What of a request a script can ask about. */
export interface Conversation {
  readonly model: string
  readonly system: string
  /** The first user message. */
  readonly task: string
  /** The last user or tool message. */
  readonly last: string
  /** Assistant messages so far. */
  readonly turn: number
}

/** The script's reply to a conversation; undefined where it has none. */
export function decide(script: Script, conversation: Conversation): ScriptedReply | undefined {
  for (const rule of script.rules) {
    if (!matches(rule.when, conversation)) continue
    const reply = Array.isArray(rule.reply) ? rule.reply[conversation.turn] : rule.reply
    if (reply) return reply
  }
  return script.turns[conversation.turn] ?? script.otherwise
}

function matches(when: Rule['when'], conversation: Conversation): boolean {
  const { turn } = when
  if (typeof turn === 'number' && turn !== conversation.turn) return false
  if (Array.isArray(turn) && (conversation.turn < turn[0] || conversation.turn > turn[1])) return false
  return (['last', 'system', 'task', 'model'] as const).every((part) => {
    const pattern = when[part]
    return pattern === undefined || new RegExp(pattern, 'u').test(conversation[part])
  })
}
