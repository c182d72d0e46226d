import { describe, expect, it } from 'vitest'
import type { Facts } from '../facts.ts'
import { decide } from './index.ts'
import { cleaned } from './instructions.ts'
import { factsOf, fileOf, machine, scriptOf } from './testing.ts'

const most = 64 * 1024
const full = (text: string) => text.repeat(Math.ceil(most / text.length)).slice(0, most - 2)
const served = [scriptOf('server.py', { privileged: true, asks: true })]

/** Each took between ten seconds and hours where patterns were tried from every place of the text. */
const texts: readonly string[] = [
  '\n',
  '\r',
  '\u2028',
  ' ',
  'a',
  'flag',
  'flag_',
  '`',
  '\n`',
  '```\n',
  'pwn.colleg',
  'If you need hint than cat a',
  'following command to run\n',
  'variable FLAG',
]

describe('what is meant to keep the forge busy', () => {
  it.each(texts.map((text) => [JSON.stringify(text), text]))('is %s again and again', (_, text) => {
    const description = `x${full(text)}x`
    const given: Partial<Facts>[] = [
      { description, rehost: description, files: served },
      { description, flag: { kind: 'text', value: 'flag{x}', from: 'challenge.json' }, files: [] },
    ]
    for (const each of given) expect(secondsOf(() => decide(factsOf(each), machine))).toBeLessThan(3)
  })

  it('is one long name of a variable', () => {
    const description = `an environment variable ${full('FLAG').slice(50)}`
    expect(secondsOf(() => decide(factsOf({ description, files: served }), machine))).toBeLessThan(3)
  })

  it('is thousands of programs that name one another, and Dockerfiles that run none of them', () => {
    const names = Array.from({ length: 60 }, (_, at) => `s${at}.py`)
    const files = Array.from({ length: 3000 }, (_, at) => scriptOf(`s${at}.py`, { privileged: true, names }))
    const command = Array.from({ length: 60 }, () => 'xs1.py '.repeat(280))
    const dockerfiles = Array.from({ length: 20 }, (_, at) => ({
      path: `Dockerfile.${at}`,
      ports: [],
      command,
      copies: [],
      env: {},
      packages: [],
    }))
    expect(secondsOf(() => decide(factsOf({ files, dockerfiles }), machine))).toBeLessThan(10)
  })
})

describe('what .init closes', () => {
  it('is the service’s, and not the player’s', () => {
    const init =
      'chmod 600 /challenge/private.pem\nchmod -R go-rwx /challenge/keys/\nchmod 711 /challenge/run.py\nchmod 644 /challenge/open.txt\nchmod 700 /challenge/'
    const paths = ['private.pem', 'keys/a', 'open.txt']
    const files = [...served, scriptOf('run.py'), ...paths.map((path) => fileOf(path))]
    const { players, service } = decide(factsOf({ files, init }), machine)
    expect(players.map(({ path }) => path).sort()).toEqual(['open.txt', 'server.py'])
    expect(service?.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['private.pem', 'keys/a']))
  })
})

describe('the words of the platform', () => {
  it('are taken out, and the challenge’s own stay', () => {
    const text =
      'Read `/challenge/notes`.\r\n\r\n\r\nRun `flagCheck` to see.\n```\nNote: This challenge has not been solved during the ctf.\n```\n  sudo\n`sudo /challenge/run`\n\n---\n**Author:**\nEnd.'
    expect(cleaned(text, true)).toBe('Read `notes`.\n\n  sudo\n\nEnd.')
  })
})

function secondsOf(work: () => unknown): number {
  const begun = performance.now()
  try {
    work()
  } catch {
    // That it is refused is as good.
  }
  return (performance.now() - begun) / 1000
}
