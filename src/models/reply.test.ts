import { describe, expect, it } from 'vitest'
import { nestsDeeper } from './reply.ts'

describe('how deep a tool input nests', () => {
  it('counts brackets outside strings, in linear time', () => {
    expect(nestsDeeper('{"a":[[1]]}', 3)).toBe(false)
    expect(nestsDeeper('{"a":[[1]]}', 2)).toBe(true)
    expect(nestsDeeper(`{"a":"${'['.repeat(500)}\\"[["}`, 1)).toBe(false)
    expect(nestsDeeper('['.repeat(5000), 100)).toBe(true)
    expect(nestsDeeper(`"${'\\"'.repeat(1_000_000)}`, 100)).toBe(false)
  })
})
