import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fallen } from '../../source.ts'
import type { Facts } from '../facts.ts'
import { type Plan, planSchema } from '../plan.ts'
import { decide } from './index.ts'
import { digest, elfOf, factsOf, fileOf, libraryOf, machine, scriptOf } from './testing.ts'

const plan = (change: Partial<Facts>): Plan => planSchema.parse(decide(factsOf(change), machine))
const live = (change: Partial<Facts>) => {
  const { service, ...rest } = plan(change)
  if (!service) throw new Error('no service was planned')
  return { ...rest, service }
}
const falls = (change: Partial<Facts>): string => {
  try {
    decide(factsOf(change), machine)
  } catch (thrown) {
    if (thrown instanceof Fallen) return thrown.kind
    throw thrown
  }
  return 'stands'
}
const platform = { rehost: 'No dependencies.' }

describe('what a challenge becomes', () => {
  it('serves a pwn program through socat, with the flag where its shell finds it', () => {
    const { service, flag, players } = live({
      ...platform,
      category: 'pwn',
      files: [elfOf('well'), fileOf('.flag.sha256')],
      flag: digest,
    })
    expect(service).toMatchObject({
      transport: 'stdin',
      port: 1337,
      program: 'well',
      command: ['socat', 'TCP-LISTEN:1337,fork,reuseaddr,backlog=64,max-children=50', 'EXEC:./well,stderr'],
      plants: [{ secret: 'flag', file: 'flag.txt' }],
      links: { '/flag': 'flag.txt', '/challenge': '' },
    })
    expect(flag).toEqual({ kind: 'fresh', format: 'flag{*}' })
    expect(players).toEqual([{ path: 'well', from: 'well' }])
  })

  it('gives players what challenge.json lists, and nothing else', () => {
    const files = [elfOf('well'), fileOf('readme.txt'), fileOf('notes/walkthrough.txt')]
    const { players } = live({ category: 'pwn', files, given: ['well', 'readme.txt', 'absent'] })
    expect(players.map(({ path }) => path)).toEqual(['well', 'readme.txt'])
  })

  it('is nothing where a server is told of and no program can be it', () => {
    const told = { host: 'web', port: 80, protocol: 'http', from: 'challenge.json' } as const
    const flag = { kind: 'text', value: 'csaw{x}', from: 'challenge.json' } as const
    const files = [fileOf('picture.png', { type: 'png' })]
    expect(falls({ category: 'web', files, flag, connections: [told] })).toBe('needs-service')
    expect(falls({ category: 'web', files, flag, compose: ['docker-compose.yml'] })).toBe('needs-service')
    expect(falls({ category: 'forensics', files, flag, compose: ['docker-compose.yml'] })).toBe('stands')
  })

  it('gives a terminal to a program that never empties its buffer', () => {
    const { service } = live({ category: 'pwn', files: [elfOf('well', { imports: ['printf', 'gets'] })] })
    expect(service.command.at(-1)).toBe('EXEC:./well,pty,raw,echo=0,setsid,stderr')
  })

  it('serves a script of the platform without its first line, and PyCryptodome by its other name', () => {
    const { service, decisions } = live({
      ...platform,
      category: 'crypto',
      files: [scriptOf('chall', { privileged: true, imports: ['os', 'Crypto'] }, { flagPaths: ['/flag'] })],
    })
    expect(service.command.at(-1)).toBe('EXEC:python3 -u chall,stderr')
    expect(service.files.map(({ path }) => path)).toEqual(['Crypto/__init__.py', 'chall'])
    expect(service.packages).toContain('python3-pycryptodome')
    expect(service.plants).toEqual([{ secret: 'flag', file: 'flag' }])
    expect(decisions.find(({ choice }) => choice === 'Python modules')?.why).toContain('Cryptodome')
  })

  it('runs a script that prints once for each connection, and holds back what it printed from another flag', () => {
    const { service, players } = live({
      ...platform,
      category: 'crypto',
      init: '#!/bin/bash\npython /challenge/chall.py > /challenge/output.txt\n',
      files: [
        scriptOf('chall.py', { asks: false }, { flagPaths: ['/flag'] }),
        fileOf('output.txt'),
        fileOf('.init'),
      ],
    })
    expect(service.command.at(-1)).toBe('EXEC:python3 -u chall.py,stderr')
    expect(players.map(({ path }) => path)).toEqual(['chall.py'])
  })

  it('shows what a script writes where .init keeps nothing of what it prints', () => {
    const { service } = live({
      ...platform,
      init: '/challenge/gen.py\nrm /challenge/gen.py\n',
      files: [scriptOf('gen.py', { asks: false }, { flagPaths: ['/flag'] })],
    })
    expect(service.command.at(-1)).toBe('EXEC:bash show.sh python3 -u gen.py,stderr')
    expect(service.files.map(({ path }) => path)).toContain('show.sh')
  })

  it('hands out files alone where a digest of the flag is known and what a script made is shipped', () => {
    const made = plan({
      ...platform,
      category: 'crypto',
      flag: digest,
      files: [scriptOf('chall.py', { asks: false }, { flagPaths: ['flag.txt'] }), fileOf('output.txt')],
    })
    expect(made.service).toBeUndefined()
    expect(made.flag).toEqual({ kind: 'sha256', digest: digest.digest })
    expect(made.players.map(({ path }) => path)).toEqual(['chall.py', 'output.txt'])
  })

  it('takes a text for the whole challenge where there is something to decipher in it', () => {
    const made = plan({
      ...platform,
      category: 'crypto',
      flag: digest,
      description: 'Decode `synt{ebg13_vf_sha}`!',
    })
    expect([made.players, made.flag.kind]).toEqual([[], 'sha256'])
  })

  it('hands out a program that is to be taken apart', () => {
    const { service, flag } = plan({ ...platform, category: 'rev', flag: digest, files: [elfOf('crackme')] })
    expect([service, flag.kind]).toEqual([undefined, 'sha256'])
  })

  it('starts a program with the loader and libc that ship with it', () => {
    const { service } = live({
      ...platform,
      category: 'pwn',
      files: [elfOf('well'), libraryOf('ld-2.31.so'), libraryOf('libc-2.31.so', { libc: '2.31' })],
    })
    expect(service.command.at(-1)).toBe('EXEC:./.lib/ld-2.31.so --library-path ./.lib ./well,stderr')
    expect(service.files).toContainEqual({ path: '.lib/libc.so.6', from: 'libc-2.31.so' })
  })

  it("takes the machine's libraries where a libc ships without its loader, and does not mislead with it", () => {
    const { service, players, instructions } = live({
      ...platform,
      category: 'pwn',
      files: [elfOf('well'), libraryOf('libc.so.6', { libc: '2.27' })],
    })
    expect(service.command.at(-1)).toBe('EXEC:./well,stderr')
    expect(players.map(({ path }) => path)).toEqual(['well'])
    expect(instructions).toContain('C library of its machine')
  })

  it('follows .init and odd places to where a program looks for the flag', () => {
    const { service } = live({
      ...platform,
      category: 'pwn',
      init: 'ln -s /flag /challenge/key 2>/dev/null\n',
      files: [elfOf('well', {}, { flagPaths: ['/home/ctf/flag', '../flag.txt', '/etc/flag'] })],
    })
    expect(service.plants).toEqual([{ secret: 'flag', file: 'key' }])
    expect(service.links).toEqual({
      '/home/ctf/flag': 'key',
      '/flag.txt': 'key',
      '/flag': 'key',
      '/challenge': '',
    })
  })

  it('plants a variable, a module and a text in a source', () => {
    const plants = (change: Partial<Facts>) => live(change).service.plants
    expect(
      plants({ files: [scriptOf('app.py', { serves: 'http', ports: [8080] }, { flagPaths: ['$FLAG'] })] }),
    ).toContainEqual({ secret: 'flag', env: 'FLAG' })
    const { service } = live({ files: [scriptOf('chall.py', { imports: ['secret'] })] })
    expect(service.plants[0]).toEqual({ secret: 'flag', template: 'secret.py', placeholder: '@FLAG@' })
    expect(service.files.map(({ path }) => path)).toContain('secret.py')
    const inside = live({
      ...platform,
      files: [scriptOf('chall.py', { privileged: true }, { flags: ['ctf{old_one_here}'] })],
    })
    expect(inside.service.plants).toEqual([
      { secret: 'flag', template: 'chall.py', placeholder: 'ctf{old_one_here}' },
    ])
    expect(inside.players).toEqual([])
  })

  it('takes name, port and form of the flag from the description, and gives players only what it names', () => {
    const { service, players, flag, solver, instructions } = live({
      description:
        '# The well\n\nIt is at `well`, port 4000. What runs there is in `server.py`. The flag looks like `abc{...}`.',
      connections: [{ host: 'well', port: 4000, protocol: 'tcp', from: 'description' }],
      files: [
        scriptOf('server.py', { serves: 'socket', ports: [4000] }),
        fileOf('answers.txt'),
        scriptOf('solve.py', { imports: ['socket'] }),
      ],
      solvers: ['solve.py'],
    })
    expect([service.name, service.port, service.transport]).toEqual(['well', 4000, 'socket'])
    expect(service.command).toEqual(['python3', '-u', 'server.py'])
    expect(players.map(({ path }) => path)).toEqual(['server.py'])
    expect(flag).toEqual({ kind: 'fresh', format: 'abc{*}' })
    expect(solver?.command).toEqual(['python3', '.solver/solve.py'])
    expect(instructions.match(/port 4000/g)).toHaveLength(1)
  })

  it('serves the program that a wrapper starts, and the variant that this machine can run', () => {
    const wrapped = live({
      ...platform,
      files: [scriptOf('run.sh', { language: 'shell' }), scriptOf('main.py', {}, { flagPaths: ['/flag'] })],
    })
    expect(wrapped.service.program).toBe('main.py')
    const patched = live({
      ...platform,
      category: 'pwn',
      files: [
        elfOf('well', { bits: 32, machine: 'i386' }),
        elfOf('well_patched', { interpreter: '/nix/store/abc/ld-linux-x86-64.so.2' }),
      ],
    })
    expect(patched.service.command.at(-1)).toBe('EXEC:/lib64/ld-linux-x86-64.so.2 ./well_patched,stderr')
  })

  it.each<[string, Partial<Facts>]>([
    ['no-flag', { category: 'rev', files: [elfOf('crackme')] }],
    ['missing-files', { rehost: 'The original challenge source is not bundled here.' }],
    [
      'needs-internet',
      { flag: digest, category: 'osint', description: 'Who took the picture of this bridge?' },
    ],
    ['missing-files', { flag: digest, category: 'rev', description: 'A small riddle of a program.' }],
    [
      'needs-vm',
      {
        category: 'pwn',
        files: [
          scriptOf('run.sh', { language: 'shell' }, { flagPaths: ['/flag'] }),
          fileOf('bzImage', { type: 'data' }),
        ],
      },
    ],
    [
      'needs-vm',
      {
        category: 'pwn',
        files: [scriptOf('run.sh', { language: 'shell' }), fileOf('boot.bin', { type: 'data' })],
        dockerfiles: [
          {
            path: 'Dockerfile',
            ports: [1337],
            command: ['./run.sh'],
            copies: [],
            env: {},
            packages: ['qemu-system-x86', 'python3'],
          },
        ],
      },
    ],
    ['missing-files', { ...platform, category: 'forensics' }],
    [
      'no-flag',
      {
        category: 'rev',
        files: [elfOf('crackme', { imports: ['__libc_start_main', 'puts'] }, { flagPaths: ['flag'] })],
      },
    ],
    ['needs-windows', { category: 'pwn', files: [fileOf('well.exe', { type: 'pe' })] }],
    ['needs-python2', { files: [scriptOf('chall.py', { major: 2, privileged: true })] }],
    ['needs-sage', { files: [scriptOf('chall.sage', { language: 'sage', privileged: true })] }],
    ['needs-other-machine', { category: 'pwn', files: [elfOf('well', { machine: 'aarch64' })] }],
    ['needs-python-module', { files: [scriptOf('chall.py', { privileged: true, imports: ['fastecdsa'] })] }],
    [
      'needs-node-module',
      { files: [scriptOf('app.js', { language: 'node', serves: 'http', imports: ['leftpad'] })] },
    ],
    ['needs-compiling', { files: [scriptOf('main.go', { language: 'go', serves: 'http' })] }],
    ['no-port', { category: 'pwn', files: [elfOf('well', { imports: ['listen', 'accept'] })] }],
    ['too-large', { flag: digest, files: [fileOf('disk.img', { type: 'data', bytes: 1024 ** 3 })] }],
  ])('falls with %s', (kind, change) => {
    expect(falls(change)).toBe(kind)
  })

  it('takes a native program that can open nothing for files alone, whatever its variables are called', () => {
    const crackme = (imports: string[], needed = ['libc.so.6']) =>
      plan({
        ...platform,
        category: 'rev',
        flag: digest,
        files: [
          elfOf(
            'crackme',
            { imports: ['__libc_start_main', 'printf', 'strcmp', ...imports], needed },
            { flagPaths: ['flag'] },
          ),
        ],
      })
    expect(crackme([])).not.toHaveProperty('service')
    expect(crackme([]).flag).toEqual({ kind: 'sha256', digest: digest.digest })
    expect(crackme(['fopen'])).toHaveProperty('service')
    expect(crackme(['system'])).toHaveProperty('service')
    expect(crackme([], ['libc.so.6', 'libown.so'])).toHaveProperty('service')
  })

  it('holds back a text that shows the very flag, but not the program that hides it', () => {
    const flag = 'ctf{it_is_here}'
    const known = { ...digest, digest: createHash('sha256').update(flag).digest('hex') }
    const { players } = plan({
      ...platform,
      category: 'rev',
      flag: known,
      files: [
        scriptOf('encode.py', {}, { flags: [flag] }),
        fileOf('result.bin', { type: 'data' }),
        elfOf('crackme', {}, { flags: [flag] }),
      ],
    })
    expect(players.map(({ path }) => path)).toEqual(['result.bin', 'crackme'])
  })

  it("leaves out the platform's words", () => {
    const { instructions } = plan({
      ...platform,
      flag: digest,
      description:
        'Read /challenge/letter.\n\n`Use flagCheck to input the flag you get from the challenge to get the actual flag`\n\n`If you need hint than cat /challenge/hint.txt`\n\n---\n**Author:** A. Nonymous',
      files: [fileOf('letter'), fileOf('hint.txt')],
    })
    expect(instructions).not.toMatch(/flagCheck|\/challenge|cat /)
    expect(instructions).toContain('Read letter.')
    expect(instructions).toContain('A hint is in `hint.txt`.')
  })
})

describe('whatever the facts are', () => {
  const names = fc.constantFrom(
    'chall',
    'server.py',
    'flag.txt',
    'flag',
    'real_flag.txt',
    'solve.py',
    'exploit.py',
    'solution/go.py',
    'REHOST.md',
    'DESCRIPTION.md',
    '.init',
    '.flag.sha256',
    'flagCheck',
    'flag_checker',
    'output.txt',
    'libc.so.6',
    'ld-2.31.so',
    'a b$(x).py',
    'dist.zip',
    'dist.zip!/chall',
    'dist.zip!/flag.txt',
    '..odd',
    'web/app.py',
    'secret.py',
    'challenge.json',
    'Dockerfile',
    '-rf',
    'x\ny',
  )
  const paths = fc.constantFrom(
    '/flag',
    'flag.txt',
    './flag',
    '../flag',
    '/home/ctf/flag',
    '/home/ctf',
    '$FLAG',
    '/challenge/flag',
    '/flag/x',
    '/etc/passwd',
    '../../etc/flag',
  )
  const file = fc.record({
    path: names,
    kind: fc.constantFrom('text', 'elf', 'script', 'library'),
    flagPaths: fc.array(paths, { maxLength: 3 }),
    bytes: fc.integer({ min: 0, max: 2 ** 25 }),
    port: fc.integer({ min: 1, max: 65535 }),
    serves: fc.constantFrom(undefined, 'http' as const, 'socket' as const),
    privileged: fc.boolean(),
    asks: fc.boolean(),
  })
  const facts = fc
    .record({
      files: fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 12 }),
      category: fc.constantFrom('pwn', 'crypto', 'rev', 'web', 'misc'),
      known: fc.boolean(),
      rehost: fc.constantFrom('', 'no dependencies'),
      init: fc.constantFrom(
        undefined,
        'ln -s /flag /challenge/flag.txt',
        'python /challenge/server.py > /challenge/output.txt',
      ),
    })
    .map(({ files, category, known, rehost, init }) =>
      factsOf({
        category,
        rehost,
        ...(init !== undefined && { init }),
        ...(known && { flag: digest }),
        solvers: files.filter(({ path }) => path.startsWith('solution/')).map(({ path }) => path),
        files: files.map(({ path, kind, flagPaths, bytes, port, serves, privileged, asks }) => {
          const more = { flagPaths, bytes, flags: asks ? [] : ['ctf{inside}'] }
          if (kind === 'elf') return elfOf(path, {}, more)
          if (kind === 'library') return { ...libraryOf(path, { libc: '2.31' }), ...more }
          if (kind === 'script')
            return scriptOf(path, { ports: [port], privileged, asks, ...(serves && { serves }) }, more)
          return fileOf(path, more)
        }),
      }),
    )
  const tried = (given: Facts): Plan | undefined => {
    try {
      return decide(given, machine)
    } catch (thrown) {
      if (thrown instanceof Fallen) return undefined
      throw thrown
    }
  }
  const sources = (made: Plan) => [
    ...made.players,
    ...(made.service?.files ?? []),
    ...(made.solver?.files ?? []),
  ]

  it('is a plan of the schema, of files that are there, and the same again', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const made = tried(given)
        if (!made) return
        expect(planSchema.parse(made)).toEqual(made)
        const there = new Set(given.files.map(({ path }) => path))
        for (const source of sources(made)) if ('from' in source) expect(there.has(source.from)).toBe(true)
        expect(decide(structuredClone(given), machine)).toEqual(made)
      }),
      { numRuns: 300 },
    )
  })

  it('hands out no flag, solver or checker, and nothing of the platform', () => {
    const forbidden =
      /(^|\/)(flag|flag\.txt|real_flag\.txt|solve\.py|solution\/.*|REHOST\.md|DESCRIPTION\.md|\.init|\.flag\.sha256|flagCheck|challenge\.json)$/
    const natives = new Set(['flag', 'exploit.py', 'solve.py'])
    fc.assert(
      fc.property(facts, (given) => {
        for (const source of [...(tried(given)?.players ?? []), ...(tried(given)?.service?.files ?? [])]) {
          if (!('from' in source)) continue
          const looked = given.files.find(({ path }) => path === source.from)
          // A native program or a script may be called so: it is what it is made of that counts.
          if (
            (looked?.elf || looked?.script) &&
            natives.has(source.from.slice(source.from.lastIndexOf('/') + 1))
          )
            continue
          // As large as that it is a text to be worked on; so is one that is no flag where the flag's digest is known.
          if (
            /flag(\.txt)?$/.test(source.from) &&
            (looked?.elf || (looked?.bytes ?? 0) >= 4096 || given.flag)
          )
            continue
          expect(source.from).not.toMatch(forbidden)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('puts the flag where nothing else of the service is, and two paths never coincide', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const service = tried(given)?.service
        if (!service) return
        const at = service.files.map(({ path }) => path)
        expect(new Set(at).size).toBe(at.length)
        for (const plant of service.plants) if ('file' in plant) expect(at).not.toContain(plant.file)
        expect(at).toContain(service.program)
        for (const plant of service.plants) if ('template' in plant) expect(at).toContain(plant.template)
        for (const one of Object.keys(service.links))
          for (const other of Object.keys(service.links))
            expect(one !== other && one.startsWith(`${other}/`)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})
