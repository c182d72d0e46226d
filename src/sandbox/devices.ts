import { existsSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { InfrastructureError, UsageError } from '../core/errors.ts'

/** Where drivers find out what the machine has. */
const machineDirectory = '/sys'

/**
 * bwrap's arguments for character devices of the host. With a device comes a read-only `/sys`, in which user-space drivers
 * look for what they drive (CUDA gives up without it), but for `/sys/fs`, where control groups are. Files of drivers in
 * `/proc` are there anyway. Nothing is done about a devices' control group: sandboxes have none.
 *
 * Throws `UsageError` (`bad-device`) for a path outside `/dev`, and `InfrastructureError` (`no-device`) where the host has
 * no such device.
 */
export function deviceArguments(devices: readonly string[] = []): string[] {
  for (const path of devices) check(path)
  if (devices.length === 0) return []
  return [
    ...devices.flatMap((path) => ['--dev-bind', path, path]),
    '--ro-bind',
    machineDirectory,
    machineDirectory,
    ...(existsSync('/sys/fs') ? ['--tmpfs', '/sys/fs', '--remount-ro', '/sys/fs'] : []),
  ]
}

function check(path: string): void {
  if (!path.startsWith('/dev/') || posix.normalize(path) !== path)
    throw new UsageError('bad-device', `"${path}" is no device: give a path such as /dev/nvidia0`)
  if (statSync(path, { throwIfNoEntry: false })?.isCharacterDevice()) return
  throw new InfrastructureError(
    'no-device',
    `${path} is no character device on this machine: load its driver, so that it is there before sandboxes are opened`,
    { retryable: false },
  )
}

/** For back ends that give sandboxes no devices. Throws `InfrastructureError` (`no-devices`) where any is wanted. */
export function refuseDevices(name: string, devices: readonly string[] = []): void {
  if (devices.length === 0) return
  throw new InfrastructureError(
    'no-devices',
    `"${name}" wants the devices ${devices.join(', ')}, which this back end cannot give it; use --backend bubblewrap`,
    { retryable: false },
  )
}
