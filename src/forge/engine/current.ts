import { stages } from '../source.ts'
import type { Basis, ItemRecord } from './record.ts'

/**
 * Whether what is known of an item is what forging it now would come to. What goes further than it is asked to now is
 * as good: an audited task stays where no audit is asked for. What is void never stands.
 */
export function isCurrent(record: ItemRecord, now: Basis): boolean {
  const { basis, outcome, fallen } = record
  const same = (['fingerprint', 'source', 'sourceVersion', 'backend', 'suite'] as const).every(
    (key) => basis[key] === now[key],
  )
  if (!same || outcome === 'void') return false
  const sameAudit = now.until !== 'audited' || basis.audit === now.audit
  if (outcome !== 'fallen' || fallen === null) return stepsOf(basis.until) >= stepsOf(now.until) && sameAudit
  // It fell at a step that is not asked for now.
  if (stages.indexOf(fallen.stage) > stepsOf(now.until)) return false
  if (fallen.stage === 'audited') return sameAudit
  // Before a proof there is nothing that a model would be asked to mend.
  const repairable = fallen.stage === 'started' || fallen.stage === 'answered'
  // What fell in spite of a model's help falls without it.
  return !repairable || now.model === null || (basis.model === now.model && basis.repairs >= now.repairs)
}

const stepsOf = (until: Basis['until']) => stages.indexOf(until)
