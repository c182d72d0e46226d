import { expect, it } from 'vitest'
import { Left, limits } from '../limits.ts'
import { innerPath } from './allowance.ts'

it('leaves out what would be a tower of directories: they cost more than the files in them', () => {
  const left = new Left()
  const path = (depth: number) => `${'a/'.repeat(depth - 1)}x`
  expect(innerPath(path(limits.depth), 'it.zip', left)).toBe(path(limits.depth))
  expect(innerPath(path(limits.depth + 1), 'it.zip', left)).toBeUndefined()
  expect(left.all).toEqual([expect.stringContaining(`deeper than ${limits.depth} directories`)])
})
