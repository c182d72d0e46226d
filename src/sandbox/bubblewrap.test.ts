import { afterAll, beforeAll, describe, it } from 'vitest'
import type { SandboxBackend } from '../core/sandbox.ts'
import { conformance } from './conformance/index.ts'
import { bubblewrap } from './index.ts'
import { bwrapMissing } from './testing.ts'

const missing = bwrapMissing()
const probe = missing ? undefined : await bubblewrap()
const facts = await probe?.facts()
await probe?.[Symbol.asyncDispose]()

describe.skipIf(missing)(`bubblewrap conforms${missing ? ' (bwrap is not installed)' : ''}`, () => {
  let backend: SandboxBackend
  beforeAll(async () => {
    backend = await bubblewrap()
  })
  afterAll(() => backend?.[Symbol.asyncDispose]())

  for (const [subject, cases] of Object.entries(conformance)) {
    describe(subject, () => {
      for (const { name, needsPods, needsControlGroups, run } of cases) {
        const lacking = [
          ...(needsPods && process.getuid?.() !== 0 ? ['pods need root'] : []),
          ...(needsControlGroups && !facts?.memory?.startsWith('cgroup') ? ['no control groups here'] : []),
        ]
        it.skipIf(lacking.length > 0)([name, ...lacking].join(': '), () => run(backend))
      }
    })
  }
})
