import { expect, it } from 'vitest'
import { servicePlanOf } from '../prove/testing.ts'
import { baseOf } from './packages.ts'

it('takes the newest C library that a program asks for, however often it asks', () => {
  const asking = (words: string) => new Map([['chall', Buffer.from(`\x7fELF${words}\0`, 'latin1')]])
  const service = servicePlanOf()
  expect(baseOf(service, asking('\0GLIBC_2.5'.repeat(300_000)))).toBe('debian:bookworm-slim')
  expect(baseOf(service, asking('\0GLIBC_2.5\0GLIBC_2.38\0GLIBC_2.4'))).toBe('debian:trixie-slim')
})
