import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InfrastructureError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import type { Pod, SandboxBackend, SandboxSpec } from '../../../core/sandbox.ts'
import { readySchema } from '../../../core/service.ts'
import type { FlagPlan, SecurityKey } from '../../../domains/security/key.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { agentName } from '../../../sandbox/services.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { Fallen, type Proof } from '../../source.ts'
import type { ServicePlan } from '../plan.ts'
import { prove } from './index.ts'
import { planOf, servicePlanOf, taskOf } from './testing.ts'

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
    [
      'a page that is nothing but an error of PHP, with the status of a good one',
      {
        chall: py(
          'import http.server as h\nclass H(h.BaseHTTPRequestHandler):\n def do_GET(s): s.send_response(200); s.end_headers(); s.wfile.write(b"<br />\\n<b>Fatal error</b>:  Uncaught Error: Call to undefined function mysqli_connect()")\nh.HTTPServer(("", 4000), H).serve_forever()',
        ),
      },
      { command: ['/usr/bin/python3', 'chall'], transport: 'http' },
      'crashed',
      /mysqli_connect/,
      ['started'],
    ],
    [
      'a flag of its own that it tells everybody, though it names the planted one',
      { chall: py('# see flag.txt\nprint("it is flag{the_one_of_old_days}")\ninput()\n') },
      python3,
      'hard-coded-flag',
      /the_one_of_old_days/,
      ['started', 'answered'],
    ],
    [
      'a program that wants arguments',
      { chall: '#!/bin/sh\necho "Usage: $0 FILE"\nexit 1\n' },
      {},
      'wrong-arguments',
      /Usage: \.\/chall FILE/,
      ['started'],
    ],
    [
      'a script that sets up its machine first',
      { chall: '#!/bin/sh\necho "chown: invalid user: ctf:ctf" >&2\nread line\n' },
      {},
      'not-allowed',
      /invalid user/,
      ['started'],
    ],
  ]
  it.concurrent.each(cases)('falls for %s', async (_what, files, service, kind, message, stages) => {
    const told = await tried(files, service)
    expect(told.fallen).toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(told.stages).toEqual(stages)
    expect(told.seconds).toBeLessThan(45)
  })

  it('falls for a flag of its own that was not planted, and tells one that is handed to everybody', async () => {
    const own = await tried(
      { chall: py('print("hi")\nif input() == "x": print("flag{hard_coded_in_here}")') },
      python3,
    )
    expect(own.fallen).toMatchObject({
      kind: 'hard-coded-flag',
      message: expect.stringContaining('hard_coded'),
    })
    for (const shown of [
      'open("flag.txt").read()',
      'open("flag.txt").read().strip()[::-1]',
      'open("flag.txt","rb").read().hex()',
    ]) {
      const { proof } = await tried({ chall: py(`print("hi", ${shown}); input()`) }, python3)
      expect(proof?.findings).toMatch(/handed to everybody/)
      // Another proof says the same.
      if (shown.endsWith('read()')) expect(proof?.answer).toBe('hi [the flag]')
    }
  })

  it('falls where the program takes its flag away, and where the place is a placeholder that is not there', async () => {
    const gone = await tried(
      {
        chall: py(
          'import os\ntry: os.unlink("flag.txt")\nexcept OSError: pass\nprint("flag.txt is mine now"); input()',
        ),
      },
      python3,
    )
    expect(gone.fallen).toMatchObject({ kind: 'flag-not-planted' })
    const nowhere = await tried(
      { chall: menu },
      { ...python3, plants: [{ secret: 'flag', template: 'chall', placeholder: '@@FLAG@@' }] },
    )
    expect(nowhere.fallen).toMatchObject({ kind: 'broken-task' })
  })

  it('plants in a template and in the environment', async () => {
    const chall = py(
      'import os\nassert os.environ["SECOND"]\nflag = "@@FLAG@@"\nif input("? ") == "sesame": print("> " + flag)\n',
    )
    const plants = [
      { secret: 'flag', template: 'chall', placeholder: '@@FLAG@@' },
      { secret: 'second', env: 'SECOND' },
    ]
    const { proof } = await tried({ chall }, { ...python3, plants }, { solver: solve('sesame') })
    expect(proof).toMatchObject({
      'flag planted in': 'chall, $SECOND',
      'flag named by': 'in chall',
      solver: 'took both flags',
    })
  })

  it('takes bounded time for a service that floods, and one that forks for ever', async () => {
    const flood = await tried({ chall: '#!/bin/sh\nexec yes flag.txt\n' })
    expect(flood.proof?.findings).toMatch(/more than anybody reads/)
    const bomb = await tried(
      { chall: py('import os\nwhile True:\n  try: os.fork()\n  except OSError: pass\n') },
      { command: ['/usr/bin/python3', 'chall'], ready: readySchema.parse({ seconds: 6 }) },
    )
    expect(bomb.fallen?.kind).toMatch(/never-listened|limit|ended-at-once/)
    expect(flood.seconds + bomb.seconds).toBeLessThan(60)
  })

  it('says of a machine that is full that it is the machine, and stops when it is told', async () => {
    const plan = planOf(servicePlanOf(python3))
    await using lab = openLab(backend, { seed: 's', signal: new AbortController().signal })
    const full = () => Promise.reject(new InfrastructureError('machine-full', 'no room'))
    const run = (change: object) =>
      prove(taskOf(plan, { chall: menu }), plan, { ...lab, ...change }, () => {})
    await expect(run({ pod: full })).rejects.toMatchObject({ code: 'machine-full' })
    // The player's sandbox alone: a service that is killed may have killed itself.
    const dying = async (name: string): Promise<Pod> => {
      const pod = await lab.pod(name)
      const open = async (spec: SandboxSpec) => {
        const sandbox = await pod.open(spec)
        if (spec.name === agentName) setTimeout(() => void sandbox[Symbol.asyncDispose](), 250)
        return sandbox
      }
      return { id: pod.id, open, [Symbol.asyncDispose]: () => pod[Symbol.asyncDispose]() }
    }
    await expect(run({ pod: dying })).rejects.toBeInstanceOf(InfrastructureError)
    await expect(run({ signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  describe('without a service', () => {
    async function files(flag: FlagPlan, players: Record<string, string>, solver?: SecurityKey['solver']) {
      const plan = planOf()
      await using lab = openLab(backend, { seed: 's', signal: new AbortController().signal })
      return await prove(taskOf(plan, {}, { flag, players, ...(solver && { solver }) }), plan, lab, () => {})
    }
    const digest = createHash('sha256').update('ctf{in_the_clear}').digest('hex')
    it('has the judge refuse and accept, and notes a flag that lies in the open', async () => {
      const value = 'ctf{a_static_one}'
      const fixed = { kind: 'static', value, ignoreCase: false } as const
      expect(await files(fixed, { a: 'x' })).toMatchObject({ 'right flag accepted': true, flag: 'static' })
      const base64 = Buffer.from(`--${value}`).toString('base64')
      expect(await files(fixed, { a: base64 })).toMatchObject({
        findings: expect.stringMatching(/a \(base64\)/),
      })
      expect(await files({ kind: 'sha256', digest }, { a: 'x\0ctf{in_the_clear}\0' })).toMatchObject({
        'right flag accepted': true,
        findings: expect.stringMatching(/a \(plain\)/),
      })
      const solver = {
        files: fileSet({ 's.sh': 'echo ctf{in_the_clear}\n' }),
        command: ['sh', '.solver/s.sh'],
        seconds: 5,
      }
      expect(await files({ kind: 'sha256', digest }, { a: 'x' }, solver)).toMatchObject({
        solver: 'took the flag',
      })
      await expect(
        files({ kind: 'sha256', digest: digest.replace(/^./, 'z') }, { a: 'x' }, solver),
      ).rejects.toMatchObject({ kind: 'solver-failed' })
    })
    it('has a checker work, and falls for one that does not', async () => {
      const checker = (text: string): FlagPlan => ({
        kind: 'checker',
        command: ['sh', 'check'],
        files: fileSet({ check: text }),
        accepts: 'Correct',
        refuses: 'Wrong',
      })
      const works = 'read x\n[ "$x" = right ] && echo Correct || echo Wrong\n'
      const unseen = 'no right flag is known here: only that wrong ones are refused was seen'
      expect(await files(checker(works), {})).toMatchObject({
        flag: 'checker',
        'right flag accepted': false,
        findings: `${unseen}; the player has the text alone`,
      })
      expect(await files({ kind: 'sha256', digest }, { a: 'x' })).toMatchObject({ findings: unseen })
      await expect(files(checker('echo Correct\n'), {})).rejects.toMatchObject({ kind: 'checker-failed' })
      await expect(files(checker('exit 3\n'), {})).rejects.toMatchObject({ kind: 'checker-failed' })
    })
    it('tells where there is only a text, and falls where a fresh flag has no place', async () => {
      expect(await files({ kind: 'static', value: 'x', ignoreCase: false }, {})).toMatchObject({
        findings: 'the player has the text alone',
      })
      await expect(files({ kind: 'fresh', format: 'flag{*}' }, { a: 'x' })).rejects.toMatchObject({
        kind: 'broken-task',
      })
    })
  })

  it('leaves nothing running', () => {
    expect(running(/TCP-LISTEN:4000|sleep 1000/)).toEqual([])
  })
})
