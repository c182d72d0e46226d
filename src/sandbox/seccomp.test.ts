import { describe, expect, it } from 'vitest'
import { seccompProgram, seccompProgram32 } from './seccomp.ts'

const [EPERM, ENOSYS, allow, kill] = [0x50001, 0x50026, 0x7fff0000, 0x80000000]
const EPROTONOSUPPORT = 0x5005d

/** Runs classic BPF over a `struct seccomp_data`, as the kernel does. */
function verdict(program: Uint8Array, audit: number, call: number, args: readonly number[] = []): number {
  const data = new DataView(new ArrayBuffer(64))
  data.setUint32(0, call >>> 0, true)
  data.setUint32(4, audit, true)
  args.forEach((value, index) => {
    data.setBigUint64(16 + 8 * index, BigInt(value), true)
  })
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength)
  let accumulator = 0
  for (let at = 0; at < program.byteLength / 8; at++) {
    const operation = code.getUint16(at * 8, true)
    const [yes, no, value] = [
      code.getUint8(at * 8 + 2),
      code.getUint8(at * 8 + 3),
      code.getUint32(at * 8 + 4, true),
    ]
    if (operation === 0x20) accumulator = data.getUint32(value, true)
    else if (operation === 0x05) at += value
    else if (operation === 0x15) at += accumulator === value ? yes : no
    else if (operation === 0x45) at += (accumulator & value) !== 0 ? yes : no
    else if (operation === 0x06) return value
    else throw new Error(`unknown instruction ${operation}`)
  }
  throw new Error('the program ran off its end')
}

describe.each([
  {
    name: 'x64',
    audit: 0xc000003e,
    mount: 165,
    clone: 56,
    ioctl: 16,
    personality: 135,
    socket: 41,
    read: 0,
    ptrace: 101,
  },
  {
    name: 'arm64',
    audit: 0xc00000b7,
    mount: 40,
    clone: 220,
    ioctl: 29,
    personality: 92,
    socket: 198,
    read: 63,
    ptrace: 117,
  },
])('the filter for $name', ({ name, audit, ...calls }) => {
  const program = seccompProgram(name)
  const of = (call: number, ...args: number[]) => verdict(program, audit, call, args)

  it('lets ordinary programs and debuggers work', () => {
    for (const call of [calls.read, calls.ptrace]) expect(of(call)).toBe(allow)
    // fork, and pthread_create.
    expect(of(calls.clone, 0x01200011)).toBe(allow)
    expect(of(calls.clone, 0x003d0f00)).toBe(allow)
    expect(of(calls.ioctl, 0, 0x5401)).toBe(allow)
    for (const value of [0, 0x40000, 0xffffffff]) expect(of(calls.personality, value)).toBe(allow)
    for (const family of [1, 2, 10]) expect(of(calls.socket, family, 1, 6)).toBe(allow)
    expect(of(calls.socket, 16, 3, 0)).toBe(allow)
  })

  it('refuses what widens the attack surface', () => {
    for (const call of [calls.mount, 425, 428, 442, 467]) expect(of(call)).toBe(EPERM)
    expect(of(435)).toBe(ENOSYS)
    for (const bit of [7, 17, 25, 26, 27, 28, 29, 30]) expect(of(calls.clone, 2 ** bit + 17)).toBe(EPERM)
    for (const request of [0x5412, 0x541c, 2 ** 32 + 0x5412]) expect(of(calls.ioctl, 0, request)).toBe(EPERM)
    for (const value of [0x400000, 8]) expect(of(calls.personality, value)).toBe(EPERM)
    for (const family of [17, 38, 40, 0, 3]) expect(of(calls.socket, family)).toBe(EPERM)
    expect(of(calls.socket, 16, 3, 12)).toBe(EPROTONOSUPPORT)
  })

  it('kills calls of another architecture', () => {
    expect(verdict(program, 0x40000003, calls.read)).toBe(kill)
  })
})

it('the x32 calls do not exist', () => {
  expect(verdict(seccompProgram('x64'), 0xc000003e, 0x40000000 | 39)).toBe(ENOSYS)
})

it('there is no filter for an architecture without a table, and so no sandbox', () => {
  expect(() => seccompProgram('riscv64')).toThrow('riscv64')
})

describe('the filter where programs of 32 bits run', () => {
  const [i386, x64] = [0x40000003, 0xc000003e]
  const of = (call: number, ...args: number[]) => verdict(seccompProgram32('x64'), i386, call, args)

  it('kills them elsewhere', () => {
    expect(verdict(seccompProgram('x64'), i386, 4)).toBe(kill)
  })

  it('decides about their calls by their own numbers', () => {
    // write, ptrace, fork by clone, execve, socketcall(SYS_CONNECT)
    for (const call of [4, 26, 11]) expect(of(call)).toBe(allow)
    expect(of(120, 0x01200011)).toBe(allow)
    expect(of(102, 3)).toBe(allow)
    // mount, unshare, setns, bpf, keyctl, io_uring_setup, userfaultfd; socketcall(SYS_SOCKET)
    for (const call of [21, 310, 346, 357, 288, 425, 374]) expect(of(call), `${call}`).toBe(EPERM)
    expect(of(102, 1)).toBe(EPERM)
    expect(of(435)).toBe(ENOSYS)
    for (const family of [38, 40, 17]) expect(of(359, family)).toBe(EPERM)
    expect(of(359, 2)).toBe(allow)
    expect(of(54, 0, 0x5412)).toBe(EPERM)
    expect(of(120, 0x10000011)).toBe(EPERM)
  })

  it('leaves the others as they are, and is the ordinary one on arm64', () => {
    for (const call of [0, 165, 425, 272])
      expect(verdict(seccompProgram32('x64'), x64, call)).toBe(verdict(seccompProgram('x64'), x64, call))
    expect(seccompProgram32('arm64')).toEqual(seccompProgram('arm64'))
  })
})
