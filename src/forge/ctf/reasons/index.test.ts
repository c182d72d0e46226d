import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSet } from '../../../core/files.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { complaintOf, reasonOf } from './index.ts'

const has = (...paths: string[]) => paths.every((path) => existsSync(path))

describe.skipIf(bwrapMissing())('the reason that a real program gives (needs bubblewrap)', () => {
  let backend: SandboxBackend
  beforeAll(async () => {
    backend = await bubblewrap()
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  /** What a program prints, with the files that it has beside it. */
  async function said(files: Readonly<Record<string, string | Uint8Array>>, command: string) {
    const set = fileSet(files)
    await using sandbox = await backend.open({ name: 'reasons', files: set })
    const { stdout, stderr } = await sandbox.exec(['/bin/sh', '-c', command], { timeoutSeconds: 20 })
    return { log: Buffer.concat([stdout, stderr]).toString(), set }
  }
  const python = has('/usr/bin/python3')
  const perl = has('/usr/bin/perl')
  const node = has('/usr/bin/node')
  const bash = has('/bin/bash')
  const cases: readonly [boolean, string, Record<string, string>, string, string, RegExp][] = [
    [
      python,
      'a module',
      { 'x.py': 'import Crypto.Nothing_here\n' },
      'python3 x.py',
      'missing-python-module',
      /Crypto/,
    ],
    [
      python,
      'a module of nobody',
      { 'x.py': 'import nothing_like_it\n' },
      'python3 x.py',
      'missing-python-module',
      /no package/,
    ],
    [python, "Python 2's print", { 'x.py': 'print "hello"\n' }, 'python3 x.py', 'python2', /Python 2/],
    [
      python,
      "Python 2's raw_input",
      { 'x.py': 'raw_input("> ")\n' },
      'python3 x.py </dev/null',
      'python2',
      /Python 2/,
    ],
    [
      python,
      "Python 2's SocketServer",
      { 'x.py': 'import SocketServer\n' },
      'python3 x.py',
      'python2',
      /Python 2/,
    ],
    [
      python,
      "Python 2's tabs",
      { 'x.py': 'if 1:\n\ta=1\n        b=2\n' },
      'python3 x.py',
      'python2',
      /Python 2/,
    ],
    [
      python,
      'a file',
      { 'x.py': 'open("/home/ctf/secret.txt")\n' },
      'python3 x.py',
      'missing-file',
      /\/home\/ctf\/secret\.txt/,
    ],
    [python, 'a script', {}, 'python3 gone.py', 'missing-file', /gone\.py/],
    [
      python,
      'a right',
      { 'x.py': 'import os\nos.chroot("/")\n' },
      'python3 x.py',
      'not-allowed',
      /Operation not permitted/,
    ],
    [
      python,
      'a database',
      { 'x.py': 'import socket\nsocket.create_connection(("127.0.0.1", 3306))\n' },
      'python3 x.py',
      'needs-other-service',
      /refused/,
    ],
    [
      python,
      'the internet',
      { 'x.py': 'import socket\nsocket.create_connection(("db.example", 3306))\n' },
      'python3 x.py',
      'needs-other-service',
      /resolution|not known/,
    ],
    [
      python,
      'a port',
      {
        'x.py': 'import socket\na = socket.create_server(("", 4000))\nb = socket.create_server(("", 4000))\n',
      },
      'python3 x.py',
      'port-taken',
      /taken/,
    ],
    [
      python,
      'sense',
      { 'x.py': 'def f():\n  raise KeyError("seed")\nf()\n' },
      'python3 x.py',
      'crashed',
      /KeyError: 'seed'/,
    ],
    [
      perl,
      'a module of Perl',
      { 'x.pl': 'use Nothing::Like::It;\n' },
      'perl x.pl',
      'missing-perl-module',
      /Nothing::Like::It/,
    ],
    [perl, 'a script of Perl', {}, 'perl gone.pl', 'missing-file', /gone\.pl/],
    [
      node,
      'a module of Node',
      { 'x.js': 'require("nothing-like-it")\n' },
      '/usr/bin/node x.js',
      'missing-node-module',
      /node-nothing-like-it/,
    ],
    [
      node,
      'a file of Node',
      { 'x.js': 'require("fs").readFileSync("/flag.txt")\n' },
      '/usr/bin/node x.js',
      'missing-file',
      /\/flag\.txt/,
    ],
    [true, 'an interpreter, by env', { x: '#!/usr/bin/env ruby9\n' }, './x', 'missing-interpreter', /ruby9/],
    [
      true,
      'an interpreter, by the shell',
      { x: '#!/usr/bin/sage -python\n' },
      './x',
      'missing-interpreter',
      /sagemath/,
    ],
    [bash, 'an interpreter, by bash', { x: '#!/usr/bin/python2\n' }, 'bash -c ./x', 'python2', /Python 2/],
    [true, 'a program', {}, 'php -S 0.0.0.0:80', 'missing-interpreter', /php-cli/],
    [true, 'a program, by timeout', {}, 'timeout 3 sage x', 'missing-interpreter', /sagemath/],
    [true, 'a file, by cat', {}, 'cat flag.txt', 'missing-file', /flag\.txt/],
  ]
  for (const [here, what, files, command, kind, message] of cases)
    it.skipIf(!here)(`lacks ${what}`, async () => {
      const { log, set } = await said(files, command)
      const reason = reasonOf(log, set)
      expect(reason, log).toMatchObject({ kind, message: expect.stringMatching(message) })
      expect(log).toContain(reason?.line.replace(/…$/, ''))
    })

  const gcc = has('/usr/bin/gcc', '/usr/bin/objcopy')
  /** A small C program, built on the machine itself. */
  function built(...extra: string[]): Buffer {
    const target = `/tmp/touchstone-reason-${process.pid}`
    execFileSync('/usr/bin/gcc', ['-x', 'c', '-', '-o', target, ...extra], {
      input:
        '#include <stdio.h>\n#include <stdlib.h>\nint main(int n, char**v){ puts("up"); if (n > 1) abort(); return 0; }',
    })
    const bytes = execFileSync('/bin/cat', [target])
    spawnSync('/bin/rm', [target])
    return bytes
  }
  it.skipIf(!gcc)('lacks a library, a loader, a version of libc, or another machine', async () => {
    const program = built()
    const patched = (from: string, to: string) => {
      const bytes = Buffer.from(program)
      for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1))
        bytes.write(to, at, 'latin1')
      return bytes
    }
    const run = async (bytes: Uint8Array, command = './x') => {
      const { log, set } = await said({ x: bytes }, command)
      return { ...reasonOf(log, set), log }
    }
    expect(await run(patched('libc.so.6', 'libq.so.9'))).toMatchObject({
      kind: 'missing-library',
      message: expect.stringContaining('libq.so.9'),
    })
    expect(await run(patched('/lib64/ld-linux', '/lib64/ld-ninux'))).toMatchObject({
      kind: 'missing-interpreter',
      message: expect.stringContaining('/lib64/ld-ninux'),
    })
    const arm = Buffer.from(program)
    arm.writeUInt16LE(183, 18)
    expect((await run(arm)).kind).toBe('other-machine')
    expect((await run(program, './x crash; echo "Aborted (core dumped)"')).kind).toBe('crashed')
  })
})

describe('what is an answer', () => {
  it.each([
    'Welcome to the vault\n> ',
    'Can you read the flag?\n',
    'You cannot read the flag, can you?\npassword: ',
    'flag{not} found here, look elsewhere: \n',
    '{"error": "no such user"}\n',
    'p = 1234\nct = 99\n',
    'File name: ',
    'Error! Wrong password\n',
  ])('%j is one while the connection is open', (text) => {
    expect(complaintOf(text, false)).toBeUndefined()
  })
  it.each([
    'cat: flag.txt: No such file or directory\n',
    'Could not open flag.txt\n',
    'Error: flag file not found, contact an admin\n',
    'sh: 1: ./chall: not found\n',
    'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nKeyError: 1\n',
  ])('%j is none where it then ends', (text) => {
    expect(complaintOf(text, true)).toBeDefined()
  })
  it('takes little time for words made to take long, and shows nothing that a terminal would obey', () => {
    const begunAt = performance.now()
    for (const text of [
      'a',
      'flag',
      'Error',
      ': ',
      'Traceback (most recent call last):\n',
      "No module named '",
      ' \n',
      '/',
      'sh: ',
      'E execvp("',
    ])
      for (const tail of ['', '\n', ' not found', '!'])
        complaintOf(text.repeat(20_000 / text.length) + tail, true) ??
          reasonOf(text.repeat(20_000 / text.length) + tail)
    expect(performance.now() - begunAt).toBeLessThan(20_000)
    const reason = reasonOf("FileNotFoundError: [Errno 2] No such file or directory: '\u001b]0;owned\u0007x'")
    expect(`${reason?.message}${reason?.line}`).not.toMatch(/\p{Cc}/u)
  })
})
