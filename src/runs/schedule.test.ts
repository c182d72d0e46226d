import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { schedule, type Tried } from './schedule.ts'

const never = new AbortController().signal
const upTo = (count: number): Iterator<number, undefined> =>
  (function* (): Generator<number, undefined> {
    for (let number = 0; number < count; number++) yield number
  })()

describe('a schedule', () => {
  it('keeps to the limit of all and of each lane, and uses what they allow', async () => {
    const running = [0, 0]
    const most = [0, 0, 0]
    const lane = (which: number, items: number, limit: number) => ({
      items: (function* (): Generator<number, undefined> {
        for (let number = 0; number < items; number++) yield which
      })(),
      limit,
    })
    await schedule({
      lanes: [lane(0, 6, 2), lane(1, 60, 100)],
      limit: 5,
      signal: never,
      async run(which) {
        running[which]!++
        most[which] = Math.max(most[which]!, running[which]!)
        most[2] = Math.max(most[2]!, running[0]! + running[1]!)
        await sleep(2)
        running[which]!--
        return 'over'
      },
    })
    expect(most).toEqual([2, 5, 5])
  })

  it('tries again later without holding a place', async () => {
    const order: string[] = []
    await schedule({
      lanes: [{ items: upTo(4), limit: 1 }],
      limit: 1,
      signal: never,
      async run(item, tries): Promise<Tried> {
        order.push(`${item}.${tries}`)
        return item === 0 && tries < 3 ? { again: 0.03 } : 'over'
      },
    })
    expect(order).toEqual(['0.1', '1.1', '2.1', '3.1', '0.2', '0.3'])
  })

  it('begins nothing new in a lane where very many wait', async () => {
    let begun = 0
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    await schedule({
      lanes: [{ items: upTo(100_000), limit: 2 }],
      limit: 2,
      signal: stop.signal,
      async run(): Promise<Tried> {
        begun++
        return { again: 60 }
      },
    })
    expect(begun).toBe(16)
  })

  it('begins nothing after a failure, waits for what is under way, and throws the first', async () => {
    let begun = 0
    let ended = 0
    const work = schedule({
      lanes: [{ items: upTo(100), limit: 4 }],
      limit: 4,
      signal: never,
      async run(item): Promise<Tried> {
        begun++
        await sleep(item === 1 ? 5 : 30)
        ended++
        if (item === 1) throw new Error('first')
        return 'over'
      },
    })
    await expect(work).rejects.toThrow('first')
    expect([begun, ended]).toEqual([4, 4])
  })

  it('ends at once when it is stopped while all wait, and when there is nothing', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 20)
    const startedAt = performance.now()
    await schedule({
      lanes: [{ items: upTo(3), limit: 3 }],
      limit: 3,
      signal: stop.signal,
      run: async (): Promise<Tried> => ({ again: 30 }),
    })
    await schedule({ lanes: [], limit: 3, signal: never, run: async (): Promise<Tried> => 'over' })
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })

  it('throws what making the next item throws', async () => {
    const broken = (function* (): Generator<number, undefined> {
      yield 1
      throw new Error('no more plan')
    })()
    const run = async (): Promise<Tried> => 'over'
    await expect(
      schedule({ lanes: [{ items: broken, limit: 1 }], limit: 1, signal: never, run }),
    ).rejects.toThrow('no more plan')
  })
})
