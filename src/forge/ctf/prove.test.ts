import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSet } from '../../core/files.ts'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { readySchema } from '../../core/service.ts'
import { bubblewrap, openLab } from '../../sandbox/index.ts'
import { bwrapMissing } from '../../sandbox/testing.ts'
import { Fallen, type Proof } from '../source.ts'
import type { ServicePlan } from './plan.ts'
import { prove } from './prove.ts'
import { planOf, servicePlanOf, taskOf } from './prove-testing.ts'

const root = process.getuid?.() === 0 && !bwrapMissing()
const socat = existsSync('/usr/bin/socat')
const python = existsSync('/usr/bin/python3')

/** Programs that run now, by their arguments. */
function running(pattern: RegExp): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')]
      } catch {
        return []
      }
    })
    .filter((line) => pattern.test(line))
}

describe.skipIf(!root || !socat || !python)('a proof (needs root, bubblewrap, socat and python3)', () => {
  let backend: SandboxBackend
  beforeAll(async () => {
    backend = await bubblewrap()
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  interface Told {
    readonly proof: Proof | undefined
    readonly fallen: Fallen | undefined
    readonly stages: readonly string[]
    readonly seconds: number
  }

  async function tried(
    files: Readonly<Record<string, string>>,
    service: Partial<ServicePlan> = {},
    change: Parameters<typeof taskOf>[2] = {},
  ): Promise<Told> {
    const plan = planOf(servicePlanOf(service))
    const stages: string[] = []
    const begunAt = performance.now()
    await using lab = openLab(backend, { seed: 's', signal: new AbortController().signal })
    const ended = await prove(taskOf(plan, files, change), plan, lab, (stage) => stages.push(stage)).then(
      (proof) => ({ proof, fallen: undefined }),
      (fallen: unknown) => {
        if (!(fallen instanceof Fallen)) throw fallen
        return { proof: undefined, fallen }
      },
    )
    return { ...ended, stages, seconds: (performance.now() - begunAt) / 1000 }
  }
  const py = (body: string) => `#!/usr/bin/exec-suid -- /usr/bin/python3 -I\n${body}`
  const python3 = {
    command: [
      'socat',
      'TCP-LISTEN:4000,fork,reuseaddr,max-children=50',
      'EXEC:/usr/bin/python3 -u chall,stderr',
    ],
  }
  const menu = py(
    'flag = open("flag.txt").read()\nprint("Welcome to the vault")\nif input("password> ") == "sesame": print(flag)\n',
  )
  const solve = (password: string) => ({
    files: fileSet({
      'solve.py': `import socket\ns = socket.create_connection(("chall", 4000))\ns.sendall(b"${password}\\n")\ndata = b""\nwhile True:\n    more = s.recv(4096)\n    if not more: break\n    data += more\nprint(data.decode().strip().splitlines()[-1].split("> ")[-1])\n`,
    }),
    command: ['python3', '.solver/solve.py'],
    seconds: 20,
  })

  it('sees a service answer twice, with two flags, and its solver take both', async () => {
    const { proof, stages, fallen } = await tried({ chall: menu }, python3, { solver: solve('sesame') })
    expect(fallen).toBeUndefined()
    expect(proof).toMatchObject({
      answer: 'Welcome to the vault',
      'answers to': 'nothing',
      starts: 2,
      'flag planted in': 'flag.txt',
      'flag named by': 'chall',
      'planted flag accepted': true,
      solver: 'took both flags',
    })
    expect(proof).not.toHaveProperty('findings')
    expect(stages).toEqual(['started', 'answered'])
  })

  it('falls where the solver does not take the flag, with its output', async () => {
    const { fallen } = await tried({ chall: menu }, python3, { solver: solve('wrong') })
    expect(fallen).toMatchObject({ kind: 'solver-failed' })
  })

  const cases: readonly [string, Record<string, string>, Partial<ServicePlan>, string, RegExp, string[]][] = [
    [
      'a program that ends at once',
      { chall: '#!/bin/sh\nexit 0\n' },
      {},
      'ended-at-once',
      /closed without a word/,
      ['started'],
    ],
    ['a program that is not there', {}, {}, 'missing-file', /\.\/chall/, ['started']],
    [
      'an interpreter that is not there',
      { chall: '#!/usr/bin/python2\nprint 1\n' },
      {},
      'python2',
      /Python 2/,
      [],
    ],
    [
      'a module that is not there',
      { chall: py('import sage\nprint("hi")\n') },
      python3,
      'missing-python-module',
      /sage is missing: install Debian's sagemath/,
      [],
    ],
    [
      'a file that is not there',
      { chall: py('open("secret.txt")\nprint("hi")\n') },
      python3,
      'missing-file',
      /secret\.txt/,
      ['started'],
    ],
    [
      'a flag that it does not find',
      { chall: '#!/bin/sh\necho "cannot open flag file /home/ctf/flag"\n' },
      {},
      'missing-file',
      /flag/,
      ['started'],
    ],
    [
      'a traceback whatever it is told',
      { chall: py('int(input())\nraise KeyError("x")') },
      python3,
      'crashed',
      /Error/,
      ['started'],
    ],
    [
      'a program that keeps silent',
      { chall: '#!/bin/sh\nsleep 1000\n' },
      {},
      'silent',
      /says nothing/,
      ['started'],
    ],
    [
      'a server that never listens',
      {},
      { command: ['sleep', '1000'], ready: readySchema.parse({ seconds: 8 }) },
      'never-listened',
      /never takes a connection/,
      [],
    ],
    [
      'a server that ends',
      { chall: py('raise SystemExit("cannot bind")') },
      { command: ['/usr/bin/python3', 'chall'] },
      'ended-at-once',
      /exit code 1/,
      [],
    ],
    [
      'a server that crashes',
      { chall: py('import os; os.abort()') },
      { command: ['/usr/bin/python3', 'chall'] },
      'crashed',
      /SIG(ABRT|IOT)/,
      [],
    ],
    [
      'a server that eats its memory',
      { chall: py('x = []\nwhile True: x.append(b"x" * 10**7)') },
      { command: ['/usr/bin/python3', 'chall'] },
      'limit',
      /memory/,
      [],
    ],
    [
      'a command that is not there',
      {},
      { command: ['php', '-S', '0.0.0.0:4000'] },
      'missing-interpreter',
      /php-cli/,
      [],
    ],
    [
      'the echo of a terminal',
      { chall: '#!/bin/sh\nsleep 1000\n' },
      { command: ['socat', 'TCP-LISTEN:4000,fork,reuseaddr', 'EXEC:./chall,pty,stderr'] },
      'silent',
      /echo of its terminal/,
      ['started'],
    ],
    [
      'an answer after 20 seconds',
      { chall: py('import time; time.sleep(20); print("hello")') },
      python3,
      'silent',
      /says nothing/,
      ['started'],
    ],
    [
      'output that is buffered until the end',
      { chall: py('import sys\nprint("name?")\nsys.stdin.read()\n') },
      { command: ['socat', 'TCP-LISTEN:4000,fork,reuseaddr', 'EXEC:/usr/bin/python3 chall,stderr'] },
      'silent',
      /stdbuf/,
      ['started'],
    ],
    [
      'a page that fails',
      {
        chall: py(
          'import http.server as h\nclass H(h.BaseHTTPRequestHandler):\n def do_GET(s): s.send_response(500); s.end_headers(); s.wfile.write(b"Internal Server Error")\nh.HTTPServer(("", 4000), H).serve_forever()',
        ),
      },
      { command: ['/usr/bin/python3', 'chall'], transport: 'http' },
      'server-error',
      /500/,
      ['started'],
    ],
  ]
  it.each(cases)('falls for %s', async (_what, files, service, kind, message, stages) => {
    const told = await tried(files, service)
    expect(told.fallen).toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(told.stages).toEqual(stages)
    expect(told.seconds).toBeLessThan(20)
  })

  it('leaves nothing running', () => {
    expect(running(/TCP-LISTEN:4000|sleep 1000/)).toEqual([])
  })
})
