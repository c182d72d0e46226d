import fc from 'fast-check'
import { parse as parseToml } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { isPath, textOf } from '../../../core/files.ts'
import { readCompose } from '../../../domains/security/loaders/compose.ts'
import { readDockerfile } from '../../../domains/security/loaders/dockerfile.ts'
import { flagsOf, jsonWords, parseDockerfile } from '../../../sandbox/container/stand-in-dockerfile.ts'
import { writeTask } from './index.ts'
import { itemOf, planOf } from './testing.ts'

const options = { backend: 'bubblewrap', suite: 'tests', source: 'here', licence: '' } as const

/** Names and texts that something on the way could read something into. */
const nasty = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.string({
      unit: fc.constantFrom(...' \'"$`\\\n\r\t#-=[]{}(),:;&|<>*?!%@~/.aäé😀\u2028\u0085\u007f\u001b'),
    }),
  },
  fc.constantFrom(
    '-rf',
    '--',
    '# x',
    '$(id)',
    '<<EOF',
    '"""',
    "'''",
    '$A',
    '\\',
    'a\\',
    '\ud800',
    'null',
    'no',
  ),
  fc.string({ unit: 'grapheme' }),
)
const word = nasty.filter((text) => !text.includes('\0'))
const path = fc
  .array(nasty, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/').replaceAll('\\', '_'))
  .filter((name) => isPath(name))
/** Different paths, none of them inside another. */
const paths = fc
  .uniqueArray(path, { maxLength: 6, selector: (name) => name.toWellFormed() })
  .map((all) => all.filter((name) => all.every((other) => !name.startsWith(`${other}/`))))
const well = (words: readonly string[]) => words.map((each) => each.toWellFormed())
const reserved = /^(Dockerfile|\.dockerignore|flag\.txt|guestbook)(\/|$)/

const plans = fc.record({
  title: word.filter((text) => text !== ''),
  instructions: word.filter((text) => text.trim() !== ''),
  competition: word,
  category: word,
  accepts: word.filter((text) => text !== ''),
  command: fc.array(word, { maxLength: 6 }).map((words) => ['./run', ...words]),
  env: fc
    .array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom('A', 'B_1'),
          word.filter((name) => !/^$|=|__proto__/.test(name)),
        ),
        word,
      ),
    )
    .map((pairs) => Object.fromEntries(pairs) as Record<string, string>),
  players: paths,
  files: paths.map((all) => all.filter((name) => !reserved.test(name))),
  link: path.filter(
    (name) => !name.includes('\n') && !/^(bin|dev|etc|lib\w*|proc|sbin|sys|tmp|usr|work)(\/|$)/.test(name),
  ),
  name: fc.constantFrom('guestbook', 'no', 'on', 'y', 'null', 'true', 'a1'),
  send: word,
  licence: word,
})

function written(
  drawn: Parameters<Parameters<typeof plans.map>[0]>[0],
  backend: 'bubblewrap' | 'container' = 'bubblewrap',
) {
  const { title, instructions, competition, category } = drawn
  const plan = planOf(
    {
      title,
      instructions,
      competition,
      category,
      players: drawn.players.map((name) => ({ path: name, text: name })),
      solver: { files: [{ path: 'solve', text: 'x' }], command: drawn.command },
    },
    {
      name: drawn.name,
      command: drawn.command,
      env: drawn.env,
      files: drawn.files.map((name) => ({ path: name, text: '#!/bin/sh\n' })),
      links: { [`/${drawn.link}`]: 'flag.txt' },
      ready: { send: drawn.send, expect: drawn.accepts, silent: false, seconds: 7 },
      packages: [],
    },
  )
  return writeTask(itemOf('one'), plan, new Map(), { ...options, backend, licence: drawn.licence })
}

describe('whatever files and texts are called', () => {
  it('task.toml says the same words', () => {
    fc.assert(
      fc.property(plans, (drawn) => {
        // biome-ignore lint/suspicious/noExplicitAny: what is read is compared word by word.
        const toml = parseToml(textOf(written(drawn), 'task.toml') ?? '') as any
        const service = toml.services[drawn.name]
        expect(toml.tags).toEqual(well([drawn.category]))
        expect(toml.title).not.toMatch(/[\n\r]|^$/)
        expect(toml.key.solver.command).toEqual(well(drawn.command))
        expect(toml.origin.licence).toBe(drawn.licence.trim().toWellFormed() || 'not stated')
        expect(service.command).toEqual(well(drawn.command))
        expect(service.links).toEqual({ [`/${drawn.link.toWellFormed()}`]: 'flag.txt' })
        expect(service.ready).toMatchObject({
          send: drawn.send.toWellFormed(),
          expect: drawn.accepts.toWellFormed(),
        })
        const env = Object.entries(drawn.env).map((pair) => well(pair))
        expect(Object.entries(service.env ?? {}).sort()).toEqual(
          Object.entries(Object.fromEntries(env)).sort(),
        )
      }),
    )
  })

  it('challenge.json and docker-compose.yml say the same words', () => {
    fc.assert(
      fc.property(plans, (drawn) => {
        const files = written(drawn)
        const json = JSON.parse(textOf(files, 'challenge.json') ?? '')
        expect(json.files).toEqual(well(drawn.players).map((name) => `environment/${name}`))
        expect(json.category).toBe(drawn.category.toWellFormed())
        const compose = textOf(files, 'docker-compose.yml') ?? ''
        for (const version of ['1.1', '1.2'] as const)
          expect(Object.keys(parseYaml(compose, { version }).services)).toEqual([drawn.name])
        expect(readCompose(compose)).toMatchObject([
          {
            name: drawn.name,
            build: { context: `./services/${drawn.name}` },
            ports: [1337],
            aliases: [drawn.name],
            stripped: [],
          },
        ])
      }),
    )
  })

  it('the Dockerfile has the same words, and no instruction that nobody planned', () => {
    fc.assert(
      fc.property(plans, (drawn) => {
        const text = textOf(written(drawn), `services/${drawn.name}/Dockerfile`) ?? ''
        const { instructions } = parseDockerfile(text)
        const names = instructions.map(({ name }) => name)
        expect(names.filter((name) => name !== 'RUN' && name !== 'ENV')).toEqual([
          'FROM',
          'WORKDIR',
          'COPY',
          'USER',
          'EXPOSE',
          'CMD',
        ])
        const { ports, copies } = readDockerfile(text)
        expect([ports, copies('flag.txt')]).toEqual([[1337], true])
        const variables: Record<string, string> = {}
        for (const { name, rest } of instructions) {
          if (name !== 'ENV') continue
          const [, variable = '', quoted = ''] = /^(\w+)="(.*)"$/s.exec(rest) ?? []
          expect(quoted).toMatch(/^([^"\\$]|\\["\\$])*$/)
          variables[variable] = quoted.replace(/\\(.)/g, '$1')
        }
        const cmd = jsonWords(instructions.at(-1)?.rest ?? '') ?? []
        const prefix =
          cmd[0] === 'env' ? cmd.slice(2, cmd.lastIndexOf('./run', cmd.length - drawn.command.length)) : []
        expect(cmd.slice(cmd.length - drawn.command.length)).toEqual(well(drawn.command))
        for (const pair of prefix) variables[pair.split('=', 1)[0] ?? ''] = pair.slice(pair.indexOf('=') + 1)
        const env = Object.fromEntries(Object.entries(drawn.env).map((pair) => well(pair)))
        expect(variables).toEqual(env)
        const steps = instructions.filter(({ name }) => name === 'RUN').flatMap(({ rest }) => stepsOf(rest))
        const at = `/${drawn.link.toWellFormed()}`
        expect(steps.filter(([program]) => program === 'ln').map((step) => step.at(-1))).toEqual([at])
        const made = steps
          .filter(([program, mode]) => program === 'chmod' && mode === '755')
          .flatMap((step) => step.slice(2))
        expect(made.map((name) => name.replace(/^\.\/-/, '-')).sort()).toEqual(well(drawn.files).sort())
        expect(new Set(steps.map(([program]) => program))).toSatisfy((all: Set<string>) =>
          [...all].every((program) => ['useradd', 'mkdir', 'rm', 'ln', 'chmod'].includes(program)),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('has no line that Docker refuses as too long', () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({ path: `${'ü'.repeat(100)} ${at}`, text: '#!' }))
    const command = Array.from({ length: 50 }, () => '"'.repeat(4096))
    const files = writeTask(
      itemOf('one'),
      planOf({ players: [] }, { files: many, command }),
      new Map(),
      options,
    )
    const lines = (textOf(files, 'services/guestbook/Dockerfile') ?? '').split('\n')
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(64 * 1024)
  })
})

/** The commands of a RUN: JSON's words, or those of a shell that has nothing to do but to split them. */
function stepsOf(rest: string): (readonly string[])[] {
  const words = jsonWords(rest)
  if (words) return [words]
  expect(flagsOf(rest).flags).toEqual([])
  expect(rest).toMatch(/^[\w./+@%: &-]+$/)
  return rest.split(/\s+&& /).map((step) => step.trim().split(/\s+/))
}
