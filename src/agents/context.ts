import type { Message } from '../core/model.ts'

/** Characters of English or code in a token, roughly; good enough to stay clear of a limit. */
const charactersPerToken = 3.5

/** Tokens of a conversation, estimated from its length. */
export function tokensOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + lengthOf(message), 0) / charactersPerToken
}

/**
 * The conversation with its oldest observations dropped, each with a note, until it has no more than `tokens`.
 * The last observation always stays. Returns the same array where nothing is left to drop.
 */
export function elided(messages: readonly Message[], tokens: number): readonly Message[] {
  const last = messages.findLastIndex(({ role }) => role === 'tool')
  let excess = (tokensOf(messages) - tokens) * charactersPerToken
  let dropped = false
  const kept = messages.map((message, at) => {
    if (excess <= 0 || at >= last || message.role !== 'tool') return message
    const note = `[This observation of ${message.text.length} characters was dropped to save space. Act again to see it.]`
    // Short ones are not worth it, and a note is never replaced by another.
    if (message.text.length < 2 * note.length) return message
    excess -= message.text.length - note.length
    dropped = true
    return { ...message, text: note }
  })
  return dropped ? kept : messages
}

const lengths = new WeakMap<Message, number>()

function lengthOf(message: Message): number {
  let known = lengths.get(message)
  if (known === undefined) {
    const calls = message.role === 'assistant' && message.toolCalls ? JSON.stringify(message.toolCalls) : ''
    known = message.text.length + calls.length
    lengths.set(message, known)
  }
  return known
}
