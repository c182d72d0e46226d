import { describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../core/sandbox.ts'
import { keepBuild, keptBuild } from './builds.ts'

const megabyte = 1024 ** 2

/** A sandbox with files of these sizes, which counts what is read. */
function sandboxOf(sizes: Readonly<Record<string, number>>) {
  const read: number[] = []
  const sandbox: Pick<Sandbox, 'list' | 'read'> = {
    list: async () => Object.keys(sizes),
    read: async (path, { maxBytes = Number.POSITIVE_INFINITY } = {}) => {
      const size = sizes[path]!
      if (size > maxBytes) throw new Error('too large')
      read.push(size)
      return new Uint8Array(size)
    },
  }
  return { sandbox: sandbox as Sandbox, read }
}

describe('what was compiled', () => {
  it('is kept by the key, without locks and what lies elsewhere', async () => {
    const { sandbox } = sandboxOf({ '.build/a.so': 10, '.build/lock': 1, '.build/x/lock': 1, 'b.so': 10 })
    const { files } = await keepBuild('small', sandbox, 1)
    expect([...files.keys()]).toEqual(['.build/a.so'])
    expect(keptBuild('small')?.files).toBe(files)
  })

  it('is not kept where it is large, of which no more is read than may be kept', async () => {
    const sizes = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`.build/${at}`, 20 * megabyte] as const),
    )
    const { sandbox, read } = sandboxOf(sizes)
    expect((await keepBuild('large', sandbox, 1)).files.size).toBe(0)
    expect(read).toEqual([20 * megabyte])
  })
})
