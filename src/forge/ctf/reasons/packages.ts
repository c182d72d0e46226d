/** Debian packages of Python modules whose names are not simply theirs. Names as in Debian 12. */
const modules: Readonly<Record<string, string>> = {
  Crypto:
    'python3-pycryptodome (where the module is called Cryptodome: `Crypto` has to be made of it with a file of a few lines)',
  Cryptodome: 'python3-pycryptodome',
  OpenSSL: 'python3-openssl',
  PIL: 'python3-pil',
  bs4: 'python3-bs4',
  cv2: 'python3-opencv',
  dotenv: 'python3-dotenv',
  elftools: 'python3-pyelftools',
  flask_socketio: 'python3-flask-socketio',
  jwt: 'python3-jwt',
  nacl: 'python3-nacl',
  pwn: 'python3-pwntools',
  pwnlib: 'python3-pwntools',
  sage: 'sagemath',
  sklearn: 'python3-sklearn',
  yaml: 'python3-yaml',
  zmq: 'python3-zmq',
}

const known = new Set(
  'aiohttp base58 bcrypt bitarray bitstring bottle capstone colorama cryptography django docker ecdsa fastapi flask gevent gmpy2 gnupg hkdf jinja2 lxml magic markdown matplotlib mpmath multidict networkx numpy pandas paramiko pexpect ply psutil ptrace pyasn1 pycparser pymysql qrcode redis requests rich scapy scipy seccomp sqlalchemy sympy termcolor torch tornado tqdm twisted unicorn uvicorn websockets werkzeug z3'.split(
    ' ',
  ),
)

/** The Debian package that has a Python module, or undefined where none is known. */
export function packageOfModule(module: string): string | undefined {
  const top = module.split('.', 1)[0] ?? module
  if (Object.hasOwn(modules, top)) return modules[top]
  return known.has(top.toLowerCase()) ? `python3-${top.toLowerCase()}` : undefined
}

const programs: Readonly<Record<string, string>> = {
  firejail: 'firejail',
  gdb: 'gdb',
  ghc: 'ghc',
  go: 'golang-go',
  guile: 'guile-3.0',
  java: 'default-jre-headless',
  lua: 'lua5.4',
  mono: 'mono-runtime',
  nc: 'netcat-openbsd',
  node: 'nodejs',
  ocaml: 'ocaml',
  php: 'php-cli',
  python3: 'python3',
  racket: 'racket',
  ruby: 'ruby',
  sage: 'sagemath',
  sbcl: 'sbcl',
  socat: 'socat',
  sqlite3: 'sqlite3',
  stockfish: 'stockfish',
  tclsh: 'tcl',
  wine: 'wine',
  xinetd: 'xinetd',
}

/** The Debian package that has a program, or undefined where none is known. */
export function packageOfProgram(path: string): string | undefined {
  const name = path.split('/').pop() ?? path
  if (Object.hasOwn(programs, name)) return programs[name]
  if (/^qemu-system-/.test(name)) return 'qemu-system'
  return /^qemu-[a-z0-9]+(-static)?$/.test(name) ? 'qemu-user' : undefined
}
