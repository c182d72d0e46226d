import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Steps, Void } from './steps.ts'

it('a step that takes too long is tried once more, and then nothing is said of the item', async () => {
  const { signal } = new AbortController()
  const steps = new Steps({
    openLab: () => {
      throw new Error('no lab is needed')
    },
    attempts: 3,
    signal,
    longest: 0.05,
  })
  let tries = 0
  const run = (most: number) =>
    steps.run(
      'prove',
      async (over) => {
        if (++tries <= most) await sleep(60_000, undefined, { signal: over })
        return 'done'
      },
      () => {},
    )
  await expect(run(9)).rejects.toSatisfy(
    (thrown) => thrown instanceof Void && thrown.code === 'took-too-long',
  )
  expect(tries).toBe(2)
  tries = 0
  expect(await run(1)).toBe('done')
}, 30_000)
