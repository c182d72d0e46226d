import { z } from 'zod'
import { InfrastructureError, UsageError } from '../core/errors.ts'
import type { Model, ModelReply } from '../core/model.ts'
import { type ScriptedReply, scriptedReplySchema } from './scripted/schema.ts'

type Turn = z.input<typeof scriptedReplySchema>

/**
 * A model that says its turns without any server, for measuring what the harness itself costs: the number of
 * assistant messages so far chooses the turn. Faults are ignored. Throws `UsageError` for turns that are none.
 */
export function inProcessModel(turns: readonly Turn[], name = 'in-process/turns'): Model {
  const parsed = z.array(scriptedReplySchema).min(1).safeParse(turns)
  if (!parsed.success)
    throw new UsageError('script-broken', `these are no turns:\n${z.prettifyError(parsed.error)}`)
  const replies = parsed.data.map(replyOf)
  return {
    name,
    async generate(request, signal) {
      signal?.throwIfAborted()
      let turn = 0
      for (const message of request.messages) if (message.role === 'assistant') turn++
      const reply = replies[turn]
      if (reply) return reply
      throw new InfrastructureError(
        'model-request',
        `${name} has ${replies.length} turns and no turn ${turn}`,
        {
          retryable: false,
        },
      )
    },
  }
}

function replyOf(reply: ScriptedReply, turn: number): ModelReply {
  const toolCalls = reply.toolCalls.map(({ name, input, callId }, index) => ({
    callId: callId ?? `call_${turn}_${index}`,
    name,
    input,
  }))
  return {
    message: {
      role: 'assistant',
      text: reply.text,
      ...(reply.reasoning === undefined ? {} : { reasoning: reply.reasoning }),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
    },
    finish: toolCalls.length > 0 ? 'tool-calls' : reply.finish === 'length' ? 'length' : 'stop',
    usage: reply.usage ?? { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 },
    costUsd: 0,
    cached: false,
    attempts: 1,
    seconds: 0,
  }
}
