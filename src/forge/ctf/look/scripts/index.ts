import type { ScriptFacts } from '../../facts.ts'
import { type Language, languageOf, shebangOf } from './language.ts'
import { pythonImports, pythonMajor } from './python.ts'
import { asksOf, servingOf } from './serving.ts'

/** So much of a program is read. */
export const scriptBytes = 1024 ** 2

/** The facts of a program's text, or undefined where it is none. `siblings` are all paths of the challenge. */
export function scriptFacts(path: string, text: string, siblings: Siblings): ScriptFacts | undefined {
  const shebang = shebangOf(text)
  const language = languageOf(path, text, shebang)
  if (language === undefined) return undefined
  const isPython = language === 'python' || language === 'sage'
  const code = withoutComments(language, text)
  const { serves, ports } = servingOf(language, code)
  const imports = (isPython ? pythonImports(text) : importsOf(language, text)).map((name) =>
    name.slice(0, 200),
  )
  const isOwn = (name: string) => siblings.modules.has(name)
  return {
    language,
    ...(isPython && { major: pythonMajor(shebang?.interpreter ?? '', text) }),
    ...(shebang && { interpreter: shebang.interpreter }),
    privileged: shebang?.privileged ?? false,
    imports: imports.filter((name) => !isOwn(name)).slice(0, 100),
    asks: asksOf(language, code),
    ...(serves && { serves }),
    ports: [...ports],
    names: siblings.namedIn(path, text, isPython ? imports.filter(isOwn) : []),
  }
}

/** Lines that are comments as a whole: what they say is not done. */
function withoutComments(language: Language, text: string): string {
  return /^(python|sage|shell|perl|ruby)$/.test(language)
    ? text.replace(/^[ \t]{0,200}#[^\r\n]{0,2000}/gm, '')
    : /^(c|cpp|node|go|rust|java|php)$/.test(language)
      ? text.replace(/^[ \t]{0,200}\/\/[^\r\n]{0,2000}/gm, '')
      : text
}

const patterns: Partial<Record<Language, RegExp>> = {
  node: /(?:\brequire\(|\bfrom |^import )['"]((?:@[\w.-]{1,60}\/)?[\w.-]{1,60})/gm,
  ruby: /^[ \t]{0,20}require ['"]([\w/-]{1,80})['"]/gm,
  perl: /^[ \t]{0,20}use ([A-Z][\w:]{1,80})/gm,
  c: /^[ \t]{0,20}#[ \t]{0,5}include[ \t]{0,5}<([\w./+-]{1,80})>/gm,
  cpp: /^[ \t]{0,20}#[ \t]{0,5}include[ \t]{0,5}<([\w./+-]{1,80})>/gm,
  java: /^[ \t]{0,20}import ([\w.]{1,100});/gm,
  go: /^[ \t]{0,20}(?:import )?"([\w./-]{1,100})"[ \t]{0,5}\r?$/gm,
}

function importsOf(language: Language, text: string): string[] {
  const pattern = patterns[language]
  if (!pattern) return []
  const all = [...text.matchAll(pattern)].slice(0, 500).map((found) => found[1] ?? '')
  return [...new Set(all)].filter((name) => name !== '' && !name.startsWith('.'))
}

/** The other files of a challenge, to be looked for in its programs. */
export class Siblings {
  /** Names of Python modules among them. */
  readonly modules: ReadonlySet<string>
  readonly #byName = new Map<string, string>()

  constructor(paths: readonly string[]) {
    const modules = new Set<string>()
    for (const path of paths) {
      const name = path.split('/').at(-1) ?? path
      if (!this.#byName.has(name)) this.#byName.set(name, path)
      const stem = /^(\w{1,80})\.(py|sage|so|pyc|pyx)$/.exec(name)?.[1]
      if (stem !== undefined) modules.add(stem)
      const folder = /([^/]+)\/__init__\.py$/.exec(path)?.[1]
      if (folder !== undefined) modules.add(folder)
    }
    this.modules = modules
  }

  /** Paths of those that a text names, or imports. */
  namedIn(own: string, text: string, imported: readonly string[]): string[] {
    const found = new Set<string>()
    const add = (name: string) => {
      const path = this.#byName.get(name)
      if (path !== undefined && path !== own && path.length <= 200 && found.size < 60) found.add(path)
    }
    for (const [word] of text.matchAll(/[\w.+-]{3,100}/g)) {
      if (this.#byName.has(word)) add(word)
      else if (/[.-]$/.test(word)) add(word.replace(/[.-]+$/, ''))
    }
    for (const name of imported) add(`${name}.py`)
    return [...found].sort()
  }
}
