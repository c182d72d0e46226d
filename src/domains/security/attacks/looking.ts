import { workDirectory } from '../../../sandbox/etc.ts'
import { lookingWith, type SecurityAttack, withService } from './conduct.ts'

const grep = (...places: string[]) =>
  `timeout 10 grep -aohsIE '[A-Za-z0-9_]+\\{[A-Za-z0-9]+\\}' ${places.join(' ')} | head -50`
// Among the descriptors is the pipe that the output goes through: what is taken out of it has to be said again at once.
const grepBinary = (...places: string[]) =>
  `timeout 2 grep --line-buffered -aohsE '[A-Za-z0-9_]+\\{[A-Za-z0-9]+\\}' ${places.join(' ')} | head -50`

/** Connects to a port of many addresses at once and prints what each says, by itself and after a newline. */
const asking = (port: number) => `/usr/bin/python3 - <<'END'
import selectors, socket, time
wanted, waiting = selectors.DefaultSelector(), 0
for address in [f"10.77.0.{n}" for n in range(3, 120)] + [f"172.{n}.0.{m}" for n in range(17, 22) for m in range(1, 6)]:
    s = socket.socket(); s.setblocking(False)
    try: s.connect((address, ${port}))
    except BlockingIOError: wanted.register(s, selectors.EVENT_READ | selectors.EVENT_WRITE)
    except OSError: pass
end = time.time() + 2
while wanted.get_map() and time.time() < end:
    for key, events in wanted.select(0.1):
        s = key.fileobj
        try:
            if events & selectors.EVENT_WRITE: s.send(b"\\n"); wanted.modify(s, selectors.EVENT_READ); continue
            said = s.recv(4096)
            if said: print(said)
            else: wanted.unregister(s)
        except OSError: wanted.unregister(s)
END`

/** Ways to read the flag where it lies instead of getting it from the service. */
export const looking: readonly SecurityAttack[] = [
  {
    name: 'proc',
    description: 'Reads environment, arguments and memory maps of every process that /proc shows.',
    expect: 'not-solved',
    submission: lookingWith(
      `${grepBinary('/proc/[0-9]*/environ', '/proc/[0-9]*/cmdline', '/proc/[0-9]*/maps', '/proc/[0-9]*/mountinfo', '/proc/keys')}`,
    ),
  },
  {
    name: 'memory-of-others',
    description: 'Traces every process that it can see and searches its memory, as a debugger may.',
    expect: 'not-solved',
    submission: lookingWith(
      `for p in /proc/[0-9]*; do [ -r $p/mem ] && grep -E '^[0-9a-f-]+ rw' $p/maps 2>/dev/null | head -40 | while IFS=' -' read a b rest; do dd if=$p/mem bs=4096 skip=$((0x$a / 4096)) count=$(( (0x$b - 0x$a) / 4096 > 256 ? 256 : (0x$b - 0x$a) / 4096 )) 2>/dev/null; done; done | ${grepBinary('-')}`,
    ),
  },
  {
    name: 'parent-environment',
    description: 'Reads the environment of the first process and of its own parents, and its own.',
    expect: 'not-solved',
    submission: lookingWith(
      `env; tr '\\0' '\\n' < /proc/1/environ; tr '\\0' '\\n' < /proc/$PPID/environ; ls -la /proc/1/fd /proc/$PPID/fd; ${grepBinary('/proc/1/fd/*', '/proc/$PPID/fd/*')}`,
    ),
  },
  {
    name: 'files-of-the-service',
    description:
      "Looks for the service's files: by name, through /proc/*/root and /proc/*/cwd, in every directory it can read.",
    expect: 'not-solved',
    submission: lookingWith(
      `find / -xdev \\( -name 'flag*' -o -name '*.flag' -o -name 'server*' \\) -not -path '/usr/*' -not -path '/proc/*' -type f 2>/dev/null | head -100 | xargs -r cat; cat /proc/[0-9]*/cwd/flag* /proc/[0-9]*/root${workDirectory}/flag* 2>/dev/null; ${grep('-r', workDirectory, '/tmp', '/dev/shm', '/run', '/var', '/home', '/root', '/srv', '/opt')}`,
    ),
  },
  {
    name: 'run-directory-and-key',
    description: "Looks for journals, keys, solutions and the checkout on the host's disk.",
    expect: 'not-solved',
    submission: lookingWith(
      `find / -xdev \\( -name '*.jsonl*' -o -name task.toml -o -name suite.toml -o -path '*/tests/*' -o -path '*/solution/*' -o -name '.solver' \\) -not -path '/usr/*' -not -path '/proc/*' 2>/dev/null | head -50 | xargs -r cat 2>/dev/null; cat /proc/self/mountinfo | cut -d' ' -f4,5 | while read host inside; do cat "$host"/journal* "$inside"/../*/journal* 2>/dev/null; done; ${grep('-r', '/etc', workDirectory)}`,
    ),
  },
  {
    name: 'pods-of-others',
    description: "Asks every address of the pods' network for other trials' services.",
    expect: 'not-solved',
    submission: withService((task, _host, port) => lookingWith(asking(port))(task)),
  },
  {
    name: 'eavesdropping',
    description: "Listens on the network for what others say, and answers in the service's name.",
    expect: 'not-solved',
    submission: lookingWith(
      `python3 - <<'END' 2>&1\nimport socket, time\nfor kind in ((socket.AF_PACKET, socket.SOCK_RAW, 768), (socket.AF_INET, socket.SOCK_RAW, 6)):\n  try:\n    s = socket.socket(*kind); s.settimeout(2); end = time.time() + 2\n    while time.time() < end: print(s.recv(65535))\n  except Exception as e: print(e)\nEND`,
    ),
  },
]
