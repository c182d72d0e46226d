import type { FileFacts } from '../facts.ts'
import type { Decision } from '../plan.ts'
import type { View } from './view.ts'

/** Where nothing says anything: what most challenges of a kind have. */
export const usualPort = { stdin: 1337, http: 8080 }

/** Ports below need rights that no service has. */
const least = 1024

/**
 * The port, by what the program says, the Dockerfile, then the texts. Undefined where nothing does: then the usual one
 * is as good for what socat or an option listens for, and nothing is for a program that has its port inside.
 */
export function decidePort(
  { facts, machine }: View,
  file: FileFacts,
): { value: number | undefined; decision: Decision } {
  if (machine.listensOn !== undefined)
    return {
      value: machine.listensOn,
      decision: {
        what: 'port',
        choice: String(machine.listensOn),
        why: `nothing says one; ${file.path} listened there when it was started`,
        confidence: 0.95,
      },
    }
  const own = file.script?.serves !== undefined || file.elf?.imports.includes('listen') === true
  const said = facts.connections.flatMap(({ port, from }) => (port === undefined ? [] : [{ port, from }]))
  const deployed = facts.dockerfiles.flatMap(({ ports, path }) => ports.map((port) => ({ port, from: path })))
  const inside = (file.script?.ports ?? []).map((port) => ({ port, from: file.path }))
  const all = own ? [...inside, ...deployed, ...said] : [...said, ...deployed]
  const found = all.find(({ port }) => port >= least) ?? (own ? all[0] : undefined)
  const usual = file.script?.serves === 'http' ? usualPort.http : usualPort.stdin
  return {
    value: found?.port,
    decision: {
      what: 'port',
      choice: String(found?.port ?? usual),
      why: found ? `${found.from} says so` : 'nothing says one, and any will do',
      confidence: found ? (own && found !== inside[0] ? 0.7 : 0.98) : own ? 0.4 : 0.99,
    },
  }
}
