import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { coqcDisagrees } from '../../src/domains/proofs/rocq/oracle.ts'
import { rocqMissing, standardLibrary } from '../../src/domains/proofs/rocq/testing.ts'

const library = rocqMissing ? '' : standardLibrary()
const files = existsSync(library)
  ? readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.v'))
  : []

describe.skipIf(rocqMissing)(
  `all of Rocq's standard library${rocqMissing ? ` (${rocqMissing})` : ''}`,
  () => {
    it('is more than 500 files', () => {
      expect(files.length).toBeGreaterThan(500)
    })

    it.each(files)('%s has the sentences that coqc has', (path) => {
      expect(coqcDisagrees(join(library, path))).toBeUndefined()
    })
  },
)
