import { join } from 'node:path'
import { parse } from 'yaml'
import type { Facts } from '../facts.ts'
import { moduleOf, nameInTitle } from '../find/module.ts'
import { connectionsIn } from './connections.ts'
import { isPlain, type Left } from './limits.ts'
import { readFirst } from './tree.ts'

/** What a challenge's own papers say of it. */
export interface About
  extends Pick<Facts, 'title' | 'competition' | 'description' | 'rehost' | 'flag' | 'connections'> {
  readonly init?: string
}

const descriptionBytes = 64 * 1024
const paperBytes = 256 * 1024

/** A challenge's papers, in the CTF Archive's form, CTFd's (`challenge.yml`) or NYU CTF Bench's (`challenge.json`). */
export async function aboutOf(
  root: string,
  path: string,
  files: readonly string[],
  left: Left,
): Promise<About> {
  const directory = join(root, path)
  const text = (name: string, most: number) => textOf(directory, name, most, files, left)
  const paper = paperOf(text, left)
  const parts = path.split('/')
  const own = parts.at(-1) ?? ''
  const competition = parts.slice(0, -1).join('/')
  const module = path.includes('/') ? await moduleOf(root, competition) : undefined
  const isArchive = module !== undefined && (module.name !== undefined || module.titles.size > 0)
  const titled = isArchive ? nameInTitle(module.titles.get(own) ?? '') : ''
  const said = ['DESCRIPTION.md', ...files.filter((name) => /^description\.(md|txt)$/i.test(name))]
  const description =
    said.map((name) => text(name, descriptionBytes)).find((each) => each !== undefined) ??
    words(paper?.description) ??
    files
      .filter((name) => /^readme(\.md|\.txt)?$/i.test(name))
      .map((name) => text(name, descriptionBytes))[0] ??
    ''
  const init = text('.init', 16 * 1024)
  const flag = flagOf(text, files, paper)
  const given = givenBy(paper)
  return {
    title: cut(titled || words(paper?.name)?.trim() || own || 'challenge', 300),
    competition: cut(isArchive ? (module.name ?? competition) : '', 300),
    description: cut(description.trim(), descriptionBytes),
    rehost: cut((text('REHOST.md', descriptionBytes) ?? '').trim(), descriptionBytes),
    connections: paper ? connectionsOf(paper) : [],
    ...(init !== undefined && { init }),
    ...(flag && { flag }),
    ...(given.length > 0 && { given }),
  }
}

type Text = (name: string, most: number) => string | undefined

interface Paper {
  readonly from: string
  readonly name?: unknown
  readonly description?: unknown
  readonly flag?: unknown
  readonly flags?: unknown
  /** NYU CTF Bench: the server's name and port inside its network. */
  readonly box?: unknown
  readonly internal_port?: unknown
  readonly port?: unknown
  readonly category?: unknown
  readonly files?: unknown
  /** CTFd. */
  readonly connection_info?: unknown
}

function paperOf(text: Text, left: Left): Paper | undefined {
  for (const name of ['challenge.json', 'challenge.yml', 'challenge.yaml', 'task.yml', 'task.yaml']) {
    const said = text(name, paperBytes)
    if (said === undefined) continue
    try {
      const value: unknown = name.endsWith('.json') ? JSON.parse(said) : yamlIn(said)
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return { ...value, from: name }
      left.add(name, 'it says nothing that can be used')
    } catch (thrown) {
      left.add(
        name,
        `it cannot be read (${String((thrown as Error).message)
          .split('\n')[0]
          ?.slice(0, 200)})`,
      )
    }
  }
  return undefined
}

/**
 * Keys of their own lines and lists in lists in lists take the parser minutes for a few kilobytes; nobody describes a
 * challenge with them. Throws.
 */
function yamlIn(said: string): unknown {
  if (
    /^[ \t]*(?:-[ \t]+){0,8}\?[ \t]/m.test(said) ||
    /^[ \t]*(?:-[ \t]+){8}/m.test(said) ||
    /[[{]{20}/.test(said)
  )
    throw new Error('it is nested as no description is')
  return parse(said, { schema: 'core', maxAliasCount: 50, uniqueKeys: false, logLevel: 'silent' })
}

function connectionsOf({
  from,
  box,
  internal_port: inner,
  port,
  category,
  connection_info: info,
}: Paper): Facts['connections'] {
  const said = Number(inner ?? port)
  const host = typeof box === 'string' && /^[\w.-]{1,200}$/.test(box) ? box : undefined
  const named: Facts['connections'] =
    host !== undefined && Number.isInteger(said) && said >= 1 && said <= 65535
      ? [{ host, port: said, protocol: category === 'web' ? 'http' : 'tcp', from }]
      : []
  return [...named, ...(typeof info === 'string' ? connectionsIn(info, from, true) : [])].slice(0, 20)
}

/** Paths as the tree has them: `./dist/` is `dist`. */
function givenBy(paper: Paper | undefined): string[] {
  const listed = Array.isArray(paper?.files) ? paper.files : []
  return listed
    .flatMap((each) => (typeof each === 'string' ? [each.replace(/^(\.?\/)+/, '').replace(/\/+$/, '')] : []))
    .filter((path) => path !== '' && path.length <= 4000)
    .slice(0, 200)
}

function flagOf(text: Text, files: readonly string[], paper: Paper | undefined): Facts['flag'] {
  const from = ['.flag.sha256', '.flag.sha265'].find((name) => files.includes(name))
  const said = from === undefined ? undefined : text(from, 4096)?.trim()
  const digest = /^([0-9a-fA-F]{64})(\s+\S{1,100})?$/.exec(said ?? '')?.[1]
  if (from !== undefined && digest !== undefined)
    return { kind: 'sha256', digest: digest.toLowerCase(), from }
  if (from !== undefined && said !== undefined && /^[A-Za-z0-9_.-]{1,40}\{[\x20-\x7e]{1,200}\}$/.test(said))
    return { kind: 'text', value: said, from }
  const value = paper && (flagText(paper.flag) ?? flagList(paper.flags))
  if (paper && value !== undefined) return { kind: 'text', value, from: paper.from }
  const checker = files.find((name) => /^flag_?check(er)?$/i.test(name))
  return checker === undefined ? undefined : { kind: 'checker', path: checker }
}

function flagText(said: unknown): string | undefined {
  const value = typeof said === 'string' ? said.trim() : ''
  return value !== '' && value.length <= 500 && isPlain(value) ? value : undefined
}

/** CTFd's list: texts, or tables of which only fixed ones are texts to be compared. */
function flagList(said: unknown): string | undefined {
  if (!Array.isArray(said)) return flagText(said)
  for (const each of said) {
    const table = each as { type?: unknown; content?: unknown; flag?: unknown } | null
    const value =
      flagText(each) ??
      (typeof table === 'object' && table !== null && (table.type ?? 'static') === 'static'
        ? (flagText(table.content) ?? flagText(table.flag))
        : undefined)
    if (value !== undefined) return value
  }
  return undefined
}

function textOf(
  directory: string,
  name: string,
  most: number,
  files: readonly string[],
  left: Left,
): string | undefined {
  if (!files.includes(name)) return undefined
  try {
    const bytes = readFirst(join(directory, name), most + 1)
    if (bytes.length > most) left.add(name, `only its first ${most} bytes are read`)
    return bytes
      .subarray(0, most)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
  } catch {
    return undefined
  }
}

function words(said: unknown): string | undefined {
  return typeof said === 'string' && said.trim() !== '' ? said : undefined
}

function cut(text: string, most: number): string {
  return text.slice(0, most)
}
