import { describe, expect, it } from 'vitest'
import { isItemName, Names } from './names.ts'

describe('names of items', () => {
  it('are valid, given once, and none that the suite itself needs', () => {
    const names = new Names()
    const wanted = [
      'suite.toml',
      'Suite.TOML',
      'test_dataset.json',
      'a',
      'A',
      '.forge',
      '..',
      '',
      'x'.repeat(500),
    ]
    const given = wanted.map((name) => names.give(name, 'item'))
    expect(given).toEqual([
      'suite.toml-2',
      'Suite.TOML-3',
      'test_dataset.json-2',
      'a',
      'A-2',
      'item',
      'item-2',
      'item-3',
      'x'.repeat(120),
    ])
    expect(given.every(isItemName)).toBe(true)
    expect(['suite.toml', 'Test_Dataset.json', '.forge', 'a/b'].some(isItemName)).toBe(false)
  })
})
