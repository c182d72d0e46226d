import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../core/errors.ts'
import { costOf, priceOf, readPrices, shippedPrices } from './prices.ts'

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000, cachedInputTokens: 0, reasoningTokens: 0 }

describe('the table that ships', () => {
  it.each([
    ['openai', 'gpt-4.1', 10],
    ['openai', 'gpt-4.1-2025-04-14', 10],
    ['openai', 'gpt-4.1-mini', 2],
    ['anthropic', 'claude-haiku-4-5-20251001', 6],
    ['anthropic', 'claude-haiku-5-5', 3],
    ['google', 'gemini-2.5-flash-lite', 0.5],
    ['google', 'gemini-2.5-pro', 17.5],
  ])('%s/%s', async (provider, model, dollars) => {
    const price = priceOf([await readPrices(shippedPrices)], provider, model)
    expect(costOf(price, million)).toBeCloseTo(dollars, 9)
  })

  it.each([
    ['openai', 'gpt-4.1-turbo'],
    ['openai', 'gpt-99'],
    ['openai', 'my-gpt-4.1'],
    ['openai-compatible', 'gpt-4.1'],
  ])('does not know %s/%s, and an unknown price is not nothing', async (provider, model) => {
    const price = priceOf([await readPrices(shippedPrices)], provider, model)
    expect(price).toBeUndefined()
    expect(costOf(price, million)).toBeNull()
  })

  it('says how old each price is and where it can be checked', async () => {
    const file = await readPrices(shippedPrices)
    expect(file.note).toMatch(/check/)
    for (const entry of file.models) expect(entry.known).toMatch(/20\d\d/)
  })
})

describe('a cost', () => {
  it('counts cached and written input at their own rates', () => {
    const rates = { input: 10, cachedInput: 1, cacheWrite: 12.5, output: 50 }
    const usage = { inputTokens: 1000, cachedInputTokens: 600, outputTokens: 100, reasoningTokens: 80 }
    expect(costOf(rates, usage, 300)).toBeCloseTo((100 * 10 + 600 * 1 + 300 * 12.5 + 100 * 50) / 1e6, 12)
  })

  it('takes the long rates above the threshold, and the full rate for cached input without one', () => {
    const rates = { input: 1, output: 2, long: { aboveInputTokens: 1000, input: 3, output: 4 } }
    const usage = { inputTokens: 1000, cachedInputTokens: 500, outputTokens: 10, reasoningTokens: 0 }
    expect(costOf(rates, usage)).toBeCloseTo((1000 + 20) / 1e6, 12)
    expect(costOf(rates, { ...usage, inputTokens: 1001 })).toBeCloseTo((3003 + 40) / 1e6, 12)
  })

  it('is never negative and grows with every token', () => {
    const tokens = fc.integer({ min: 0, max: 10_000_000 })
    const rate = fc.double({ min: 0, max: 1000, noNaN: true })
    fc.assert(
      fc.property(tokens, tokens, tokens, rate, rate, rate, (input, cached, output, a, b, c) => {
        const rates = { input: a, cachedInput: b, output: c }
        const usage = {
          inputTokens: input,
          cachedInputTokens: Math.min(cached, input),
          outputTokens: output,
          reasoningTokens: 0,
        }
        const cost = costOf(rates, usage)!
        expect(cost).toBeGreaterThanOrEqual(0)
        expect(costOf(rates, { ...usage, outputTokens: output + 1 })).toBeGreaterThanOrEqual(cost)
      }),
    )
  })
})

describe('an own price file', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'touchstone-prices-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('goes before the one that ships', async () => {
    const path = join(directory, 'prices.json')
    const entry = {
      provider: 'openai',
      model: 'gpt-4\\.1.*',
      input: 1,
      output: 1,
      source: 'https://example.org',
      known: 'contract',
    }
    await writeFile(path, JSON.stringify({ version: 1, date: '2026-11-22', note: 'ours', models: [entry] }))
    const files = [await readPrices(path), await readPrices(shippedPrices)]
    expect(costOf(priceOf(files, 'openai', 'gpt-4.1-mini'), million)).toBe(2)
    expect(costOf(priceOf(files, 'openai', 'gpt-4o'), million)).toBe(12.5)
  })

  it.each([
    ['missing', undefined],
    ['not JSON', '{'],
    ['of another form', '{"version":1,"date":"2026-11-22","note":"","models":[{"provider":"openai"}]}'],
    [
      'with a bad pattern',
      '{"version":1,"date":"2026-11-22","note":"","models":[{"provider":"p","model":"(","input":1,"output":1,"source":"https://a.b","known":"x"}]}',
    ],
  ])('that is %s is wrong usage, naming it', async (_, content) => {
    const path = join(directory, 'prices.json')
    if (content !== undefined) await writeFile(path, content)
    await expect(readPrices(path)).rejects.toThrow(UsageError)
    await expect(readPrices(path)).rejects.toThrow(path)
  })
})
