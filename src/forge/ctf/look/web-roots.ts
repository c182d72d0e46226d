import type { FileFacts } from '../facts.ts'

/** Directories that a web server would serve: those with an index, and none inside another. Empty: the challenge's own. */
export function webRootsIn(files: readonly FileFacts[]): string[] {
  const roots = files
    .filter(
      ({ path }) =>
        /(^|\/)index\.(php|html?|jsp|cgi|asp)$/i.test(path) &&
        !/(^|\/)(templates|views|node_modules)\//.test(path),
    )
    .map(({ path }) => path.replace(/\/?[^/]+$/, ''))
  const all = [...new Set(roots)].sort()
  return all
    .filter((root) => !all.some((other) => other !== root && (other === '' || root.startsWith(`${other}/`))))
    .slice(0, 20)
}
