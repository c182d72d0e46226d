import type { FileSet } from '../../../core/files.ts'
import { needsOf } from './files.ts'
import { packageOfModule, packageOfProgram } from './packages.ts'

/** Why something does not run, as its own words show it. */
export interface Reason {
  /** For counting: `missing-library`. */
  readonly kind: string
  /** What is the matter and what to do about it. */
  readonly message: string
  /** The line that shows it. */
  readonly line: string
}

type Said = readonly [kind: string, message: string]

interface Sign {
  readonly pattern: RegExp
  say(found: readonly string[], files: FileSet): Said
}

/** Modules of Python 2 that Python 3 does not have under that name. */
const onlyInPython2 =
  /^(SocketServer|ConfigParser|Queue|StringIO|cStringIO|cPickle|urllib2|urlparse|httplib|commands|Cookie|HTMLParser|BaseHTTPServer|SimpleHTTPServer|CGIHTTPServer|thread|md5|sha|sets|exceptions|__builtin__|xmlrpclib|Tkinter)$/

const python2: Said = [
  'python2',
  'it is a program for Python 2, which Debian no longer has; it would have to be rewritten for Python 3',
]

/** Most telling first: the first that is found anywhere in a log is the reason. */
const signs: readonly Sign[] = [
  {
    pattern: /error while loading shared libraries: ([^:\s]+): wrong ELF class: (\S+)/,
    say: ([, library, kind]) => [
      'missing-library',
      `it needs ${library} in another kind than the system has (${kind})`,
    ],
  },
  {
    pattern: /error while loading shared libraries: ([^:\s]+):/,
    say: ([, library]) => [
      'missing-library',
      `the library ${library} is missing: install the package that has it (apt-file search ${library}), or ship the library and run the program with its loader`,
    ],
  },
  {
    pattern: /version [`'‘](GLIBC_[\d.]+)['’] not found/,
    say: ([, version]) => [
      'missing-glibc',
      `it needs ${version}, which is newer than this machine's C library: ship the loader and libc that belong to it and run it with them`,
    ],
  },
  {
    pattern: /version [`'‘](\w+_[\d.]+)['’] not found \(required by ([^)]+)\)/,
    say: ([, version, by]) => ['missing-library', `${by} needs a library with ${version}, which is not here`],
  },
  {
    pattern: /(\S{1,200}: symbol lookup error: .*|relocation error: .*)/,
    say: ([, what]) => [
      'missing-library',
      `loader and libraries do not belong together (${what}): take all of them from one system`,
    ],
  },
  { pattern: /Exec format error/, say: () => otherMachine },
  { pattern: /cannot execute binary file/, say: () => otherMachine },
  {
    pattern: /ModuleNotFoundError: No module named '([^']+)'/,
    say: ([, module = '']) => missingModule(module),
  },
  { pattern: /ImportError: No module named (\S+)/, say: ([, module = '']) => missingModule(module) },
  { pattern: /SyntaxError: Missing parentheses in call to '(print|exec)'/, say: () => python2 },
  { pattern: /SyntaxError: (multiple exception types|leading zeros in decimal)/, say: () => python2 },
  { pattern: /TabError: inconsistent use of tabs/, say: () => python2 },
  {
    pattern:
      /NameError: name '(raw_input|xrange|unicode|unichr|long|reduce|file|execfile|basestring)' is not defined/,
    say: () => python2,
  },
  {
    pattern:
      /AttributeError: (?:'str' object has no attribute 'decode'|'dict' object has no attribute 'has_key'|module 'string' has no attribute '(?:letters|maketrans|lowercase|uppercase|join)')/,
    say: () => python2,
  },
  {
    pattern: /ImportError: cannot import name '([^']+)' from '([^']+)'/,
    say: ([, name, from]) => [
      'missing-python-module',
      `Python's module ${from} is here in a version without ${name}`,
    ],
  },
  {
    pattern: /Error: Cannot find module '([^']+)'/,
    say: ([, name = '']) =>
      /^[./]/.test(name)
        ? missingFile(name)
        : ['missing-node-module', `Node's module ${name} is missing: Debian may have it as node-${name}`],
  },
  {
    pattern: /Can't locate (\S+)\.pm in @INC/,
    say: ([, name = '']) => [
      'missing-perl-module',
      `Perl's module ${name.replaceAll('/', '::')} is missing: Debian may have it as lib${name.replaceAll('/', '-').toLowerCase()}-perl`,
    ],
  },
  {
    pattern: /cannot load such file -- (\S+) \(LoadError\)/,
    say: ([, name]) => [
      'missing-ruby-module',
      `Ruby's module ${name} is missing: Debian may have it as ruby-${name}`,
    ],
  },
  {
    pattern: /(?:Could not find or load main class|Unable to access jarfile) (\S+)/,
    say: ([, name = '']) => missingFile(name),
  },
  {
    pattern:
      /(?:\benv|timeout|stdbuf|exec|nohup|chroot|setpriv)(?:: failed to run command|:)? ['‘`]([^'’]+)['’]: (?:No such file|Permission)/,
    say: ([, program = ''], files) => missingProgram(program, files),
  },
  {
    pattern: /E (?:execvp|execve)\("([^"]+)".*No such file or directory/,
    say: ([, program = ''], files) => missingProgram(program, files),
  },
  {
    pattern: /bwrap: execvp (\S+): No such file/,
    say: ([, program = ''], files) => missingProgram(program, files),
  },
  {
    pattern: /: (\S{1,300}): bad interpreter: No such file/,
    say: ([, program = ''], files) => missingProgram(program, files),
  },
  {
    pattern: /: (\S{1,300}): cannot execute: required file not found/,
    say: ([, program = ''], files) => missingProgram(program, files),
  },
  {
    pattern: /^(?:\S+: )?(?:line )?\d+: (?:exec: )?(\S+): (?:command )?not found$/m,
    say: ([, program = ''], files) => missingProgram(program, files),
  },
  {
    pattern: /^\S*sh: (?:line )?\d+: (?:exec: )?(\S+): (?:command )?not found$/m,
    say: ([, program = ''], files) => missingProgram(program, files),
  },
  {
    pattern: /(qemu-\w+): Could not open '([^']+)'/,
    say: ([, , loader]) => [
      'missing-interpreter',
      `the loader ${loader} of another kind of machine is missing: install its C library and name it with -L`,
    ],
  },
  { pattern: /FATAL: kernel too old/, say: () => otherMachine },
  {
    pattern: /(?:FileNotFoundError|IOError): \[Errno 2\] [^:]*: b?['"]([^'"]+)['"]/,
    say: ([, path = '']) => missingFile(path),
  },
  { pattern: /can't open file '([^']+)': \[Errno 2\]/, say: ([, path = '']) => missingFile(path) },
  { pattern: /ENOENT: no such file or directory, \w+ '([^']+)'/, say: ([, path = '']) => missingFile(path) },
  { pattern: /Can't open perl script "([^"]+)"/, say: ([, path = '']) => missingFile(path) },
  { pattern: /Could not open input file: (\S+)/, say: ([, path = '']) => missingFile(path) },
  {
    pattern:
      /(?:cannot|can't|could not|unable to|failed to) (?:open|read|find|load|access) .{0,40}?(\/\S{0,100}flag\S{0,60})/i,
    say: ([, path = '']) => missingFile(path),
  },
  {
    pattern:
      /(?:cannot|can't|could not|unable to|failed to) (?:open|read|find|load|access) (?:the )?(\S{0,60}flag\S{0,60})/i,
    say: ([, path = '']) => missingFile(path),
  },
  {
    pattern: /(flag\S{0,30})(?: file)? (?:is )?(?:not found|missing|does not exist|doesn't exist)/i,
    say: ([, path = '']) => missingFile(path),
  },
  {
    pattern:
      /((?:MemoryError|std::bad_alloc|Cannot allocate memory|out of memory|Resource temporarily unavailable).*)/i,
    say: ([, what]) => [
      'limit',
      `it wants more than it may have: ${what}; give it more memory_mb, or less to do`,
    ],
  },
  {
    pattern: /Address already in use/,
    say: () => ['port-taken', 'its port is taken: two programs listen on the same one; start it once'],
  },
  {
    pattern:
      /((?:ConnectionRefusedError|Connection refused|Temporary failure in name resolution|Name or service not known|getaddrinfo E).*)/,
    say: ([, what]) => [
      'needs-other-service',
      `it wants another server, which is not here (${what}): a database, or a host of the internet`,
    ],
  },
  {
    pattern: /^((?:chown|chgrp|useradd|adduser|groupadd|mount|iptables|sysctl|sudo): .*)/m,
    say: ([, what]) => [
      'not-allowed',
      `it does what a service without rights may not do (${what}): drop what its machine was set up with`,
    ],
  },
  {
    pattern: /((?:PermissionError|Permission denied|Operation not permitted|Read-only file system).*)/,
    say: ([, what]) => [
      'not-allowed',
      `it does what a service without rights may not do (${what}): have it write in its work directory only, and drop set-up that needs root`,
    ],
  },
  {
    pattern: /(?:^|[:\s])([^\s:'"]+): No such file or directory/m,
    say: ([, path = '']) => missingFile(path),
  },
  {
    pattern:
      /(Segmentation fault|Illegal instruction|Bus error|\*\*\* stack smashing detected|Aborted|core dumped)/,
    say: ([, what]) => ['crashed', `it crashed: ${what}`],
  },
  {
    pattern:
      /Traceback \(most recent call last\):[\s\S]*?\n((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:: .*)?)\s*(?:\n|$)/,
    say: ([, what]) => ['crashed', `its program ends with an exception: ${what}`],
  },
  {
    pattern:
      /((?:\b\w{1,60}Error|Exception in thread|Uncaught \w{1,60}|PHP (?:Fatal|Parse) error|(?:Fatal|Parse) error)\b.*)/,
    say: ([, what]) => ['crashed', `its program ends with an exception: ${what}`],
  },
  {
    pattern: /^(usage: .*)/im,
    say: ([, what]) => ['wrong-arguments', `it ends and tells how it wants to be started: ${what}`],
  },
]

const otherMachine: Said = [
  'other-machine',
  'it is a program for another kind of machine: run it with qemu-user (Debian package qemu-user) and the libraries of that machine',
]

function missingModule(module: string): Said {
  if (onlyInPython2.test(module.split('.', 1)[0] ?? '')) return python2
  const debian = packageOfModule(module)
  const how = debian ? `install Debian's ${debian}` : 'no package of Debian is known that has it'
  return ['missing-python-module', `Python's module ${module} is missing: ${how}`]
}

function missingFile(path: string): Said {
  return [
    'missing-file',
    `it opens ${path}, which is not there: add the file, or a link from that place to where it is`,
  ]
}

/** A program that is among the files and yet not found lacks the program that would run it. */
function missingProgram(path: string, files: FileSet): Said {
  const needs = needsOf(files, path)
  if (needs?.bits === 32)
    return [
      'missing-interpreter',
      `${path} is a 32-bit program and its loader ${needs.interpreter ?? ''} is not here: install libc6-i386`,
    ]
  const program = needs?.interpreter ?? path
  const name = program.split('/').pop() ?? ''
  if (/^python2/.test(name)) return python2
  if (name === '' || (needs === undefined && /[./]/.test(path) && !/^\/(usr\/)?bin\//.test(path)))
    return missingFile(path || 'a program')
  if (needs?.interpreter?.includes('/ld-'))
    return [
      'missing-interpreter',
      `${path} wants the loader ${program}, which is not here: ship it with libc`,
    ]
  const debian = packageOfProgram(program)
  return [
    'missing-interpreter',
    `the program ${program} is not here${debian ? `: install Debian's ${debian}` : ', and no package of Debian is known that has it'}`,
  ]
}

/** Longest log that is looked at, in characters: its end says why it ended. */
const longest = 5_000

/** The reason that a log shows, if any. `files`: the service's own, to tell a missing file from a missing interpreter. */
export function reasonOf(log: string, files: FileSet = new Map()): Reason | undefined {
  const text = log.slice(-longest)
  for (const { pattern, say } of signs) {
    const found = pattern.exec(text)
    if (!found) continue
    const [kind, message] = say([...found], files)
    return { kind, message: cut(message, 600), line: lineAt(text, found) }
  }
  return undefined
}

/** Words that a program has no business to say before it was asked anything: what stands in its way is told. */
const complaints =
  /error while loading shared libraries|version [`'‘]\w+_[\d.]+['’] not found|symbol lookup error|^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d socat\[\d+\] [EF]|Traceback \(most recent call last\)|^(?:\/\S*\/)?(?:ba|da|z)?sh: |^\S+: (?:line )?\d+: .*not found$|env: ['‘]|(?:timeout|stdbuf): failed to run|bad interpreter|Exec format error|cannot execute|can't open file '|Can't (?:open perl script|locate \S+ in @INC)|Cannot find module|Could not (?:open input file|find or load main class)|qemu-\w+: |FATAL: kernel too old|Segmentation fault|PHP (?:Fatal|Parse) error|\(LoadError\)|SyntaxError: |^(?:chown|chgrp|useradd|adduser|groupadd|mount|iptables|sysctl|sudo): /m

/** The same where the program then ends: a word about a flag that cannot be had. */
const lastWords =
  /(?:cannot|can't|could ?n[o']t|unable to|failed to|error) (?:\w+ ){0,2}(?:the )?\S{0,60}flag|flag\S{0,60}(?: file)? (?:is )?(?:not found|missing|does ?n[o']t exist)|No such file or directory|Permission denied|^usage: |\bcontact (?:an? |the )?(?:admin|organi[sz]er|author)/im

/** What stands in the way of a program that says this; undefined where it is an answer. */
export function complaintOf(text: string, ended: boolean, files?: FileSet): Reason | undefined {
  const said = text.slice(0, longest)
  const found = complaints.exec(said) ?? (ended ? lastWords.exec(said) : null)
  if (!found) return undefined
  const crashed = { kind: 'crashed', message: 'its program fails as soon as somebody connects' }
  return reasonOf(said, files) ?? { ...crashed, line: lineAt(said, found) }
}

/** The line where a match ends: of a traceback, the one that names the exception. */
function lineAt(text: string, { index, 0: found }: RegExpExecArray): string {
  const at = index + found.trimEnd().lastIndexOf('\n') + 1
  const start = text.lastIndexOf('\n', at - 1) + 1
  const end = text.indexOf('\n', at)
  return cut(text.slice(start, end < 0 ? undefined : end).trim(), 300)
}

function cut(text: string, most: number): string {
  const clean = text.replace(/[^\P{Cc}\n]/gu, '·')
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean
}
