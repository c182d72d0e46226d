import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { agentOf } from '../src/agents/index.ts'
import {
  type ModelOptions,
  type OpenedModel,
  openModel,
  type ScriptedServer,
  type ScriptSource,
  startScripted,
} from '../src/models/index.ts'
import { memoryDomain, memoryTask } from './support/memory-domain.ts'
import { tryOut } from './support/trial.ts'

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing[Symbol.asyncDispose]()
})

/** A model behind a real server and the real provider code. */
async function scripted(
  script: ScriptSource,
  options: ModelOptions = {},
): Promise<{ model: OpenedModel; server: ScriptedServer }> {
  const server = await startScripted(script)
  const model = await openModel(`${server.url}#scripted`, {
    backoffBaseMs: 1,
    backoffCapMs: 5,
    env: {},
    ...options,
  })
  opened.push(server, model)
  // The first request loads the provider's code; the trials below have little time.
  await model.generate({ messages: [{ role: 'user', text: 'warm up' }] }).catch(() => {})
  return { model, server }
}

const write = (content: string) => ({ name: 'write', input: { path: 'answer.txt', content } })
const submit = { name: 'submit', input: {} }
const answer = (text: string) => ({ text: `<think>Hm.</think>\nanswer.txt\n\`\`\`\n${text}\n\`\`\`` })

describe('react, with a model behind HTTP', () => {
  it('acts and submits, whatever the model calls on the way', async () => {
    const { model, server } = await scripted({
      turns: [
        {
          text: 'Look first.',
          toolCalls: [
            { name: 'read', input: { path: 'notes.txt' } },
            { name: 'fly', input: {} },
          ],
        },
        { toolCalls: [{ name: 'write', input: '{"path": "answer.txt", "cont' }] },
        { text: 'It must be yes.' },
        { toolCalls: [write('yes'), submit, write('no')] },
      ],
    })
    const { end, recorder } = await tryOut(agentOf('react', memoryDomain()), { model })
    expect(end).toMatchObject({ end: 'judged', verdict: { outcome: 'solved' }, totals: { turns: 4 } })
    expect(recorder.of('observation').map(({ ok }) => ok)).toEqual([true, false, false, true])
    expect(server.received).toBe(1 + 4)
  })

  it('survives a 500, a 429 and a cut connection', async () => {
    const { model } = await scripted({
      turns: [
        { toolCalls: [write('yes')], fault: { kind: 'status', status: 500, times: 1 } },
        { text: 'Going on.', fault: { kind: 'status', status: 429, times: 2 } },
        { toolCalls: [submit], fault: { kind: 'cut', afterBytes: 150, times: 1 } },
      ],
    })
    const { end, recorder } = await tryOut(agentOf('react', memoryDomain()), { model })
    expect(end).toMatchObject({ end: 'judged', verdict: { outcome: 'solved' }, totals: { turns: 3 } })
    expect(recorder.of('reply').map(({ attempts }) => attempts)).toEqual([2, 3, 2])
  })

  it('takes what stands where the provider says that the context is full', async () => {
    const { model } = await scripted({
      turns: [
        { toolCalls: [write('yes')] },
        {
          fault: {
            kind: 'status',
            status: 400,
            code: 'context_length_exceeded',
            message: 'maximum context length is 8192 tokens',
          },
        },
      ],
    })
    const { end, recorder } = await tryOut(agentOf('react', memoryDomain()), { model })
    expect(end).toMatchObject({ end: 'judged', verdict: { outcome: 'solved' }, stoppedBy: null })
    expect(recorder.of('request-failed')).toMatchObject([{ code: 'context-length-exceeded' }])
  })

  it('ends at its wall time in the middle of a reply, and the request goes with it', async () => {
    const { model } = await scripted({
      turns: [{ toolCalls: [write('yes')] }, { text: 'slow', fault: { kind: 'slow', firstByteMs: 20_000 } }],
    })
    const task = memoryTask({ limits: { wallSeconds: 2 } })
    const startedAt = performance.now()
    const { end } = await tryOut(agentOf('react', memoryDomain()), { model, task })
    expect(end).toMatchObject({ end: 'judged', stoppedBy: 'wall', verdict: { outcome: 'solved' } })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })

  it('is void and worth another attempt where the provider stays down', async () => {
    const { model } = await scripted(
      { otherwise: { fault: { kind: 'status', status: 503 } } },
      { retries: 1 },
    )
    const { end } = await tryOut(agentOf('react', memoryDomain()), { model })
    expect(end).toMatchObject({ end: 'void', code: 'model-unavailable', retryable: true })
  })
})

describe('refine, with a model behind HTTP', () => {
  it('repairs what the judge refuses', async () => {
    const { model } = await scripted({
      rules: [
        { when: { last: '"no' }, reply: answer('nope') },
        { when: { last: '"nope' }, reply: answer('yes') },
      ].reverse(),
      otherwise: answer('no'),
    })
    const task = memoryTask({ feedback: { consultations: 5 } })
    const { end, recorder } = await tryOut(agentOf('refine', memoryDomain()), { model, task })
    expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { turns: 3, consultations: 3 } })
    expect(recorder.of('consultation').map(({ outcome }) => outcome)).toEqual([
      'unsolved',
      'unsolved',
      'solved',
    ])
  })

  it('hands in its best where a reply never ends', async () => {
    const { model } = await scripted({
      rules: [{ when: { last: '"no' }, reply: { text: '', fault: { kind: 'endless' } } }],
      otherwise: answer('no'),
    })
    const task = memoryTask({ feedback: { consultations: 5 }, limits: { tokens: 1e9 } })
    const { end } = await tryOut(agentOf('refine:seconds=2', memoryDomain()), { model, task })
    expect(end).toMatchObject({
      end: 'judged',
      verdict: { outcome: 'unsolved', reason: 'mismatch' },
      stoppedBy: null,
    })
  })
})

it('best-of draws every candidate anew, and a second run finds all of them in the cache', async () => {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'touchstone-cache-'))
  try {
    const { model, server } = await scripted({ otherwise: answer('yes') }, { cacheDirectory })
    const domain = memoryDomain({ rate: () => ({ score: 1, why: 'all are equal' }) })
    const run = () => tryOut(agentOf('best-of:k=3', domain), { model, domain })
    const first = await run()
    expect(first.end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { turns: 3 } })
    expect(server.received).toBe(1 + 3)
    const second = await run()
    expect(server.received).toBe(1 + 3)
    expect(second.recorder.of('reply').map(({ cached }) => cached)).toEqual([true, true, true])
    const { agentSeconds: _a, judgeSeconds: _j, ...totals } = first.end.totals
    expect(second.end.totals).toMatchObject(totals)
  } finally {
    await rm(cacheDirectory, { recursive: true, force: true })
  }
})
