import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { InfrastructureError, messageOf } from '../../../core/errors.ts'
import { Fallen } from '../../source.ts'
import type { FileFacts } from '../facts.ts'
import type { FileSource } from '../plan.ts'
import { directoryOf } from './paths.ts'
import type { View } from './view.ts'

/** Debian packages of the modules that challenges import. */
const packages: Readonly<Record<string, string>> = {
  Crypto: 'python3-pycryptodome',
  Cryptodome: 'python3-pycryptodome',
  gmpy2: 'python3-gmpy2',
  sympy: 'python3-sympy',
  numpy: 'python3-numpy',
  scipy: 'python3-scipy',
  PIL: 'python3-pil',
  flask: 'python3-flask',
  jinja2: 'python3-jinja2',
  werkzeug: 'python3-werkzeug',
  requests: 'python3-requests',
  cryptography: 'python3-cryptography',
  ecdsa: 'python3-ecdsa',
  yaml: 'python3-yaml',
  jwt: 'python3-jwt',
  nacl: 'python3-nacl',
  capstone: 'python3-capstone',
  bs4: 'python3-bs4',
  lxml: 'python3-lxml',
  sqlalchemy: 'python3-sqlalchemy',
  flask_sqlalchemy: 'python3-flask-sqlalchemy',
  flask_login: 'python3-flask-login',
  flask_session: 'python3-flask-session',
  flask_wtf: 'python3-flaskext.wtf',
  wtforms: 'python3-wtforms',
  bcrypt: 'python3-bcrypt',
  termcolor: 'python3-termcolor',
  colorama: 'python3-colorama',
  tqdm: 'python3-tqdm',
  networkx: 'python3-networkx',
  tornado: 'python3-tornado',
  aiohttp: 'python3-aiohttp',
  django: 'python3-django',
  fastapi: 'python3-fastapi',
  uvicorn: 'python3-uvicorn',
  pydantic: 'python3-pydantic',
  matplotlib: 'python3-matplotlib',
  pandas: 'python3-pandas',
  mpmath: 'python3-mpmath',
  pyfiglet: 'python3-pyfiglet',
  psutil: 'python3-psutil',
  redis: 'python3-redis',
  simplejson: 'python3-simplejson',
  bitstring: 'python3-bitstring',
  bitarray: 'python3-bitarray',
  nltk: 'python3-nltk',
  cv2: 'python3-opencv',
  pkg_resources: 'python3-pkg-resources',
  google: 'python3-protobuf',
  pwn: 'python3-pwntools',
  unicorn: 'python3-unicorn',
  rich: 'python3-rich',
  galois: '',
}

/** Modules of Python 2's standard library: what imports them does not run as Python 3. */
const ofPython2 = new Set([
  'urllib2',
  'SocketServer',
  'BaseHTTPServer',
  'SimpleHTTPServer',
  'StringIO',
  'cPickle',
  'ConfigParser',
  'Queue',
  'commands',
  'md5',
  'sha',
  'sets',
  'exceptions',
  '__builtin__',
])

/** What a Python program needs beside its own files. */
export interface Needs {
  readonly packages: readonly string[]
  readonly files: readonly FileSource[]
  /** What was done about modules, in words. */
  readonly notes: readonly string[]
}

/** `Crypto` of the one library is `Cryptodome` in Debian's; both have the same modules. */
const borrowed = `"""PyCryptodome by its other name: Debian's package calls it Cryptodome."""
import Cryptodome
__path__ = Cryptodome.__path__
`

/**
 * What a Python program imports, and how it is had: with the machine, by a Debian package, or by a file of three lines.
 * Modules in `written` come with the plan. Throws `Fallen`: `needs-python2`, `needs-python-module`.
 */
export function pythonNeeds(view: View, programs: readonly FileFacts[], written: ReadonlySet<string>): Needs {
  const { machine } = view
  const found = new Set<string>()
  const files: FileSource[] = []
  const notes: string[] = []
  const own = new Set(view.files.flatMap(({ path }) => ownModule(path)))
  const all = new Map(
    programs.flatMap((file) => (file.script?.imports ?? []).map((name) => [name, file] as const)).reverse(),
  )
  const [main] = programs
  for (const [name, file] of all) {
    const top = name.split('.')[0] ?? name
    if (top === '' || written.has(top) || own.has(top)) continue
    if (ofPython2.has(top))
      throw new Fallen('needs-python2', `${file.path} imports ${top}, which only Python 2 has`)
    const from = packages[top]
    if (top === 'Crypto' && !machine.python.has('Crypto')) {
      if (!files.some(({ path }) => path === 'Crypto/__init__.py'))
        files.push({ path: 'Crypto/__init__.py', text: borrowed })
      notes.push("Crypto is Debian's Cryptodome by another name, through a file Crypto/__init__.py")
    }
    if (from) found.add(from)
    // A part may import for tests and tools what the server never comes to.
    else if (!machine.python.has(top) && file === main)
      throw new Fallen(
        'needs-python-module',
        `${file.path} imports ${top}, which neither Python nor Debian has`,
      )
  }
  return { packages: [...found].sort(), files, notes: [...new Set(notes)] }
}

/** `util.py` and `util/__init__.py` are both the module `util`. */
function ownModule(path: string): string[] {
  const base = path.slice(directoryOf(path).length)
  const parts = path.split('/')
  return [base.replace(/\.(py|so|pyc)$/, ''), ...parts.slice(0, -1)]
}

/** The top-level modules that `/usr/bin/python3` of this machine has. Throws `InfrastructureError` (`no-python`). */
export async function installedModules(): Promise<ReadonlySet<string>> {
  const program =
    'import sys, pkgutil\nprint("\\n".join(sorted(set(sys.stdlib_module_names) | {m.name for m in pkgutil.iter_modules()})))'
  try {
    const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-I', '-c', program], {
      timeout: 30_000,
    })
    return new Set(stdout.split('\n').filter((name) => name !== ''))
  } catch (thrown) {
    throw new InfrastructureError(
      'no-python',
      `/usr/bin/python3 did not name its modules: ${messageOf(thrown)}`,
    )
  }
}
