import { describe, expect, it } from 'vitest'
import { InfrastructureError, UsageError } from '../core/errors.ts'
import type { Message } from '../core/model.ts'
import { inProcessModel } from './in-process.ts'

const task: Message = { role: 'user', text: 'go' }

describe('the in-process model', () => {
  const model = inProcessModel([
    { text: 'one', toolCalls: [{ name: 'write', input: { path: 'a' } }] },
    { text: 'two' },
  ])

  it('says its turns by the number of assistant messages, free of cost', async () => {
    const first = await model.generate({ messages: [task] })
    expect(first).toMatchObject({
      message: { text: 'one', toolCalls: [{ callId: 'call_0_0', name: 'write', input: { path: 'a' } }] },
      finish: 'tool-calls',
      costUsd: 0,
    })
    const second = await model.generate({ messages: [task, first.message, task] })
    expect(second).toMatchObject({ message: { text: 'two' }, finish: 'stop' })
    const past = model.generate({ messages: [task, first.message, second.message] })
    await expect(past).rejects.toThrow(InfrastructureError)
  })

  it('obeys an abort', async () => {
    const reason = new Error('enough')
    await expect(model.generate({ messages: [task] }, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('refuses turns that are none', () => {
    expect(() => inProcessModel([])).toThrow(UsageError)
    expect(() => inProcessModel([{ txt: 'x' } as never])).toThrow(UsageError)
  })
})
