import type { JournalEvent } from '../../core/events.ts'
import { type Account, accounted, emptyAccount } from '../journal/account.ts'

/** One candidate of a trial, and what all of the trial had cost when it was known. */
export interface AccountRow {
  readonly event: Extract<JournalEvent, { type: 'candidate' }>
  readonly after: Account
  /** Whether it was better than all before it. */
  readonly better: boolean
}

/** What a trial cost, candidate by candidate. */
export interface CostAccount {
  readonly rows: readonly AccountRow[]
  readonly whole: Account
}

/** Takes a trial's events as they come, and keeps what the account is made of. */
export class Accountant {
  readonly #rows: AccountRow[] = []
  #whole: Account = emptyAccount

  add(event: JournalEvent): void {
    if (event.type !== 'reply' && event.type !== 'candidate') return
    const before = this.#whole.curve.length
    this.#whole = accounted(this.#whole, event)
    if (event.type === 'candidate')
      this.#rows.push({ event, after: this.#whole, better: this.#whole.curve.length > before })
  }

  get account(): CostAccount {
    return { rows: this.#rows, whole: this.#whole }
  }
}
