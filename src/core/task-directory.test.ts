import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryDomain } from '../../test/support/memory-domain.ts'
import { UsageError } from './errors.ts'
import { textOf } from './files.ts'
import { readSuite } from './suite-directory.ts'
import { readTask } from './task-directory.ts'

const manifest = `
schema = 1
title = "One"
domain = "memory"
[answer]
kind = "files"
paths = ["answer.txt"]
[origin]
source = "written for a test"
licence = "MIT"
[key]
answer = "yes"
`
const suiteToml = 'name = "small"\nversion = "1.0"\nlicence = "MIT"\n'

let suite: string
let task: string
beforeEach(async () => {
  suite = await mkdtemp(join(tmpdir(), 'touchstone-suite-'))
  task = join(suite, 'one')
  await put('suite.toml', suiteToml)
  await put('one/task.toml', manifest)
  await put('one/instruction.md', 'Say the word.')
  await put('one/environment/deep/notes.txt', 'note')
  await put('one/tests/secret.txt', 'secret')
})
afterEach(() => rm(suite, { recursive: true, force: true }))

async function put(path: string, content: string | Uint8Array): Promise<void> {
  const at = join(suite, path)
  await mkdir(join(at, '..'), { recursive: true })
  await writeFile(at, content)
}

const domainOf = async (name: string) => {
  if (name === 'memory') return memoryDomain()
  throw new UsageError('unknown-domain', `there is no domain "${name}"`)
}
const read = () => readTask(task, { id: 'one', suite: 'small', version: '1' }, domainOf)
const load = () => readSuite(suite, domainOf)

describe('a task directory', () => {
  it('becomes a task: the brief has the environment, and nothing of the key', async () => {
    const loaded = await read()
    expect([...loaded.brief.files.keys()]).toEqual(['deep/notes.txt'])
    expect(textOf(loaded.brief.files, 'deep/notes.txt')).toBe('note')
    expect(loaded).toMatchObject({
      key: { answer: 'yes' },
      brief: {
        instructions: 'Say the word.',
        answer: { kind: 'files', paths: ['answer.txt'], maxBytes: 1024 ** 2 },
        feedback: { consultations: 0 },
        limits: { wallSeconds: 600, sandbox: { memoryBytes: 1024 ** 3 } },
      },
    })
  })

  it('takes limits in the units of their names', async () => {
    await put(
      'one/task.toml',
      `${manifest}[limits]\nmemory_mb = 2\noutput_kb = 3\ndisk_mb = 4\nwall_seconds = 1.5\n`,
    )
    expect((await read()).brief.limits).toMatchObject({
      wallSeconds: 1.5,
      sandbox: {
        memoryBytes: 2 * 1024 ** 2,
        outputBytes: 3 * 1024,
        diskBytes: 4 * 1024 ** 2,
        fileBytes: 4 * 1024 ** 2,
      },
    })
  })

  it('hands tests/ and solution/ to the domain, each by its own paths', async () => {
    await put('one/solution/answer.txt', 'yes')
    let seen: string[][] = []
    const domain = memoryDomain({
      readKey: ({ tests, solution }) => {
        seen = [[...tests.keys()], [...solution.keys()]]
        return { answer: '' }
      },
    })
    await readTask(task, { id: 'one', suite: 'small', version: '1' }, async () => domain)
    expect(seen).toEqual([['secret.txt'], ['answer.txt']])
  })
})

describe('a broken task directory names the file and the key', () => {
  const edited = (from: string, to: string) => put('one/task.toml', manifest.replace(from, to))

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['no task.toml', () => rm(join(task, 'task.toml')), /one\/task\.toml: there is no such file/],
    ['no TOML', () => put('one/task.toml', 'schema = 1\ntitle ='), /task\.toml: line 2: Invalid TOML/],
    ['an unknown key', () => edited('title', 'dificulty = "easy"\ntitle'), /task\.toml: .*"dificulty"/],
    ['an unknown limit', () => put('one/task.toml', `${manifest}[limits]\nwall = 3`), /"wall"[\s\S]*limits/],
    ['an unknown answer key', () => edited('paths', 'max = 3\npaths'), /"max"[\s\S]*answer/],
    [
      'an unknown feedback key',
      () => put('one/task.toml', `${manifest}[feedback]\ntimes = 3`),
      /"times"[\s\S]*feedback/,
    ],
    ['a newer schema', () => edited('schema = 1', 'schema = 2'), /schema/],
    ['a wrong type', () => edited('"One"', '7'), /title/],
    ['no answer', () => edited('[answer]\nkind = "files"\npaths = ["answer.txt"]', ''), /answer/],
    [
      'an answer outside',
      () => edited('"answer.txt"', '"../../etc/passwd"'),
      /not a path inside[\s\S]*answer\.paths\[0\]/,
    ],
    ['an unknown domain', () => edited('"memory"', '"memry"'), /one: there is no domain "memry"/],
    ['not UTF-8', () => put('one/task.toml', new Uint8Array([0xff, 0xfe])), /task\.toml: is not UTF-8/],
    [
      'task.toml as a directory',
      async () => {
        await rm(join(task, 'task.toml'))
        await mkdir(join(task, 'task.toml'))
      },
      /task\.toml: only regular files/,
    ],
    [
      'task.toml as a link',
      async () => {
        await rm(join(task, 'task.toml'))
        await symlink('/etc/hostname', join(task, 'task.toml'))
      },
      /task\.toml: only regular files/,
    ],
    [
      'task.toml as a pipe',
      async () => {
        await rm(join(task, 'task.toml'))
        execFileSync('mkfifo', [join(task, 'task.toml')])
      },
      /task\.toml: only regular files/,
    ],
    ['no instruction', () => rm(join(task, 'instruction.md')), /one: instruction\.md is missing or empty/],
    ['an empty instruction', () => put('one/instruction.md', ' \n'), /instruction\.md is missing or empty/],
    [
      'an instruction that is not text',
      () => put('one/instruction.md', new Uint8Array([0x61, 0xff])),
      /instruction\.md: is not UTF-8/,
    ],
    [
      'a link in environment/',
      () => symlink('/etc/passwd', join(task, 'environment/passwd')),
      /environment\/passwd: only regular files/,
    ],
    [
      'environment/ as a link',
      async () => {
        await rm(join(task, 'environment'), { recursive: true })
        await symlink('/etc', join(task, 'environment'))
      },
      /environment: only regular files/,
    ],
    [
      'environment/ as a file',
      async () => {
        await rm(join(task, 'environment'), { recursive: true })
        await put('one/environment', '')
      },
      /environment: is a file and should be a directory/,
    ],
    ['a name with a backslash', () => put('one/tests/a\\b', ''), /not a path inside/],
  ])('%s', async (_, damage, message) => {
    await damage()
    await expect(read()).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) })
  })

  it("says what the domain misses in the key, with the task's directory", async () => {
    const domain = memoryDomain({
      readKey: () => {
        throw new UsageError('key', 'tests/ref.sv is missing')
      },
    })
    const reading = readTask(task, { id: 'one', suite: 'small', version: '1' }, async () => domain)
    await expect(reading).rejects.toMatchObject({
      code: 'broken-task',
      message: expect.stringMatching(/one: tests\/ref\.sv is missing/),
    })
  })
})

describe('a suite directory', () => {
  it('loads its tasks one by one', async () => {
    await put('two/task.toml', manifest.replace('One', 'Two'))
    const { name, version, tasks } = await load()
    expect({ name, titles: tasks.map(({ id, title }) => [id, title]) }).toEqual({
      name: 'small',
      titles: [
        ['one', 'One'],
        ['two', 'Two'],
      ],
    })
    expect(version).toMatch(/^1\.0\+[0-9a-f]{12}$/)
    expect((await tasks[0]?.load())?.origin).toMatchObject({ suite: 'small', version })
    await expect(tasks[1]?.load()).rejects.toThrow('instruction.md is missing')
  })

  it('has another version as soon as one byte of it is another', async () => {
    const { version } = await load()
    await put('one/tests/secret.txt', 'Secret')
    expect((await load()).version).not.toBe(version)
    await put('one/tests/secret.txt', 'secret')
    expect((await load()).version).toBe(version)
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['no suite.toml', () => rm(join(suite, 'suite.toml')), /suite\.toml: there is no such file/],
    ['an unknown key', () => put('suite.toml', `${suiteToml}licens = "MIT"`), /"licens"/],
    ['a bad name', () => put('suite.toml', suiteToml.replace('small', 'a/b')), /"a\/b" may only have/],
    ['a bad task name', () => put('a b/task.toml', manifest), /"a b" may only have/],
    ['no tasks', () => rm(task, { recursive: true }), /no task directories/],
    ['a directory that is no task', () => put('empty/x', ''), /empty\/task\.toml: there is no such file/],
    ['a task that is a link', () => symlink(task, join(suite, 'linked')), /linked: only regular files/],
  ])('%s', async (_, damage, message) => {
    await damage()
    await expect(load()).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) })
  })
})

describe('the services of a task', () => {
  const table = `${manifest}
[services.vault]
command = ["./server"]
ports = [1337]
plant = [{ file = "flag.txt" }]
memory_mb = 64
`

  it('have their files, which the agent does not get', async () => {
    await put('one/task.toml', table)
    await put('one/services/vault/deep/server', 'x')
    const { services, brief } = await read()
    expect(services).toMatchObject([
      {
        name: 'vault',
        command: ['./server'],
        ports: [1337],
        plants: [{ secret: 'flag', file: 'flag.txt' }],
        ready: { silent: false, seconds: 30 },
        memoryBytes: 64 * 1024 ** 2,
      },
    ])
    expect([...(services?.[0]?.files.keys() ?? [])]).toEqual(['deep/server'])
    expect([...brief.files.keys()]).toEqual(['deep/notes.txt'])
  })

  it('may be built as images from their files, and have links where their programs look', async () => {
    const image = table.replace('command = ["./server"]', 'image = {}\nlinks = { "/flag" = "flag.txt" }')
    await put('one/task.toml', image)
    await expect(read()).rejects.toThrow(/services\/vault has no Dockerfile/)
    await put('one/services/vault/Dockerfile', 'FROM debian')
    expect((await read()).services).toMatchObject([
      {
        command: [],
        links: { '/flag': 'flag.txt' },
        image: { directory: join(task, 'services/vault'), dockerfile: 'Dockerfile' },
        files: new Map(),
      },
    ])
  })

  it.each([
    ['neither a command nor an image', table.replace('command = ["./server"]', ''), '', /needs a command/],
    ['files that belong to none', table, 'one/services/other/x', /services\/other\/x belongs to no/],
    ['a name that is no host name', table.replace('vault', '"a b"'), '', /host name/],
    ['a name with dots', table.replace('vault', '"vault.example"'), '', /aliases/],
    ['a port that there is not', table.replace('1337', '70000'), '', /65535/],
    ['a place outside', table.replace('flag.txt', '../flag.txt'), '', /plant/],
    ['a misspelt key', table.replace('ports', 'port'), '', /port/],
  ])('%s are refused', async (_what, toml, file, message) => {
    await put('one/task.toml', toml)
    if (file) await put(file, 'x')
    await expect(read()).rejects.toThrow(message)
  })
})
