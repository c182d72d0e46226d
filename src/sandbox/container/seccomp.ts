import { seccompProgram } from '../seccomp.ts'
import { withCompat } from '../seccomp-compat.ts'

/**
 * The filter for sandboxes of an image. They may change their root, as servers do that lock themselves in; and on x64
 * programs of 32 bits run.
 */
export function imageFilter(architecture: string = process.arch): Uint8Array {
  const own = seccompProgram(architecture, ['chroot'])
  return architecture === 'x64' ? withCompat(own, true) : own
}
