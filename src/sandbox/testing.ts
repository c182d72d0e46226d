import { existsSync } from 'node:fs'

/** True where bubblewrap is not installed: the tests that need it are then skipped. */
export function bwrapMissing(): boolean {
  return !['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'].some((path) => existsSync(path))
}
