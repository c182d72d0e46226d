import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FileSet, textOf } from '../../../core/files.ts'
import { readTask } from '../../../core/task-directory.ts'
import { freshFlag } from '../../../domains/security/flags.ts'
import { security } from '../../../domains/security/index.ts'
import type { SecurityKey } from '../../../domains/security/key.ts'
import { nyuCtf } from '../../../domains/security/loaders/nyu.ts'
import { Fallen } from '../../source.ts'
import { nyuIndex, writeTask } from './index.ts'
import { itemOf, planOf, realPlan, realPlans, unpacked } from './testing.ts'

const options = { backend: 'bubblewrap', suite: 'tests', source: 'here', licence: '' } as const
const elf = Buffer.from('\x7fELF, the rest of a program')
const contents = new Map<string, Uint8Array>([['guestbook', elf]])
const written = (plan = planOf(), more = {}) =>
  writeTask(itemOf('one'), plan, contents, { ...options, ...more })

/** A task that was written, read again from disk. */
async function again(files: FileSet) {
  const root = mkdtempSync(join(tmpdir(), 'touchstone-write-'))
  try {
    unpacked(root, files)
    return await readTask(root, { id: 'one', suite: 'tests', version: '1' }, async () => security)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

describe('a written task', () => {
  it('is a directory as a person would write it', async () => {
    const files = written()
    expect([...files.keys()]).toEqual([
      'task.toml',
      'instruction.md',
      'challenge.json',
      'docker-compose.yml',
      'environment/guestbook',
      'services/guestbook/guestbook',
      'services/guestbook/flag.txt',
      'services/guestbook/Dockerfile',
    ])
    expect(textOf(files, 'instruction.md')).toBe('# Guest book\n\nSign at `guestbook`, port 1337.\n')
    expect(textOf(files, 'services/guestbook/Dockerfile')).toBe(`FROM debian:bookworm-slim

RUN apt-get update \\
 && apt-get install -y --no-install-recommends socat \\
 && rm -rf /var/lib/apt/lists/*

RUN useradd --home-dir /challenge --shell /bin/sh ctf

WORKDIR /challenge
COPY . .
RUN chmod -R a+rX . \\
 && chmod 1777 . \\
 && chmod 755 guestbook

USER ctf
EXPOSE 1337
CMD ["socat", "TCP-LISTEN:1337,fork,reuseaddr,backlog=64,max-children=50", "EXEC:./guestbook,stderr"]
`)
    expect(textOf(files, 'task.toml')).toContain(`[origin]
source = "Example CTF 2019, from here"
licence = "not stated"

[services.guestbook]
command = ["socat", "TCP-LISTEN:1337,fork,reuseaddr,backlog=64,max-children=50", "EXEC:./guestbook,stderr"]
ports = [1337]
plant = [{ file = "flag.txt" }]
memory_mb = 256
`)
  })

  it('is read back as it was planned, and refuses the flag of the written files by name', async () => {
    const task = await again(
      written(
        planOf(
          { solver: { files: [{ path: 'solve.py', text: 'x' }], command: ['python3', '.solver/solve.py'] } },
          { links: { '/flag': 'flag.txt' }, env: { A: '1' }, memoryMb: 512 },
        ),
      ),
    )
    const key = task.key as SecurityKey
    const placeholder = textOf(task.services![0]!.files, 'flag.txt')!.trim()
    expect(placeholder).toMatch(/^flag\{placeholder[0-9a-f]{9}\}$/)
    expect(key.flag).toEqual({ kind: 'fresh', format: 'flag{*}', original: placeholder })
    expect(key.solver).toMatchObject({ command: ['python3', '.solver/solve.py'] })
    expect([...task.brief.files.keys()]).toEqual(['guestbook'])
    expect(task.services).toMatchObject([
      { name: 'guestbook', ports: [1337], links: { '/flag': 'flag.txt' }, env: { A: '1' } },
    ])
    expect(placeholder).toHaveLength(freshFlag('flag{*}').length)
  })

  it('is the same for the same plan, and has another placeholder by another name', () => {
    expect(written()).toEqual(written())
    const other = writeTask(itemOf('two'), planOf(), contents, options)
    expect(textOf(other, 'challenge.json')).not.toBe(textOf(written(), 'challenge.json'))
  })

  it('is its own image on containers', async () => {
    const task = await again(
      written(planOf({}, { links: { '/flag': 'flag.txt' } }), { backend: 'container' }),
    )
    expect(task.services).toMatchObject([{ command: [], image: { dockerfile: 'Dockerfile' }, ports: [1337] }])
    expect(task.services![0]!.links).toBeUndefined()
  })

  it('has the placeholder in a template and in a variable, and any other secret too', () => {
    const plants = [
      { secret: 'flag', template: 'app.py', placeholder: 'old{flag}' },
      { secret: 'flag', env: 'FLAG' },
      { secret: 'pin', file: 'pin.txt' },
    ]
    const files = written(
      planOf({}, { files: [{ path: 'app.py', text: 'f = b"old{flag}" # old{flag}' }], plants }),
    )
    const flag = JSON.parse(textOf(files, 'challenge.json')!).flag
    expect(textOf(files, 'services/guestbook/app.py')).toBe(`f = b"${flag}" # ${flag}`)
    expect(textOf(files, 'services/guestbook/Dockerfile')).toContain(`ENV FLAG="${flag}"`)
    expect(textOf(files, 'services/guestbook/pin.txt')).toMatch(/^placeholder\w{9}\n$/)
    expect(textOf(files, 'task.toml')).toContain(
      `{ template = "app.py", placeholder = "${flag}" },\n  { env = "FLAG" },\n`,
    )
    expect(textOf(files, 'task.toml')).toContain('{ secret = "pin", file = "pin.txt" }')
  })

  it('has a checker where its command names it', async () => {
    const flag = {
      kind: 'checker',
      from: 'guestbook',
      command: ['./bin/guestbook'],
      accepts: 'Y',
      refuses: 'N',
    }
    const task = await again(written(planOf({ flag }, null)))
    expect((task.key as SecurityKey).flag).toMatchObject({
      kind: 'checker',
      files: new Map([['bin/guestbook', elf]]),
    })
  })

  it('keeps a Dockerfile of the challenge, and nothing that says what goes into the image', async () => {
    const own = [
      { path: 'Dockerfile', text: 'FROM evil' },
      { path: '.dockerignore', text: '*' },
      { path: 'guestbook', from: 'guestbook' },
    ]
    const files = written(planOf({}, { files: own }), { backend: 'container' })
    expect(textOf(files, 'services/guestbook/Dockerfile')).toBe('FROM evil')
    expect(files.has('services/guestbook/.dockerignore')).toBe(false)
    expect((await again(files)).services).toMatchObject([{ image: { dockerfile: 'service.Dockerfile' } }])
    expect(textOf(files, 'docker-compose.yml')).toContain('dockerfile: service.Dockerfile')
  })

  it('takes the release whose C library the program needs, and the architecture of foreign packages', () => {
    const newer = new Map([['guestbook', Buffer.from('\x7fELF\0GLIBC_2.4\0GLIBC_2.38\0')]])
    const image = (service: object) =>
      textOf(writeTask(itemOf('one'), planOf({}, service), newer, options), 'services/guestbook/Dockerfile')!
    expect(image({})).toContain('FROM debian:trixie-slim')
    expect(image({ command: ['./ld-2.38.so', '--library-path', '.', './guestbook'] })).toContain(
      'FROM debian:bookworm',
    )
    expect(image({ packages: ['libc6:i386'] })).toContain('dpkg --add-architecture i386')
    expect(image({ command: ['socat', 'TCP-LISTEN:1', 'EXEC:python3 -u a.py'] })).toContain('python3 socat')
  })

  it('has room for large files', async () => {
    const large = new Map([['guestbook', new Uint8Array(200 * 1024 ** 2).subarray(0, 60 * 1024 ** 2)]])
    const players = [1, 2, 3].map((number) => ({ path: `${number}`, from: 'guestbook' }))
    const files = writeTask(itemOf('one'), planOf({ players }, { files: [] }), large, options)
    expect(textOf(files, 'task.toml')).toContain('memory_mb = 1384\ndisk_mb = 488')
  })

  const twice = [
    { path: 'a', text: '' },
    { path: 'a', text: '' },
  ]
  const inside = [
    { path: 'a', text: '' },
    { path: 'a/b', text: '' },
  ]
  it.each<[string, Parameters<typeof planOf>, string]>([
    ['missing-files', [{ players: [{ path: 'x', from: 'gone.zip!/x' }] }], 'gone.zip!/x'],
    ['broken-plan', [{ players: twice }], 'two files are to be at "a"'],
    ['broken-plan', [{ players: inside }], 'a directory with "environment/a/b"'],
    ['broken-plan', [{}, null], 'there is no service that has it'],
    ['broken-plan', [{}, { links: { '/etc/passwd': '' } }], 'no place for a link'],
    ['broken-plan', [{ flag: { kind: 'sha256', digest: 'a'.repeat(64) } }], 'only a digest'],
    ['broken-plan', [{}, { plants: [{ secret: 'flag', template: 'a', placeholder: 'x' }] }], 'not there'],
    [
      'broken-plan',
      [{}, { plants: [{ secret: 'flag', template: 'guestbook', placeholder: 'FLAG' }] }],
      'does not have "FLAG"',
    ],
    ['too-large', [{}, { env: { A: '\n'.repeat(60_000) } }], 'too long for a Dockerfile'],
  ])('falls with %s', (kind, [change, service], message) => {
    const fallen = (() => {
      try {
        return void written(planOf(change, service))
      } catch (thrown) {
        return thrown
      }
    })()
    expect(fallen).toBeInstanceOf(Fallen)
    expect(fallen).toMatchObject({ kind, message: expect.stringContaining(message) })
  })

  it('falls where its service is larger than a service may be', () => {
    const half = new Map([['guestbook', new Uint8Array(40 * 1024 ** 2)]])
    const files = ['a', 'b'].map((path) => ({ path, from: 'guestbook' }))
    expect(() => writeTask(itemOf('one'), planOf({}, { files }), half, options)).toThrow(
      /has 83886\d+ bytes of files/,
    )
  })
})

describe('a suite of written tasks', () => {
  let root: string
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'touchstone-write-'))
    const index: [string, Uint8Array][] = []
    for (const { id } of realPlans) {
      const { item, plan, contents } = realPlan(id)
      const files = writeTask(item, plan, contents, options)
      unpacked(join(root, id), files)
      index.push([id, files.get('challenge.json')!])
    }
    const digest = planOf({ flag: { kind: 'sha256', digest: 'a'.repeat(64) } }, null)
    index.push(['digest', writeTask(itemOf('digest'), digest, contents, options).get('challenge.json')!])
    writeFileSync(join(root, 'test_dataset.json'), nyuIndex(index))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('loads as NYU CTF Bench, with servers from its Dockerfiles and fresh flags', async () => {
    const suite = await nyuCtf.load(root, { errata: false })
    expect(suite.unavailable).toEqual([])
    expect(suite.tasks.map(({ id }) => id)).toEqual(realPlans.map(({ id }) => id))
    for (const { id, live } of realPlans) {
      const task = await suite.tasks.find((each) => each.id === id)!.load()
      const { flag, notes } = task.key as SecurityKey
      expect([id, flag.kind, (task.services ?? []).length]).toEqual([
        id,
        live ? 'fresh' : 'static',
        live ? 1 : 0,
      ])
      if (!live) continue
      expect(notes).toEqual([])
      expect(task.services![0]!.stripped ?? []).toEqual([])
      expect(task.services![0]!.image).toEqual({
        directory: join(root, id, 'services', task.services![0]!.name),
      })
    }
  })
})
