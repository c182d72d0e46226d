import { describe, expect, it } from 'vitest'
import { connectionsIn } from './connections.ts'
import { dockerfileFacts } from './dockerfile.ts'
import { flagPathsIn, flagTextsIn } from './flags.ts'
import { typeOf } from './magic.ts'
import { isSolver } from './solvers.ts'

describe('what words say', () => {
  it('finds paths of flags, and not every word', () => {
    expect(flagPathsIn('fopen("/home/ctf/flag.txt", "r")')).toEqual(['/home/ctf/flag.txt'])
    expect(flagPathsIn('\0./flag\0/bin/sh\0cat flag\0flag.txt\0')).toEqual(['./flag', 'flag', 'flag.txt'])
    expect(flagPathsIn('os.environ.get("FLAG", "x"); open("flag")')).toEqual(['$FLAG', 'flag'])
    expect(
      flagPathsIn(
        'O_FLAGS flags = 3; f().flags; a[1].Flag; environ(ARCHFLAGS); setflag(flag); import flag.py; re.compile(a, flags)',
      ),
    ).toEqual([])
  })

  it('finds texts that look like flags', () => {
    expect(flagTextsIn('x flag{not_this_easy} y csaw{...} z', [])).toEqual([
      'flag{not_this_easy}',
      'csaw{...}',
    ])
    expect(flagTextsIn('struct foo{int a;}; css{color:red} dice{a b}', [])).toEqual([])
    expect(flagTextsIn('zebra{stripes}', ['zebra'])).toEqual(['zebra{stripes}'])
  })

  it('finds where to connect', () => {
    const told = (text: string, players = true) =>
      connectionsIn(text, 'description', players).map(
        ({ host, port, protocol }) => `${protocol} ${host} ${port}`,
      )
    expect(told('Run `nc chal.example.net 31337`')).toEqual(['tcp chal.example.net 31337'])
    expect(told('see http://web.host.net:8080/login and https://github.com/a/b')).toEqual([
      'http web.host.net 8080',
    ])
    expect(told('The server is `guestbook`, port 1337.')).toEqual(['tcp guestbook 1337'])
    expect(told('Original: https://event.net/', false)).toEqual([])
    expect(told('nc nowhere 99999')).toEqual([])
  })

  it('reads a Dockerfile', () => {
    const text =
      'FROM node:18 AS build\nCMD ["no"]\nFROM ubuntu:22.04\n# x\nRUN apt-get update && apt-get install -y socat \\\n  python3\nWORKDIR /srv\nENV A=1 B="two words"\nCOPY --chown=ctf chall flag.txt /srv/\nCOPY --from=build /x /y\nEXPOSE 1337\nENTRYPOINT ["socat"]\nCMD ["TCP-LISTEN:1337"]\n'
    expect(dockerfileFacts('Dockerfile', text)).toEqual({
      path: 'Dockerfile',
      base: 'ubuntu:22.04',
      ports: [1337],
      command: ['socat', 'TCP-LISTEN:1337'],
      workdir: '/srv',
      copies: [
        { from: 'chall', to: '/srv/' },
        { from: 'flag.txt', to: '/srv/' },
      ],
      env: { A: '1', B: 'two words' },
      packages: ['-y', 'socat', 'python3'].filter((name) => name !== '-y'),
    })
  })

  it('knows solvers by their paths', () => {
    for (const path of [
      'solve.py',
      'solution/x',
      'a/exploit.py',
      'test_solver/y',
      'writeup.md',
      'rsa_solver.py',
      'my_solve.sage',
    ])
      expect([path, isSolver(path)]).toEqual([path, true])
    for (const path of ['chall.py', 'resolve.py', 'exploitation1-release', 'notsolazytrigrams', 'export.py'])
      expect([path, isSolver(path)]).toEqual([path, false])
  })

  it('knows types by their bytes', () => {
    expect(typeOf(Buffer.from(''))).toBe('empty')
    expect(typeOf(Buffer.from('héllo\n'))).toBe('text')
    expect(typeOf(Buffer.from('<!DOCTYPE html>'))).toBe('html')
    expect(typeOf(Buffer.from([1, 2, 3, 0, 255]))).toBe('data')
    expect(typeOf(Buffer.from('PK\x03\x04', 'latin1'))).toBe('zip')
  })

  it('is not kept by words that are there too often', () => {
    const began = performance.now()
    for (const text of ['flag', 'flag{', '{', 'a{', '/flag', 'nc ', 'http://', '`a`', 'a.', 'a-', '1.'])
      for (const size of [1024 ** 2]) {
        const long = text.repeat(size / text.length)
        flagPathsIn(long)
        flagTextsIn(long, [])
        connectionsIn(long, 'x', true)
        dockerfileFacts('x', `RUN ${long}`)
        dockerfileFacts('x', `ENV ${long}\nCOPY ${long}`)
      }
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})
