import { describe, expect, it } from 'vitest'
import { InfrastructureError } from '../../../core/errors.ts'
import { attempt } from './attempt.ts'
import { Gone, type GoneReason } from './gone.ts'
import { Pool } from './pool.ts'
import type { Seat } from './seat.ts'

/** A process on which the way to a place fails, or that is gone on it. */
class Lost implements Seat<string> {
  readonly #reason: GoneReason | undefined
  readonly used = false
  gone: Gone | undefined

  constructor(reason?: GoneReason) {
    this.#reason = reason
  }
  spoil(): void {
    this.gone = new Gone('died', 'spoilt')
  }
  fits(): boolean {
    return this.gone === undefined
  }
  distance(): number {
    return 1
  }
  async goTo(): Promise<boolean> {
    if (this.#reason === undefined) return false
    this.gone = new Gone(this.#reason, `lost by ${this.#reason}`)
    throw this.gone
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

describe('a place that cannot be reached again', () => {
  const reach = async (reason?: GoneReason) => {
    await using pool = new Pool<string, string, Lost>({
      processes: 1,
      start: async () => new Lost(reason),
      startCode: 'no-start',
    })
    return await attempt(pool, { place: 'there', library: 'none' }, async () => 'never')
  }

  it('is the fault of the steps that lead to it where they fail or meet a limit', async () => {
    for (const reason of [undefined, 'memory', 'stuck', 'output'] as const)
      expect(await reach(reason)).toMatchObject({
        kind: 'crash',
        message: expect.stringContaining('brought back'),
      })
  })

  it('is a failure of the infrastructure where processes only die', async () => {
    await expect(reach('died')).rejects.toThrow(InfrastructureError)
  })
})
