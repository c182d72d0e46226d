import { describe, expect, it } from 'vitest'
import { Siblings, scriptFacts } from './index.ts'

const facts = (path: string, text: string, others: string[] = []) =>
  scriptFacts(path, text, new Siblings([path, ...others]))

describe('scriptFacts', () => {
  it('sees through exec-suid, and knows a language without an extension', () => {
    expect(
      facts('chall', '#!/usr/bin/exec-suid -- /usr/bin/python3 -I\nimport random\nx = input("> ")\n'),
    ).toMatchObject({
      language: 'python',
      major: 3,
      interpreter: '/usr/bin/python3',
      privileged: true,
      imports: ['random'],
      asks: true,
    })
    expect(facts('run', '#!/usr/bin/env -S python2\nprint 1')).toMatchObject({
      interpreter: 'python2',
      major: 2,
    })
    expect(facts('gen', 'from Crypto.Util.number import *\nimport os\nprint(os.urandom(3))\n')).toMatchObject(
      {
        language: 'python',
        privileged: false,
        imports: ['Crypto', 'os'],
        asks: false,
      },
    )
    expect(facts('notes.txt', 'import os\nprint(os)\n')).toBeUndefined()
    expect(facts('README', 'It is said that this is a text.\nprint it.')).toBeUndefined()
  })

  it.each([
    ['print "hello"', 2],
    ['print("hello")', 3],
    ['try:\n    input = raw_input\nexcept NameError:\n    pass\nprint(input())', 3],
    ['import urllib2', 2],
    ['except ValueError, e: pass', 2],
    ['x = f"{1}"', 3],
    ['"a".encode("hex")', 2],
  ])('tells Python 2 from 3: %s', (line, major) => {
    expect(facts('a.py', `import sys\n${line}\n`)?.major).toBe(major)
  })

  it('leaves out the imports of what is there, and names it', () => {
    expect(
      facts('server.py', 'from secret import flag\nimport util\nopen("data.bin")', [
        'util.py',
        'lib/data.bin',
      ]),
    ).toMatchObject({
      imports: ['secret'],
      names: ['lib/data.bin', 'util.py'],
    })
  })

  it.each([
    [
      'a.py',
      'from flask import Flask\napp = Flask(__name__)\napp.run(host="0.0.0.0", port=1337)',
      'http',
      [1337],
    ],
    ['a.py', 'app = Flask(__name__)\napp.run()', 'http', [5000]],
    ['a.py', 's.bind(("0.0.0.0", 9999))\ns.listen(5)', 'socket', [9999]],
    [
      'a.py',
      'import socketserver\nHOST, PORT = "0.0.0.0", 31337\nThreadedServer((HOST, PORT), Task).serve_forever()',
      'socket',
      [31337],
    ],
    ['a.py', 'await asyncio.start_server(handle, "0.0.0.0", 4000)', 'socket', [4000]],
    ['a.js', 'const app = require("express")();\napp.listen(3000, () => {})', 'http', [3000]],
    ['a.js', 'const PORT = process.env.PORT || 8080;\nhttp.createServer(f).listen(PORT)', 'http', [8080]],
    ['run.sh', '#!/bin/sh\nsocat TCP-LISTEN:5555,reuseaddr,fork EXEC:./chall', 'socket', [5555]],
    ['run.sh', '#!/bin/sh\nphp -S 0.0.0.0:8000', 'http', [8000]],
    ['a.c', '#include <stdio.h>\naddr.sin_port = htons(1234);\nlisten(fd, 5);', 'socket', [1234]],
    ['a.py', 'print(input())', undefined, []],
    ['a.py', '# app.run(port=1)\nimport os\n', undefined, []],
  ])('sees how %s serves: %s', (path, text, serves, ports) => {
    const seen = facts(path, text)
    expect([seen?.serves, seen?.ports]).toEqual([serves, ports])
  })

  it('is not kept by lines that patterns take long for', () => {
    const long = 200_000
    const texts = [
      `import ${'a,'.repeat(long)}`,
      `def ${'a'.repeat(long)}(`,
      `${' '.repeat(long)}print`,
      `def f(${'('.repeat(long)}`,
      `${'from '.repeat(long)}`,
      `${'\t'.repeat(long)}#`,
      `${'f"'.repeat(long)}`,
      `${'bind('.repeat(long / 2)}`,
      `${'socat '.repeat(long / 2)}`,
      `#!${'/usr/bin/env '.repeat(long / 10)}`,
      `${'port = '.repeat(long / 4)}`,
      `${'print\n'.repeat(long / 2)}`,
    ]
    for (const path of ['a.py', 'a.sh', 'a.js', 'a.c', 'a.pl', 'a'])
      for (const text of texts) {
        const began = performance.now()
        facts(path, text.slice(0, 1024 ** 2))
        expect([path, text.slice(0, 20), performance.now() - began < 3000]).toEqual([
          path,
          text.slice(0, 20),
          true,
        ])
      }
  })
})
