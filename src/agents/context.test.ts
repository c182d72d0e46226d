import { expect, it } from 'vitest'
import type { Message } from '../core/model.ts'
import { elided, tokensOf } from './context.ts'

const seen = (callId: string): Message => ({
  role: 'tool',
  callId,
  name: 'read',
  text: 'x'.repeat(1000),
  ok: true,
})
const talk: Message[] = [
  { role: 'user', text: 'u'.repeat(1000) },
  seen('a'),
  { role: 'assistant', text: 'y'.repeat(1000) },
  seen('b'),
  seen('c'),
]

it('drops the oldest observations first, and no more than it has to', () => {
  const shorter = elided(talk, tokensOf(talk) - 100)
  expect(shorter.map((message, at) => message === talk[at])).toEqual([true, false, true, true, true])
  expect(tokensOf(shorter)).toBeLessThanOrEqual(tokensOf(talk) - 100)
})

it('keeps the last observation, and everything that is no observation', () => {
  const shortest = elided(talk, 0)
  expect(shortest.map((message, at) => message === talk[at])).toEqual([true, false, true, false, true])
  expect(elided(shortest, 0)).toBe(shortest)
})

it('leaves a conversation that fits as it is', () => {
  expect(elided(talk, 10_000)).toBe(talk)
})
