import { join } from 'node:path'
import type { Facts, FileFacts } from '../facts.ts'
import { aboutOf } from './about.ts'
import { connectionsIn } from './connections.ts'
import { dockerfileFacts } from './dockerfile.ts'
import { elfFacts } from './elf/index.ts'
import { flagPathsIn, flagTextsIn } from './flags.ts'
import { Left, limits } from './limits.ts'
import { type Piece, piecesOf } from './pieces.ts'
import { Siblings, scriptBytes, scriptFacts } from './scripts/index.ts'
import { isSolver } from './solvers.ts'
import { type Found, filesOf } from './tree.ts'
import { webRootsIn } from './web-roots.ts'

/** Types in which paths and flags are looked for: the others have no words of their own. */
const wordy = new Set(['elf', 'script', 'text', 'html', 'xml', 'svg', 'data', 'pe', 'macho', 'pyc'])

/**
 * Looks at one challenge: the only place where hostile files are opened, meant to run in a sandbox. Throws where there is no
 * such directory; anything else that is wrong with a challenge is told in `left`.
 */
export async function lookAt(root: string, path: string, category: string): Promise<Facts> {
  const left = new Left()
  const deadline = performance.now() + limits.seconds * 1000
  const directory = join(root, path)
  const all = filesOf(directory, left)
  const plain = all.map((file) => file.path)
  const top = plain.filter((name) => !name.includes('/'))
  const about = await aboutOf(root, path, top, left)
  const names = [path.split('/').at(-2) ?? '', about.competition]
    .flatMap((name) => [name, name.replace(/[\d\s].*$/, '')])
    .filter((name) => /^[a-z][\w-]{2,20}$/i.test(name))
  const seen = new Seen(new Siblings(plain), names)
  for await (const piece of piecesOf(directory, inOrder(all), { left, deadline, opens: () => true })) {
    if (seen.files.length < limits.files) seen.add(piece, left)
    else {
      left.add(piece.path, `only ${limits.files} files are told of`)
      break
    }
  }
  const files = seen.files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    ...about,
    category,
    solvers: files
      .filter(({ path }) => isSolver(path))
      .map(({ path }) => path)
      .slice(0, 50),
    files,
    left: left.all,
    connections: [
      ...about.connections,
      ...connectionsIn(about.description, 'description', true),
      ...connectionsIn(about.rehost, 'rehost', false),
    ].slice(0, 20),
    dockerfiles: seen.dockerfiles.slice(0, 20),
    compose: files
      .map(({ path }) => path)
      .filter((path) => /(^|\/)(docker-)?compose\.ya?ml$/i.test(path))
      .slice(0, 20),
    webRoots: webRootsIn(files),
  }
}

/** Papers and small files first: where not all can be looked at, those tell the most. */
function inOrder(files: readonly Found[]): Found[] {
  return [...files].sort((a, b) => Number(a.bytes > limits.textBytes) - Number(b.bytes > limits.textBytes))
}

/** What has been seen of a challenge's files. */
class Seen {
  readonly files: FileFacts[] = []
  readonly dockerfiles: Facts['dockerfiles'] = []
  readonly #siblings: Siblings
  readonly #names: readonly string[]

  constructor(siblings: Siblings, names: readonly string[]) {
    this.#siblings = siblings
    this.#names = names
  }

  add(piece: Piece, left: Left): void {
    const { path, size, executable, setuid, sha256, bytes } = piece
    const elf = piece.type === 'elf' && piece.whole ? elfFacts(bytes) : undefined
    if (piece.type === 'elf' && piece.whole && !elf) left.add(path, 'a broken ELF file')
    const text = piece.type === 'text' || piece.type === 'html' || piece.type === 'xml'
    const script = text
      ? scriptFacts(path, bytes.toString('utf8', 0, scriptBytes), this.#siblings)
      : undefined
    const type = script ? 'script' : piece.type
    const words = wordy.has(type) ? bytes.toString('latin1', 0, limits.textBytes) : ''
    if (/(^|\/)(Dockerfile[\w.-]*|[\w.-]+\.dockerfile)$/i.test(path) && text)
      this.dockerfiles.push(dockerfileFacts(path, bytes.toString('utf8', 0, 256 * 1024)))
    this.files.push({
      path,
      bytes: size,
      type,
      executable,
      setuid,
      sha256,
      ...(elf && { elf }),
      ...(script && { script }),
      flagPaths: elf || script || /(^|\/)(Dockerfile|\.init)/.test(path) ? flagPathsIn(words) : [],
      flags: isSolver(path) ? [] : flagTextsIn(words, this.#names),
    })
  }
}
