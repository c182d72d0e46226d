import type { EventBody, JournalEvent } from '../../core/events.ts'
import type { ModelRequest } from '../../core/model.ts'

type Reply = Extract<EventBody, { type: 'reply' }>
type Failure = Extract<EventBody, { type: 'request-failed' }>

/** One request to a model, whole again, and what came of it. */
export interface Exchange {
  readonly attempt: number
  readonly model: string
  readonly request: ModelRequest
  /** Undefined where the journal ends before. */
  readonly outcome: Reply | Failure | undefined
}

/**
 * The exchanges with the model, each with its whole request. The journal has of a request only what it adds to the
 * one before; here that is undone.
 */
export async function* exchangesOf(
  events: AsyncIterable<JournalEvent> | Iterable<JournalEvent>,
): AsyncGenerator<Exchange> {
  let attempt = 0
  let before: ModelRequest = { messages: [] }
  const open = new Map<number, Omit<Exchange, 'outcome'>>()
  for await (const event of events) {
    if (event.type === 'trial') {
      for (const exchange of open.values()) yield { ...exchange, outcome: undefined }
      open.clear()
      attempt = event.attempt
      before = { messages: [] }
    } else if (event.type === 'request') {
      before = continued(before, event)
      open.set(event.id, { attempt, model: event.model, request: before })
    } else if (event.type === 'reply' || event.type === 'request-failed') {
      const exchange = open.get(event.id)
      open.delete(event.id)
      if (exchange) yield { ...exchange, outcome: event }
    }
  }
  for (const exchange of open.values()) yield { ...exchange, outcome: undefined }
}

function continued(before: ModelRequest, event: Extract<EventBody, { type: 'request' }>): ModelRequest {
  const system = event.system === undefined ? before.system : event.system
  const tools = event.tools === undefined ? before.tools : event.tools
  return {
    ...(system != null && { system }),
    ...(tools != null && { tools }),
    messages: [...before.messages.slice(0, event.carried), ...event.messages],
    ...(event.temperature !== undefined && { temperature: event.temperature }),
    ...(event.maxOutputTokens !== undefined && { maxOutputTokens: event.maxOutputTokens }),
    ...(event.draw !== undefined && { draw: event.draw }),
  }
}
