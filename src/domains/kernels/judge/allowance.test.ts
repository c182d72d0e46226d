import { expect, it } from 'vitest'
import { Allowance } from './allowance.ts'

it('gives each question its own time, and no more than what is left for all', () => {
  const allowance = new Allowance(100)
  expect(allowance.of(30)).toBe(30)
  allowance.spend(80)
  expect(allowance.of(30)).toBe(20)
  allowance.spend(20.5)
  expect(() => allowance.of(30)).toThrow('took more than 100 s together')
})
