import assert from 'node:assert/strict'
import { fileSet } from '../../core/files.ts'
import { type Case, inSandbox, shell, text } from './case.ts'

/**
 * A static program of 32 bits (i386, by hand: compilers for it are rare): prints "narrow", asks for a socket of the family
 * AF_ALG through socketcall(2), and ends with the number of the error.
 */
function narrowProgram(): Buffer {
  const [base, head] = [0x08048000, 84]
  const code = Buffer.from(
    [
      'b804000000 bb01000000 b900000000 ba07000000 cd80', // write(1, text, 7)
      'b866000000 bb01000000 b900000000 cd80', // socketcall(SYS_SOCKET, arguments)
      'f7d8 89c3 b801000000 cd80', // exit(-result)
    ]
      .join('')
      .replaceAll(' ', ''),
    'hex',
  )
  const strings = head + code.length
  code.writeUInt32LE(base + strings, 11)
  code.writeUInt32LE(base + strings + 7, 33)
  const file = Buffer.alloc(strings + 19)
  file.write('\x7fELF\x01\x01\x01', 'latin1')
  // e_type, e_machine, e_version, e_entry, e_phoff; the size of this header, of the one below, and how many there are.
  file.writeUInt16LE(2, 16)
  file.writeUInt16LE(3, 18)
  file.writeUInt32LE(1, 20)
  file.writeUInt32LE(base + head, 24)
  file.writeUInt32LE(52, 28)
  file.writeUInt16LE(52, 40)
  file.writeUInt16LE(32, 42)
  file.writeUInt16LE(1, 44)
  // PT_LOAD of the whole file, to be read and run.
  for (const [index, value] of [1, 0, base, base, file.length, file.length, 5, 4096].entries())
    file.writeUInt32LE(value, 52 + 4 * index)
  code.copy(file, head)
  file.write('narrow\n', strings)
  for (const [index, value] of [38, 5, 0].entries()) file.writeUInt32LE(value, strings + 7 + 4 * index)
  return file
}

/** Programs of 32 bits, where the machine runs any: their system calls have a filter of their own. */
export const narrow: readonly Case[] = [
  {
    name: 'programs of 32 bits run where that was asked for, and get no more than others',
    run: async (backend) => {
      if (process.arch !== 'x64') return
      const files = fileSet({ narrow: narrowProgram() })
      await inSandbox(backend, { files, programs32: true }, async (sandbox) => {
        const { stdout, exitCode } = await sandbox.exec(['./narrow'])
        assert.equal(text(stdout), 'narrow\n')
        assert.equal(exitCode, 1, 'EPERM')
        const { stdout: wide } = await shell(sandbox, 'echo as before; unshare -r true || echo refused')
        assert.match(text(wide) ?? '', /^as before\n.*refused\n$/s)
      })
      await inSandbox(backend, { files }, async (sandbox) => {
        const { stdout, signal } = await sandbox.exec(['./narrow'])
        assert.equal(text(stdout), '')
        assert.equal(signal, 'SIGSYS')
      })
    },
  },
]
