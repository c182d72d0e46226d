import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../core/errors.ts'
import type { ModelRequest } from '../core/model.ts'
import { cacheKey, canonicalJson } from './cache.ts'
import { openModel } from './open.ts'
import type { ModelOptions, OpenedModel } from './options.ts'
import type { ScriptSource } from './scripted/schema.ts'
import { type ScriptedServer, startScripted } from './scripted/server.ts'

let directory: string
const closing: AsyncDisposable[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'touchstone-cache-'))
})
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

async function play(
  script: ScriptSource,
  options: ModelOptions = {},
): Promise<{ model: OpenedModel; server: ScriptedServer }> {
  const server = await startScripted(script)
  const model = await openModel(`${server.url}#scripted`, {
    cacheDirectory: directory,
    backoffBaseMs: 5,
    env: {},
    ...options,
  })
  closing.push(server, model)
  return { model, server }
}

function saying(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [{ role: 'user', text }], ...more }
}

async function keptFiles(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe('the cache', () => {
  it('gives the same reply again without a request, with its usage and cost', async () => {
    const { model, server } = await play({
      turns: [{ text: 'hi', toolCalls: [{ name: 'write', input: { a: [1] } }] }],
    })
    const first = await model.generate(saying('x'))
    const second = await model.generate(saying('x'))
    expect(server.received).toBe(1)
    expect(second).toEqual({ ...first, cached: true, attempts: 0, seconds: second.seconds })
    const [path] = await keptFiles()
    expect(path).toMatch(/\/([0-9a-f]{2})\/\1[0-9a-f]{62}\.json$/)
  })

  it('survives the model: another one with the same name and address reads it', async () => {
    const { model, server } = await play({ otherwise: { text: 'hi' } })
    await model.generate(saying('x'))
    await using again = await openModel(model.name, { cacheDirectory: directory, env: {} })
    expect(await again.generate(saying('x'))).toMatchObject({ cached: true })
    expect(server.received).toBe(1)
  })

  it('is found again for a script on another port, and not for a script that was changed', async () => {
    const path = join(directory, 'script.json')
    const options = { cacheDirectory: join(directory, 'replies') }
    for (const [text, cached] of [
      ['one', false],
      ['one', true],
      ['two', false],
    ] as const) {
      await writeFile(path, JSON.stringify({ otherwise: { text } }))
      await using model = await openModel(`scripted/${path}`, options)
      expect(await model.generate(saying('x'))).toMatchObject({ cached, message: { text } })
    }
  })

  it.each([
    ['another draw', { draw: '2' }],
    ['another system prompt', { system: 'b' }],
    ['another temperature', { temperature: 0.7 }],
    ['another length', { maxOutputTokens: 5 }],
    ['tools', { tools: [{ name: 't', description: 'd', inputSchema: { type: 'object' } }] }],
    ['other messages', { messages: [{ role: 'user', text: 'y' }] }],
  ] as [string, Partial<ModelRequest>][])('asks anew for %s', async (_, more) => {
    const { model, server } = await play({ otherwise: { text: 'hi' } })
    await model.generate(saying('x'))
    expect(await model.generate(saying('x', more))).toMatchObject({ cached: false })
    expect(server.received).toBe(2)
  })

  it.each([
    ['cut short', (text: string) => text.slice(0, -10)],
    ['empty', () => ''],
    ['of another version', (text: string) => text.replace('"version":1', '"version":99')],
    ['no reply', () => '{"version":1,"message":{"role":"user","text":"x"}}'],
  ])('ignores and replaces an entry that is %s', async (_, spoil) => {
    const { model, server } = await play({ otherwise: { text: 'hi' } })
    await model.generate(saying('x'))
    const [path] = await keptFiles()
    const good = await readFile(path!, 'utf8')
    await writeFile(path!, spoil(good))
    expect(await model.generate(saying('x'))).toMatchObject({ cached: false, message: { text: 'hi' } })
    expect(server.received).toBe(2)
    expect(await readFile(path!, 'utf8')).toBe(good)
  })

  it('keeps neither failures nor replies that were cut here', async () => {
    const { model } = await play(
      {
        rules: [{ when: { last: 'endless' }, reply: { fault: { kind: 'endless' } } }],
        otherwise: { fault: { kind: 'status', status: 400 } },
      },
      { maxReplyCharacters: 1000 },
    )
    await model.generate(saying('endless'))
    await expect(model.generate(saying('fail'))).rejects.toThrow()
    expect(await keptFiles()).toEqual([])
  })

  it('that cannot be written loses no reply', async () => {
    const { model } = await play({ otherwise: { text: 'hi' } })
    await rm(directory, { recursive: true })
    await writeFile(directory, 'a file where the directory was')
    const warnings: string[] = []
    const listen = (warning: Error) => warnings.push(warning.message)
    process.on('warning', listen)
    expect(await model.generate(saying('x'))).toMatchObject({ message: { text: 'hi' } })
    expect(await model.generate(saying('y'))).toMatchObject({ message: { text: 'hi' } })
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listen)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/are not kept/)
  })

  it('whose directory cannot be made is wrong usage', async () => {
    await writeFile(join(directory, 'file'), '')
    const opening = openModel('http://127.0.0.1:1/v1#m', {
      cacheDirectory: join(directory, 'file', 'x'),
      env: {},
    })
    await expect(opening).rejects.toThrow(UsageError)
  })
})

describe('equal requests at the same time', () => {
  const slow = { otherwise: { text: 'hi', fault: { kind: 'slow', firstByteMs: 300 } } } as const

  it('make one request', async () => {
    const { model, server } = await play(slow)
    const replies = await Promise.all([1, 2, 3, 4].map(() => model.generate(saying('x'))))
    expect(server.received).toBe(1)
    expect(replies.map((reply) => reply.message.text)).toEqual(['hi', 'hi', 'hi', 'hi'])
    expect(replies.filter((reply) => !reply.cached)).toHaveLength(1)
  })

  it('end apart: whoever is aborted does not take the others along', async () => {
    const { model, server } = await play(slow)
    const controller = new AbortController()
    const first = model.generate(saying('x'), controller.signal)
    const second = model.generate(saying('x'))
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await expect(first).rejects.toThrow('enough')
    expect(await second).toMatchObject({ message: { text: 'hi' } })
    expect(server.received).toBe(1)
  })

  it('are given up when all are aborted, and asked anew afterwards', async () => {
    const { model, server } = await play(slow)
    const controller = new AbortController()
    const works = [1, 2].map(() => model.generate(saying('x'), controller.signal))
    while (server.received < 1) await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort(new Error('enough'))
    for (const result of await Promise.allSettled(works)) expect(result.status).toBe('rejected')
    expect(await model.generate(saying('x'))).toMatchObject({ cached: false, message: { text: 'hi' } })
    expect(server.received).toBe(2)
  })

  it('fail together, and the next one tries again', async () => {
    const fault = { kind: 'status', status: 400, times: 1 } as const
    const { model } = await play({ otherwise: { text: 'hi', fault } })
    const results = await Promise.allSettled([model.generate(saying('x')), model.generate(saying('x'))])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
    expect(await model.generate(saying('x'))).toMatchObject({ message: { text: 'hi' } })
  })
})

describe('the key', () => {
  /** The same value with the members of its objects in another order. */
  function reordered(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(reordered)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, member]) => [key, reordered(member)]),
    )
  }

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (schema) => {
        const request = saying('x', { tools: [{ name: 't', description: 'd', inputSchema: schema }] })
        const other = reordered(request) as ModelRequest
        expect(cacheKey('m', 'w', other)).toBe(cacheKey('m', 'w', request))
      }),
    )
  })

  it('keeps the whole value: canonical JSON reads back as what it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('tells models and addresses apart', () => {
    const keys = [
      ['m', 'a'],
      ['m', 'b'],
      ['n', 'a'],
    ].map(([model, where]) => cacheKey(model!, where!, saying('x')))
    expect(new Set(keys).size).toBe(3)
  })
})
