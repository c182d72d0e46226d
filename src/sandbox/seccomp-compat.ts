/**
 * What programs of 32 bits may do on x64: their calls have numbers of their own, i386's, and without these rules the filter
 * kills whoever makes one.
 */
import { bpfProgram } from './bpf.ts'

const AUDIT_ARCH_I386 = 0x40000003
const allow = 0x7fff0000
const EPERM = 0x00050001
const ENOSYS = 0x00050026

/** i386's numbers (arch/x86/entry/syscalls/syscall_32.tbl) of what the filter denies to 64-bit programs. */
const denied = [
  21, 22, 25, 51, 52, 62, 74, 79, 86, 87, 88, 101, 103, 110, 111, 113, 115, 121, 123, 124, 127, 128, 129, 131,
  135, 149, 166, 169, 217, 253, 264, 274, 276, 283, 286, 287, 288, 294, 310, 316, 317, 336, 338, 341, 342,
  343, 346, 350, 357, 374, 404, 405, 425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443, 467,
]
const [clone, clone3, ioctl, personality, socket, socketcall] = [120, 435, 54, 136, 359, 102]
/** The first argument of socketcall(2) that asks for a socket (linux/net.h). */
const SYS_SOCKET = 1
const newNamespaces = 0x7e020080
const typing = [0x5412, 0x541c]
const personalities = [0, 0x0040000, 0x00000008, 0x0040008, 0xffffffff]
const families = [1, 2, 10, 16]

/**
 * A filter that decides about i386's calls and leaves the rest to the one that it is put in front of. Of a socket that is
 * asked for through socketcall(2), as old static programs do, the family cannot be seen: `blindSockets` allows them.
 */
export function withCompat(own: Uint8Array, blindSockets: boolean): Uint8Array {
  const code: number[][] = []
  const load = (offset: number) => code.push([0x20, 0, 0, offset])
  const ret = (value: number) => code.push([0x06, 0, 0, value])
  const unlessEqual = (value: number, skip: number) => code.push([0x15, 0, skip, value])
  const ifEqual = (value: number, skip: number) => code.push([0x15, skip, 0, value])
  const oneOf = (
    call: number,
    argument: number,
    values: readonly number[],
    then: number,
    otherwise: number,
  ) => {
    unlessEqual(call, values.length + 3)
    load(16 + 8 * argument)
    values.forEach((value, index) => {
      ifEqual(value, values.length - index)
    })
    ret(otherwise)
    ret(then)
  }
  load(0)
  for (const number of denied) {
    unlessEqual(number, 1)
    ret(EPERM)
  }
  unlessEqual(clone3, 1)
  ret(ENOSYS)
  unlessEqual(clone, 4)
  load(16)
  code.push([0x45, 0, 1, newNamespaces])
  ret(EPERM)
  ret(allow)
  oneOf(ioctl, 1, typing, EPERM, allow)
  oneOf(personality, 0, personalities, allow, EPERM)
  oneOf(socket, 0, families, allow, EPERM)
  if (!blindSockets) oneOf(socketcall, 0, [SYS_SOCKET], EPERM, allow)
  ret(allow)
  // A conditional jump reaches 255 instructions; over all of the above it takes an unconditional one.
  const rules = [[0x20, 0, 0, 4], [0x15, 1, 0, AUDIT_ARCH_I386], [0x05, 0, 0, code.length], ...code]
  return Buffer.concat([bpfProgram(rules), own])
}
