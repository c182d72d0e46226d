import { readDockerfile } from '../../../domains/security/loaders/dockerfile.ts'
import type { Facts } from '../facts.ts'

type DockerfileFacts = Facts['dockerfiles'][number]

/** A Dockerfile as far as it says how a service is run: of its last stage, and what it copies of the context in all of them. */
export function dockerfileFacts(path: string, said: string): DockerfileFacts {
  const text = said.slice(0, 256 * 1024)
  const facts = { base: '', workdir: '', entrypoint: [] as string[], command: [] as string[] }
  const copies: { from: string; to: string }[] = []
  const env: Record<string, string> = {}
  const packages = new Set<string>()
  for (const { name, words } of instructionsOf(text)) {
    if (name === 'FROM') {
      facts.base =
        words
          .replace(/(^|\s)--\S+/g, '')
          .trim()
          .split(/\s+/)[0] ?? ''
      facts.entrypoint = []
      facts.command = []
    } else if (name === 'WORKDIR') facts.workdir = words.replace(/^["']|["']$/g, '')
    else if (name === 'CMD') facts.command = commandOf(words)
    else if (name === 'ENTRYPOINT') facts.entrypoint = commandOf(words)
    else if (name === 'ENV' || name === 'ARG') Object.assign(env, variablesOf(words))
    else if (name === 'COPY' || name === 'ADD') copies.push(...copiesOf(words))
    else if (name === 'RUN') for (const each of packagesOf(words)) packages.add(each)
  }
  return {
    path,
    ...(facts.base && { base: facts.base.slice(0, 300) }),
    ports: readDockerfile(text).ports.slice(0, 20),
    command: [...facts.entrypoint, ...facts.command].slice(0, 60).map((word) => word.slice(0, 2000)),
    ...(facts.workdir && { workdir: facts.workdir.slice(0, 300) }),
    copies: copies.slice(0, 100),
    env: Object.fromEntries(Object.entries(env).slice(0, 100)),
    packages: [...packages].slice(0, 100),
  }
}

/** One instruction a line, continuations joined, comments and here-documents gone. */
function instructionsOf(text: string): { name: string; words: string }[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\[ \t]{0,200}\n/g, ' ')
    .split('\n')
    .slice(0, 5000)
    .flatMap((line) => {
      const found = /^[ \t]{0,100}([A-Za-z]{2,20})[ \t]+(\S.*)$/.exec(line)
      return found ? [{ name: (found[1] ?? '').toUpperCase(), words: (found[2] ?? '').trim() }] : []
    })
}

function commandOf(words: string): string[] {
  const list = words.startsWith('[') ? listOf(words) : undefined
  return list ?? ['/bin/sh', '-c', words]
}

function listOf(text: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.filter((word) => typeof word === 'string') : undefined
  } catch {
    return undefined
  }
}

function copiesOf(words: string): { from: string; to: string }[] {
  if (/(^|\s)--from=/.test(words)) return []
  const plain = words.replace(/(^|\s)--[a-z-]+(=\S+)?/g, ' ').trim()
  const all = (plain.startsWith('[') ? listOf(plain) : undefined) ?? plain.split(/\s+/)
  const to = (all.at(-1) ?? '').slice(0, 500)
  return all.slice(0, -1).map((from) => ({ from: from.slice(0, 500), to }))
}

function variablesOf(words: string): Record<string, string> {
  const pairs = [
    ...words.matchAll(/([A-Za-z_]\w{0,99})=("(?:[^"\\]|\\.){0,1000}"|'[^']{0,1000}'|\S{0,1000})/g),
  ]
  if (pairs.length > 0)
    return Object.fromEntries(
      pairs.map(([, name = '', value = '']) => [name, value.replace(/^["']|["']$/g, '').slice(0, 1000)]),
    )
  const old = /^([A-Za-z_]\w{0,99})\s+(.{1,1000})/.exec(words)
  return old ? { [old[1] ?? '']: old[2] ?? '' } : {}
}

/** What is installed by apt, apk, pip and their like. */
function packagesOf(words: string): string[] {
  return words.split(/&&|\|\||;/).flatMap((command) => {
    const found =
      /\b(?:apt(?:-get)?|apk|yum|dnf|pip[\d.]*|gem|npm)\b.{0,60}?\b(?:install|add|i)\b(.{0,3000})/.exec(
        command,
      )
    return (found?.[1] ?? '')
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/^["']|["']$/g, ''))
      .filter((word) => /^[A-Za-z0-9@][\w@.+:=<>~/[\]-]{0,199}$/.test(word))
  })
}
