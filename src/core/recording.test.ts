import fc from 'fast-check'
import { expect, it } from 'vitest'
import { memoryDomain, memoryTask } from '../../test/support/memory-domain.ts'
import { MemoryRecorder, modelSaying, tryOut } from '../../test/support/trial.ts'
import { Budget } from './budget.ts'
import type { EventBody } from './events.ts'
import { limitsSchema } from './limits.ts'
import type { Message, ModelRequest, ToolSpec } from './model.ts'
import { Part, recordedModel } from './recording.ts'

/** The requests as a reader of the journal builds them, from what each adds to the one before. */
function rebuilt(events: readonly EventBody[]): Pick<ModelRequest, 'system' | 'tools' | 'messages'>[] {
  let system: string | null | undefined
  let tools: ToolSpec[] | null | undefined
  let messages: Message[] = []
  return events.flatMap((event) => {
    if (event.type !== 'request') return []
    if (event.system !== undefined) system = event.system
    if (event.tools !== undefined) tools = event.tools
    messages = [...messages.slice(0, event.carried), ...event.messages]
    return [{ messages, ...(system != null && { system }), ...(tools != null && { tools }) }]
  })
}

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ role: fc.constant('user' as const), text: fc.string() }),
  fc.record({
    role: fc.constant('assistant' as const),
    text: fc.string(),
    toolCalls: fc.array(
      fc.record({ callId: fc.string(), name: fc.string(), input: fc.dictionary(fc.string(), fc.integer()) }),
    ),
  }),
  fc.record({
    role: fc.constant('tool' as const),
    callId: fc.string(),
    name: fc.string(),
    text: fc.string(),
    ok: fc.boolean(),
  }),
)
const tool = fc.record({
  name: fc.string(),
  description: fc.string(),
  inputSchema: fc.constant({ type: 'object' }),
})

/** Conversations that grow, branch off, lose messages from the middle, and change their prompt or tools. */
const requests = fc
  .tuple(
    fc.array(message, { minLength: 1, maxLength: 8 }),
    fc.array(fc.option(fc.string(), { nil: undefined }), { minLength: 1, maxLength: 2 }),
    fc.array(fc.option(fc.array(tool, { maxLength: 2 }), { nil: undefined }), { minLength: 1, maxLength: 2 }),
    fc.array(
      fc.record({
        picks: fc.array(fc.nat(), { maxLength: 6 }),
        keep: fc.nat(),
        system: fc.nat(),
        tools: fc.nat(),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([pool, systems, toolSets, steps]) => {
    let before: Message[] = []
    return steps.map((step) => {
      const kept = before.slice(0, step.keep % (before.length + 1))
      before = [...kept, ...step.picks.map((pick) => pool[pick % pool.length]!)]
      const system = systems[step.system % systems.length]
      const tools = toolSets[step.tools % toolSets.length]
      return {
        messages: before,
        ...(system !== undefined && { system }),
        ...(tools !== undefined && { tools }),
      }
    })
  })

it('a journal gives back every request whole, from what each adds to the one before', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (asked) => {
      const recorder = new MemoryRecorder()
      const model = modelSaying(() => 'fine')
      const recorded = recordedModel(model, new Budget(limitsSchema.parse({})), new Part(recorder))
      for (const request of asked) await recorded.generate(request)
      const plain: unknown = JSON.parse(JSON.stringify(asked))
      expect(rebuilt(recorder.events)).toEqual(plain)
      const sent = model.asked.map(({ messages, system, tools }) => ({
        messages,
        ...(system !== undefined && { system }),
        ...(tools !== undefined && { tools }),
      }))
      expect(JSON.parse(JSON.stringify(sent))).toEqual(plain)
    }),
  )
})

it('a long conversation costs the journal its length, not its square', async () => {
  const agent = {
    name: 'chatty',
    needs: { model: true },
    attempt: async (...[environment, { model }]: Parameters<import('./agent.ts').Agent['attempt']>) => {
      const messages: Message[] = []
      for (let turn = 0; turn < 50; turn++) {
        messages.push({ role: 'user', text: 'x'.repeat(1000) })
        const reply = await model?.generate({ messages })
        if (reply) messages.push(reply.message)
      }
      return environment.collect()
    },
  }
  const { recorder } = await tryOut(agent, {
    model: modelSaying(() => 'y'.repeat(1000)),
    domain: memoryDomain(),
    task: memoryTask(),
  })
  expect(JSON.stringify(recorder.of('request')).length).toBeLessThan(50 * 2500)
})

it('asks for no longer a reply than there are tokens left', async () => {
  const model = modelSaying(() => 'fine', { inputTokens: 3000, outputTokens: 2000 })
  const budget = new Budget(limitsSchema.parse({ tokens: 20_000 }))
  const recorded = recordedModel(model, budget, new Part(new MemoryRecorder()))
  for (let turn = 0; turn < 3; turn++) await recorded.generate({ messages: [] })
  expect(model.asked.map(({ maxOutputTokens }) => maxOutputTokens)).toEqual([undefined, 15_000, 10_000])
})

it('a reply without a price makes the cost a lower bound', async () => {
  const budget = new Budget(limitsSchema.parse({}))
  budget.charge({
    usage: { inputTokens: 1, outputTokens: 2, cachedInputTokens: 0, reasoningTokens: 0 },
    costUsd: null,
  })
  expect(budget).toMatchObject({ tokens: 3, costUsd: 0, costKnown: false })
})

it('writes down a request that failed, and by whose fault', async () => {
  const recorder = new MemoryRecorder()
  const part = new Part(recorder)
  const recorded = recordedModel(modelSaying([new Error('odd')]), new Budget(limitsSchema.parse({})), part)
  await expect(recorded.generate({ messages: [] })).rejects.toThrow('odd')
  expect(recorder.of('request-failed')).toEqual([
    { type: 'request-failed', id: 0, code: 'error', message: 'odd' },
  ])
})
