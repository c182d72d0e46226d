import { isPath } from '../../../core/files.ts'
import type { Plant } from '../../../core/service.ts'
import { Fallen } from '../../source.ts'
import type { FileFacts } from '../facts.ts'
import type { Decision, FileSource, Plan } from '../plan.ts'
import { flagModules } from './candidates.ts'
import { baseName, directoryOf, innerPath } from './paths.ts'
import { isStandIn } from './roles.ts'
import { hasDigest, type View } from './view.ts'

/** Where a service gets the flag from. */
export interface Planting {
  readonly plants: readonly Plant[]
  readonly links: Readonly<Record<string, string>>
  /** Files that the forge writes for it: a module that has a placeholder. */
  readonly files: readonly FileSource[]
  /** Modules that these files are. */
  readonly modules: ReadonlySet<string>
  readonly format: string
  /** A source that has the flag's place inside, by its path in the challenge: not for players as it is. */
  readonly template?: string
  readonly decision: Decision
}

const placeholder = '@FLAG@'

/** At the top of every sandbox the system has something by these names; no link can be there. */
const taken = /^\/(bin|dev|etc|lib\w*|proc|sbin|sys|tmp|usr|work|challenge)(\/|$)/

/** The flag's form by what texts say: `csaw{*}`; else `flag{*}`. */
export function formatOf({ facts }: View): { format: string; why: string } {
  const known = facts.flag?.kind === 'text' ? formIn(facts.flag.value) : undefined
  if (known) return { format: `${known}{*}`, why: 'as the old one has it' }
  const told = [...facts.description.matchAll(/(?<![\w.])([A-Za-z][\w-]{1,20})\{[^}\n]{0,80}\}/g)].map(
    ([, prefix = '']) => prefix,
  )
  const inFiles = facts.files.flatMap(({ flags }) => flags.flatMap((text) => formIn(text) ?? []))
  const notForms =
    /^(begin|end|text|frac|mathbb|mathbf|sqrt|url|href|cite|class|function|if|for|while|var|let|const|return|struct|do|else|try|catch|switch)$/i
  const first = [...told, ...inFiles].find(
    (prefix) => !notForms.test(prefix) && !/^(fake|not|redacted)/i.test(prefix),
  )
  if (first)
    return { format: `${first}{*}`, why: `as its ${told.includes(first) ? 'description' : 'files'} have it` }
  return { format: 'flag{*}', why: 'in the usual form' }
}

function formIn(text: string): string | undefined {
  return /^([A-Za-z][\w-]{0,20})\{/.exec(text)?.[1]
}

/** Paths that the program and what lies beside it look for a flag at, with those that the platform makes. */
function pathsOf(view: View, program: FileFacts): string[] {
  const names = new Set(program.script?.names ?? [])
  const root = directoryOf(program.path)
  const near = view.files.filter(
    (file) =>
      file === program ||
      names.has(file.path) ||
      names.has(baseName(file.path)) ||
      (file.script !== undefined && directoryOf(file.path).startsWith(root)) ||
      file.elf?.kind === 'program',
  )
  const told = [
    ...view.facts.description.matchAll(/`((?:\.\/)?flag(?:\.txt)?|\/(?:[\w.-]+\/)*flag(?:\.txt)?)`/g),
  ].map(([, path = '']) => path)
  const all = [
    ...program.flagPaths,
    ...near.flatMap(({ flagPaths }) => flagPaths),
    ...view.setup.flagLinks,
    ...told,
  ]
  return [...new Set(all)].filter(
    (path) => !path.startsWith('$') && !/\.(enc|encrypted|png|jpe?g|zip|pdf)$/.test(path),
  )
}

/** Where the flag goes, of a service whose program is at `root` in the challenge. */
export function decidePlanting(view: View, program: FileFacts): Planting {
  const { facts } = view
  const { format, why: form } = formatOf(view)
  const root = directoryOf(program.path)
  const found = pathsOf(view, program)
  const files = new Set<string>()
  const outside = new Set<string>()
  for (const path of found) {
    const inside = path.startsWith('/challenge/')
      ? path.slice('/challenge/'.length)
      : path.replace(/^(\.\/)+/, '')
    if (/[*?$%{}\s"'`]/.test(path) || path.endsWith('/')) continue
    if (inside.startsWith('../')) outside.add(`/${inside.replace(/^(\.\.\/)+/, '')}`)
    else if (inside.startsWith('/')) outside.add(inside)
    else if (isPath(inside)) files.add(inside)
  }
  const modules = new Set(
    (program.script?.imports ?? [])
      .map((name) => name.split('.')[0] ?? name)
      .filter((name) => flagModules.has(name) && !hasModule(view, name)),
  )
  const own = program.flagPaths.some((path) => !path.startsWith('$'))
  const variable = own ? undefined : variableOf(view)
  const template =
    found.length === 0 && modules.size === 0 && variable === undefined ? templateOf(view, program) : undefined
  const plants: Plant[] = []
  const links: Record<string, string> = {}
  const written: FileSource[] = []
  const places: string[] = []
  for (const name of [...modules].sort()) {
    const path = `${name}.py`
    written.push({ path, text: moduleText })
    plants.push({ secret: 'flag', template: path, placeholder })
    places.push(`a module ${path}, which it imports and does not ship`)
  }
  if (variable !== undefined) {
    plants.push({ secret: 'flag', env: variable })
    places.push(`the variable ${variable}`)
  }
  if (template) {
    plants.push({ secret: 'flag', template: template.path, placeholder: template.text })
    places.push(`${template.path}, in the place of "${template.text}"`)
  }
  // A shell that somebody gets finds it where every challenge has it.
  if (files.size === 0) files.add(outside.has('/flag') ? 'flag' : 'flag.txt')
  const main = [...files].find((path) => !path.includes('/')) ?? [...files][0] ?? 'flag.txt'
  if (!template || program.elf) {
    for (const path of [...files].slice(0, 4)) plants.push({ secret: 'flag', file: path })
    for (const at of [...outside].filter((each) => !taken.test(each) && isPath(each.slice(1))).slice(0, 10))
      links[at] = main
    if (!Object.keys(links).some((at) => at.startsWith('/flag/'))) links['/flag'] = main
    places.push(...files, ...Object.keys(links).filter((at) => outside.has(at)))
  }
  for (const at of Object.keys(links))
    if (Object.keys(links).some((other) => other !== at && at.startsWith(`${other}/`))) delete links[at]
  const lost = [...outside].filter((each) => taken.test(each) && !each.startsWith('/challenge'))
  const certain =
    found.length > 0
      ? 0.97
      : modules.size > 0
        ? 0.6
        : variable
          ? 0.85
          : template
            ? 0.75
            : program.elf
              ? 0.85
              : 0.5
  return {
    plants: plants.slice(0, 10),
    links,
    files: written,
    modules,
    format,
    ...(template && { template: template.source }),
    decision: {
      what: 'flag',
      choice: `fresh, ${format}`,
      why: `planted in ${places.slice(0, 4).join(', ')}${found.length > 0 ? ', where the program or the platform has it' : program.elf ? ', where a shell finds it' : ''}; ${form}${lost.length > 0 ? `; nothing can be at ${lost[0]}` : ''}`,
      confidence: lost.length > 0 ? 0.4 : certain,
    },
  }

  function templateOf(
    from: View,
    file: FileFacts,
  ): { path: string; text: string; source: string } | undefined {
    const candidates = [
      file,
      ...from.files.filter((other) => other.script && directoryOf(other.path).startsWith(root)),
    ]
    for (const each of candidates) {
      if (each.elf) continue
      const text = each.flags.find((flag) => flag.length >= 4 && /\{.+\}/.test(flag))
      const path = each.path.slice(root.length)
      if (text !== undefined && isPath(path) && innerPath(each.path) !== '')
        return { path, text, source: each.path }
    }
    return undefined
  }
  function hasModule(from: View, name: string): boolean {
    return (
      from.files.some(
        ({ path }) =>
          [`${name}.py`, `${name}.so`].includes(baseName(path)) || path.startsWith(`${root}${name}/`),
      ) && !from.setup.removed.has(`${name}.py`)
    )
  }
  function variableOf({ facts: { dockerfiles, description }, files: all }: View): string | undefined {
    const set = dockerfiles
      .flatMap(({ env }) => Object.keys(env))
      .find((name) => /^(\w+_)?FLAG(_\w+)?$/i.test(name))
    if (set) return set
    const said = variableIn(description)
    if (said !== undefined) return said
    const named =
      program.flagPaths.find((path) => /^\$\w+$/.test(path) && /FLAG\d*$/i.test(path)) ??
      all.flatMap(({ flagPaths, script }) => (script ? flagPaths : [])).find((path) => path === '$FLAG')
    if (named) return named.slice(1)
    return program.script &&
      facts.dockerfiles.length === 0 &&
      found.length === 0 &&
      modules.size === 0 &&
      program.script.serves === 'http' &&
      !all.some(({ flags, script }) => script && flags.length > 0)
      ? 'FLAG'
      : undefined
  }
}

/** A variable of the environment that a text says the flag is in. Looks a few characters around each word that may be one. */
function variableIn(text: string): string | undefined {
  for (const hit of text.matchAll(/variable\s{1,5}`?([A-Z_]{4,40})(?![A-Z_])/gi)) {
    const [whole, name = ''] = hit
    if (!/flag/i.test(name)) continue
    const before = text.slice(Math.max(0, hit.index - 75), hit.index)
    const after = text.slice(hit.index + whole.length, hit.index + whole.length + 55)
    if (/environment[^.]{0,60}$/i.test(before) || /^`?[^.]{0,40}environment/i.test(after)) return name
  }
  return undefined
}

/** Bytes to one, a text to another: scripts that import their flag do not say which they mean. */
const moduleText = `class Flag(bytes):
    def encode(self, *_):
        return bytes(self)

    def __str__(self):
        return self.decode()

    def __format__(self, spec):
        return format(self.decode(), spec)


FLAG = flag = Flag(b"${placeholder}")
`

/** The flag of a challenge of files alone. Throws `Fallen` (`no-flag`). */
export function decideStatic({ facts, byPath }: View): { flag: Plan['flag']; decision: Decision } {
  const { flag } = facts
  const say = (choice: string, why: string, confidence: number): Decision => ({
    what: 'flag',
    choice,
    why,
    confidence,
  })
  if (flag?.kind === 'sha256')
    return {
      flag: { kind: 'sha256', digest: flag.digest },
      decision: say('sha256', `${flag.from} has the digest of the only flag that the files lead to`, 0.95),
    }
  if (flag?.kind === 'text')
    return {
      flag: { kind: 'static', value: flag.value },
      decision: say('static', `${flag.from} has it`, isStandIn(flag.value) ? 0.4 : 0.9),
    }
  if (flag?.kind === 'checker') {
    const file = byPath.get(flag.path)
    const runs =
      file?.script?.language === 'python' ? ['python3', innerPath(flag.path)] : [`./${innerPath(flag.path)}`]
    return {
      flag: {
        kind: 'checker',
        from: flag.path,
        command: runs,
        accepts: '(?<![A-Za-z])[Cc]orrect',
        refuses: '[Ii]ncorrect|[Ww]rong|[Nn]ot correct|[Ii]nvalid|[Tt]ry again',
      },
      decision: say('checker', `${flag.path} says whether a flag is right`, 0.7),
    }
  }
  throw new Fallen('no-flag', 'no digest, text or checker of the flag is there')
}

/** Whether a text or script shows the very flag, which then is no flag for whoever has the file. */
export function showsFlag(file: FileFacts, { facts }: View): boolean {
  const { flag } = facts
  if (flag?.kind === 'sha256')
    return file.flags.some((text) => hasDigest(text, flag.digest) || hasDigest(`${text}\n`, flag.digest))
  return flag?.kind === 'text' && file.flags.some((text) => text.includes(flag.value))
}
