import { Fallen } from '../../source.ts'
import type { FileFacts } from '../facts.ts'
import { baseName, innerPath } from './paths.ts'
import type { View } from './view.ts'

const kernel =
  /(^|\/)(bzImage|vmlinuz[^/]*|vmlinux|zImage|uImage|initramfs[^/]*|rootfs[^/]*|initrd[^/]*|[^/]+\.(qcow2|vmdk|vdi|ko|cpio(\.gz)?|ext[234]))$/i
const chain = /\.(sol|move|cairo|vy)$/i

/**
 * Throws `Fallen` where what would be served needs another machine than this: `needs-vm`, `needs-windows`,
 * `needs-other-machine`, `needs-python2`, `needs-sage`, `needs-chain`.
 */
export function refuseMachines(view: View, program: FileFacts): void {
  const { files, facts } = view
  const image = files.find(
    ({ path, type, elf }) =>
      kernel.test(innerPath(path)) ||
      elf?.kind === 'kernel-module' ||
      /kernel|boot image|bzimage/i.test(type),
  )
  if (image && !(program.script?.language === 'python' && program.script.asks && facts.category !== 'pwn'))
    throw new Fallen('needs-vm', `${image.path} is a part of a virtual machine, which no sandbox starts`)
  const { elf, script } = program
  const emulated = facts.dockerfiles.find(({ packages }) =>
    packages.some((name) => /^qemu-(system|kvm)/.test(name)),
  )
  if (emulated && !elf)
    throw new Fallen(
      'needs-vm',
      `${emulated.path} installs QEMU for a virtual machine, which no sandbox starts`,
    )
  if (elf && elf.machine !== 'x86-64' && elf.machine !== 'i386')
    throw new Fallen('needs-other-machine', `${program.path} is made for ${elf.machine}`)
  if (script?.language === 'sage') throw new Fallen('needs-sage', `${program.path} is written for SageMath`)
  if (script?.imports.some((module) => module === 'sage'))
    throw new Fallen('needs-sage', `${program.path} imports sage`)
  if (script?.language === 'python' && script.major === 2)
    throw new Fallen('needs-python2', `${program.path} is Python 2`)
  const contract = files.find(({ path }) => chain.test(path))
  if (contract && (facts.category === 'blockchain' || !elf))
    throw new Fallen(
      'needs-chain',
      `${baseName(contract.path)} is a contract, and needs a chain to be deployed on`,
    )
}

/** Programs that a service would run by, of a pwn challenge that has none for this machine. */
export function refuseWindows(view: View): void {
  const windows = view.files.find(({ type }) => type === 'pe')
  if (windows && view.facts.category === 'pwn')
    throw new Fallen('needs-windows', `${windows.path} is a program for Windows`)
}
