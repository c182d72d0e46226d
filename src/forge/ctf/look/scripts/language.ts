import type { ScriptFacts } from '../../facts.ts'

export type Language = ScriptFacts['language']

/** What the first line says. */
export interface Shebang {
  readonly interpreter: string
  /** Made to run with rights of its own. */
  readonly privileged: boolean
}

/**
 * The program of a first line, seen through `env` and `exec-suid`: `#!/usr/bin/exec-suid -- /usr/bin/python3 -I` is
 * `/usr/bin/python3`. Undefined where the text has none.
 */
export function shebangOf(text: string): Shebang | undefined {
  const line = /^#![ \t]{0,20}([^\r\n]{1,300})/.exec(text)?.[1]
  if (line === undefined) return undefined
  let words = line.trim().split(/\s+/)
  const privileged = /(^|\/)(exec-suid|bash-suid|sudo)$/.test(words[0] ?? '') || line.includes('-suid')
  while (words.length > 1 && /(^|\/)(env|exec-suid|sudo)$/.test(words[0] ?? '')) {
    words = words.slice(1)
    // Options of env, and what it sets.
    while (words.length > 1 && /^(-.*|\w+=.*)$/.test(words[0] ?? '')) words = words.slice(1)
  }
  return { interpreter: (words[0] ?? '').slice(0, 200), privileged }
}

const byInterpreter: readonly (readonly [RegExp, Language])[] = [
  [/(^|[/.])(i?python|pypy)[\d.]*$/, 'python'],
  [/(^|\/)sage$/, 'sage'],
  [/(^|\/)((ba|da|z|k|a|fi)?sh|bash-suid|r(ba)?sh)$/, 'shell'],
  [/(^|\/)perl[\d.]*$/, 'perl'],
  [/(^|\/)php[\d.-]*(cli)?$/, 'php'],
  [/(^|\/)ruby[\d.]*$/, 'ruby'],
  [/(^|\/)(node|nodejs|deno|bun)$/, 'node'],
  [/(^|\/)lua(jit)?[\d.]*$/, 'lua'],
  [/(^|\/)(runhaskell|runghc|stack)$/, 'haskell'],
  [/(^|\/)java$/, 'java'],
]

const byExtension: Readonly<Record<string, Language>> = {
  py: 'python',
  sage: 'sage',
  sh: 'shell',
  bash: 'shell',
  pl: 'perl',
  php: 'php',
  rb: 'ruby',
  js: 'node',
  mjs: 'node',
  cjs: 'node',
  ts: 'node',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  hpp: 'cpp',
  go: 'go',
  rs: 'rust',
  java: 'java',
  lua: 'lua',
  hs: 'haskell',
  sol: 'other',
  asm: 'other',
  s: 'other',
  nim: 'other',
  jl: 'other',
  ml: 'other',
  lisp: 'other',
  scm: 'other',
  rkt: 'other',
  bf: 'other',
  cs: 'other',
  kt: 'other',
  vb: 'other',
  ps1: 'other',
  gp: 'other',
  m: 'other',
  v: 'other',
  vhd: 'other',
  cairo: 'other',
}

/** Texts that are no programs, whatever they contain. */
const noPrograms =
  /\.(md|txt|json|ya?ml|html?|css|xml|svg|csv|out|log|ini|cfg|conf|toml|lock|enc|pem|sql|tex|rst|ipynb)$/i

/** How often a language's own lines have to be seen where no name says what it is. */
const byContent: readonly (readonly [Language, RegExp, number])[] = [
  ['php', /^\s{0,20}<\?php\b/gm, 1],
  [
    'cpp',
    /^[ \t]{0,20}#[ \t]{0,5}include[ \t]{0,5}<(iostream|vector|string|map|algorithm|bits\/stdc\+\+\.h)>/gm,
    1,
  ],
  ['c', /^[ \t]{0,20}#[ \t]{0,5}include[ \t]{0,5}[<"]\w/gm, 1],
  ['go', /^package \w{1,40}\s{0,5}$/gm, 1],
  ['java', /^[ \t]{0,20}(import java[\w.]{1,80};|public (final )?class \w)/gm, 1],
  ['rust', /^[ \t]{0,20}(use (std|rand)::|fn main\(\))/gm, 1],
  ['node', /\brequire\(['"][\w./@-]{1,80}['"]\)|^[ \t]{0,20}import .{1,100} from ['"]/gm, 1],
  [
    'python',
    /^[ \t]{0,40}(from [\w.]{1,80} import \S|import [\w.]{1,80}[ \t]{0,5}(,|as\b|#|\r?$)|(async )?def \w{1,80}\(.{0,200}:[ \t]{0,5}\r?$|class \w{1,80}(\(.{0,100}\))?:|print\(|if __name__ ==)/gm,
    2,
  ],
  ['perl', /^[ \t]{0,20}(use strict|use warnings|my [$@%]\w)/gm, 1],
  ['ruby', /^[ \t]{0,20}(require ['"]\w|def \w{1,60}$|puts ['"])/gm, 2],
]

/**
 * The language of a program's text: by its first line, its name, else by what it says. Undefined where it is no program.
 * The archive's programs often have no extension.
 */
export function languageOf(path: string, text: string, shebang: Shebang | undefined): Language | undefined {
  if (shebang) {
    const found = byInterpreter.find(([pattern]) => pattern.test(shebang.interpreter))
    if (found) return sageIn(found[1], text)
  }
  const name = path.split('/').at(-1) ?? path
  const extension = /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase()
  const said = extension === undefined ? undefined : byExtension[extension]
  if (said !== undefined) return sageIn(said, text)
  if (/^makefile$/i.test(name) || noPrograms.test(name)) return shebang ? 'other' : undefined
  const start = text.slice(0, 64 * 1024)
  const found = byContent.find(([, pattern, times]) => (start.match(pattern) ?? []).length >= times)
  return found ? sageIn(found[0], text) : shebang ? 'other' : undefined
}

/** Python that only Sage understands. */
function sageIn(language: Language, text: string): Language {
  return language === 'python' && /^\s{0,10}(from sage\.all import|load\(["'][\w.]{1,60}\.sage)/m.test(text)
    ? 'sage'
    : language
}
