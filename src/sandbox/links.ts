import { UsageError } from '../core/errors.ts'
import { isPath } from '../core/files.ts'
import { workDirectory } from './etc.ts'

/** At the top of every sandbox there is something of the system's by these names already. */
const taken = /^\/(bin|dev|etc|lib\w*|proc|sbin|sys|tmp|usr|work)(\/|$)/

/**
 * The links of a sandbox, with what they lead to as an absolute path. Throws `UsageError` (`bad-link`) for a place that
 * is the system's or no place, for one inside another's, and for a path that leaves the work directory.
 */
export function linksOf(links: Readonly<Record<string, string>> = {}): { at: string; to: string }[] {
  const places = Object.keys(links)
  return Object.entries(links).map(([at, to]) => {
    if (!at.startsWith('/') || !isPath(at.slice(1)) || at.includes('\n') || taken.test(at))
      throw new UsageError(
        'bad-link',
        `"${at}" is no place for a link: an absolute path that the system does not have`,
      )
    if (places.some((other) => at.startsWith(`${other}/`)))
      throw new UsageError('bad-link', `"${at}" is inside another link`)
    if (to !== '' && (!isPath(to) || to.includes('\n')))
      throw new UsageError('bad-link', `"${at}" leads to "${to}", which is no path inside the work directory`)
    return { at, to: to === '' ? workDirectory : `${workDirectory}/${to}` }
  })
}
