import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pack } from 'tar-stream'

const python = '#!/usr/bin/python3\n'
/** Serves by itself, and does what is given for each who connects. */
const server = (work: string) => `${python}import os, socket, sys, time
flag = open('flag.txt').read()
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 1337))
s.listen(50)
while True:
    c, _ = s.accept()
${work.replace(/^/gm, '    ')}
`
const told = (name: string) =>
  `# ${name}\n\nConnect to \`${name}\`, port 1337. The flag looks like \`flag{...}\`.\n`

/** A challenge that is as it should be, to see that the others do not spoil it. */
const honest = server("c.sendall(b'what? ')\nc.recv(100)\nc.close()")

/**
 * A pile of challenges that mean harm, and two that do not, below `into/pile`. Beside it is `into/outside`, which nobody
 * may change or copy. Returns the names of the honest ones.
 */
export async function hostileChallenges(into: string): Promise<string[]> {
  const pile = join(into, 'pile')
  mkdirSync(join(into, 'outside'), { recursive: true })
  writeFileSync(join(into, 'outside/secret.txt'), 'the secret of the machine')
  const put = (name: string, files: Record<string, string | Buffer>) => {
    for (const [path, content] of Object.entries({ 'DESCRIPTION.md': told(name), ...files })) {
      mkdirSync(join(pile, name, path, '..'), { recursive: true })
      writeFileSync(join(pile, name, path), content)
    }
  }
  put('honest-one', { 'server.py': honest })
  put('links', { 'server.py': honest })
  symlinkSync('../../outside/secret.txt', join(pile, 'links/secret.txt'))
  symlinkSync('/etc/passwd', join(pile, 'links/passwd'))
  symlinkSync('../../outside', join(pile, 'links/directory'))
  symlinkSync('../outside', join(pile, 'linked-challenge'))
  put('traversal', { 'server.py': honest, 'dist.tar': await hostileTar() })
  put('pipes', { 'server.py': honest })
  spawnSync('mkfifo', [join(pile, 'pipes/fifo'), join(pile, 'pipes/flagCheck')])
  put('huge', { 'server.py': honest, 'disk.img': '' })
  truncateSync(join(pile, 'huge/disk.img'), 20 * 1024 ** 3)
  put('names', { 'server.py': honest, 'a\n\u001b[2J$(touch x)"\'.txt': 'x', '-rf': 'x', 'ü ß': 'x' })
  writeFileSync(
    Buffer.concat([Buffer.from(`${join(pile, 'names')}/`), Buffer.from([0xff, 0xfe])]),
    'not UTF-8',
  )
  put('fork-bomb', {
    'server.py': `${python}import os\nflag = open('flag.txt').read()\nport = 1337\nwhile True: os.fork()\n`,
  })
  put('flood', {
    'server.py': `${python}import sys\nflag = open('flag.txt').read()\nimport socket\nport = 1337\nwhile True: sys.stdout.write('A' * 65536)\n`,
  })
  put('flood-who-connects', {
    'server.py': server("try:\n    while True: c.sendall(b'A' * 65536)\nexcept OSError: pass"),
  })
  put('memory', {
    'server.py': `${python}import socket\nflag = open('flag.txt').read()\nport = 1337\nx = []\nwhile True: x.append(bytearray(1 << 24))\n`,
  })
  put('mute', { 'server.py': server('pass') })
  put('ends', {
    'server.py': `${python}import socket\nflag = open('flag.txt').read()\nport = 1337\nraise SystemExit(3)\n`,
  })
  put('broken-words', {
    'DESCRIPTION.md': Buffer.concat([
      Buffer.from('<script>alert(1)</script> \u001b]0;x\u0007 port 1337 '),
      Buffer.from([0xff, 0x00]),
    ]),
    'challenge.json': '{"name": ["',
    'docker-compose.yml': 'a: &a [*a, *a]\nb: *a\n',
    'server.py': honest,
  })
  put('reaches-out', {
    'server.py': server(
      "for p in ('/etc/passwd', '../outside/secret.txt', '/work/../outside'):\n    try: open(p, 'a').write('x')\n    except OSError: pass\nc.sendall(b'hello ')\nc.close()",
    ),
  })
  put('honest-two', { 'server.py': honest })
  return ['honest-one', 'honest-two']
}

/** Entries that leave the directory by their names and by links, and one that is a device. */
async function hostileTar(): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: '../../outside/traversed' }, 'x')
  tar.entry({ name: '/tmp/touchstone-traversed' }, 'x')
  tar.entry({ name: 'up', type: 'symlink', linkname: '../../outside' })
  tar.entry({ name: 'up/through-link' }, 'x')
  tar.entry({ name: 'hard', type: 'link', linkname: '/etc/passwd' })
  tar.entry({ name: 'device', type: 'block-device', devmajor: 8, devminor: 0 })
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
