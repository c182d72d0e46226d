import type { View } from './view.ts'

const label = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Names that the network has for something else. */
const taken = new Set(['agent', 'localhost', 'host', 'container', 'box'])

/** The service's host name: the one that the description has, where it is a plain word; else one made of the title. */
export function serviceName({ facts }: View): string {
  const said = facts.connections
    .map(({ host }) => host.toLowerCase())
    .find((host) => label.test(host) && !taken.has(host))
  if (said) return said
  const made = facts.title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 30)
    .replace(/-+$/, '')
  return label.test(made) && !taken.has(made) ? made : 'challenge'
}
