import { describe, expect, it } from 'vitest'
import { fileSet } from '../core/files.ts'
import { nullBackend, openLab } from './index.ts'

const means = { seed: 's', signal: new AbortController().signal }

describe('a lab', () => {
  it('closes what its user left open, and what was still being opened', async () => {
    const closed: string[] = []
    const inner = nullBackend()
    const backend = {
      ...inner,
      open: async (spec: { name: string }) => {
        await new Promise((resolve) => setTimeout(resolve, spec.name === 'slow' ? 20 : 0))
        const sandbox = await inner.open(spec)
        sandbox[Symbol.asyncDispose] = async () => void closed.push(spec.name)
        return sandbox
      },
    }
    const lab = openLab(backend, means)
    await lab.open({ name: 'quick' })
    const slow = lab.open({ name: 'slow' })
    const refused = expect(slow).rejects.toThrow('closed')
    await lab[Symbol.asyncDispose]()
    expect(closed).toEqual(['quick', 'slow'])
    await refused
    await expect(lab.open({ name: 'late' })).rejects.toThrow('closed')
  })
})

describe('the null back end', () => {
  it('keeps files and runs nothing', async () => {
    const sandbox = await nullBackend().open({ name: 'x', files: fileSet({ a: '1' }) })
    await sandbox.write(fileSet({ 'b/c': '2' }))
    expect(await sandbox.list()).toEqual(['a', 'b/c'])
    expect(Buffer.from((await sandbox.read('a')) ?? []).toString()).toBe('1')
    expect((await sandbox.exec(['false'])).exitCode).toBe(0)
  })
})
