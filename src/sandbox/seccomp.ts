import { bpfProgram } from './bpf.ts'
import { withCompat } from './seccomp-compat.ts'

/**
 * The seccomp filter as classic BPF (seccomp(2), linux/filter.h). System calls that a sandbox never needs and
 * that widen the kernel's attack surface fail with EPERM; those that libc tries first and can do without fail
 * with ENOSYS, so that it falls back.
 */
type Architecture = 'x64' | 'arm64'

/** [x86_64, aarch64] numbers; null where the architecture does not have the call. */
const denied: Record<string, readonly [number | null, number]> = {
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  open_tree_attr: [467, 467],
  unshare: [272, 97],
  setns: [308, 268],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  open_by_handle_at: [304, 265],
  name_to_handle_at: [303, 264],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  syslog: [103, 116],
  vhangup: [153, 58],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  fanotify_init: [300, 262],
  lookup_dcookie: [212, 18],
  nfsservctl: [180, 42],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  mbind: [237, 235],
  set_mempolicy: [238, 237],
  modify_ldt: [154, -1],
  iopl: [172, -1],
  ioperm: [173, -1],
  uselib: [134, -1],
  ustat: [136, -1],
  sysfs: [139, -1],
  _sysctl: [156, -1],
  create_module: [174, -1],
  vmsplice: [278, 75],
  pidfd_getfd: [438, 438],
}

const allow = 0x7fff0000
const killProcess = 0x80000000
const errno = (code: number) => 0x00050000 | code
const [EPERM, ENOSYS, EPROTONOSUPPORT] = [1, 38, 93]

/** CLONE_NEWTIME | NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET (sched.h). */
const newNamespaces =
  0x00000080 | 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
/** ioctl requests that type into a terminal or paste into a console (CVE-2017-5226, CVE-2023-28100). */
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c

const layouts = {
  x64: { audit: 0xc000003e, column: 0, clone: 56, clone3: 435, ioctl: 16, personality: 135, socket: 41 },
  arm64: { audit: 0xc00000b7, column: 1, clone: 220, clone3: 435, ioctl: 29, personality: 92, socket: 198 },
} as const

/** What gdb and ordinary start-up code ask personality(2) for: Linux, with or without ADDR_NO_RANDOMIZE; or a query. */
const personalities = [0, 0x0040000, 0xffffffff]
/** Address families: unix, IPv4, IPv6. The rest (AF_ALG, AF_VSOCK, AF_PACKET …) is attack surface only. */
const families = [1, 2, 10]
/** Of netlink only the part that lists addresses and routes (protocol 0), which libc asks for. */
const AF_NETLINK = 16

/**
 * The program for this machine's architecture, but for the calls in `allowed`. Throws for an architecture without a
 * table: never run without the filter.
 */
export function seccompProgram(
  architecture: string = process.arch,
  allowed: readonly string[] = [],
): Uint8Array {
  if (architecture !== 'x64' && architecture !== 'arm64') {
    throw new Error(`no seccomp table for ${architecture}; sandboxes run on x64 and arm64`)
  }
  return assemble(architecture, new Set(allowed))
}

/** The same for a sandbox where programs of 32 bits run too, on x64; elsewhere there are none. */
export function seccompProgram32(architecture: string = process.arch): Uint8Array {
  const own = seccompProgram(architecture)
  return architecture === 'x64' ? withCompat(own, false) : own
}

function assemble(architecture: Architecture, allowed: ReadonlySet<string>): Uint8Array {
  const layout = layouts[architecture]
  const code: number[][] = []
  // Instructions: BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_JMP|JSET|K, BPF_RET|K.
  const load = (offset: number) => code.push([0x20, 0, 0, offset])
  const ret = (value: number) => code.push([0x06, 0, 0, value])
  const unlessEqual = (value: number, skip: number) => code.push([0x15, 0, skip, value])
  const ifEqual = (value: number, skip: number) => code.push([0x15, skip, 0, value])
  const unlessAnyBit = (mask: number, skip: number) => code.push([0x45, 0, skip, mask])
  const number = 0
  const argument = (index: number) => 16 + 8 * index

  load(4)
  ifEqual(layout.audit, 1)
  ret(killProcess)
  load(number)
  if (architecture === 'x64') {
    // The x32 ABI has the same calls under other numbers.
    unlessAnyBit(0x40000000, 1)
    ret(errno(ENOSYS))
  }
  for (const [name, numbers] of Object.entries(denied)) {
    const value = numbers[layout.column]
    if (allowed.has(name) || value === null || value === undefined || value < 0) continue
    unlessEqual(value, 1)
    ret(errno(EPERM))
  }
  unlessEqual(layout.clone3, 1)
  ret(errno(ENOSYS))
  unlessEqual(layout.clone, 4)
  load(argument(0))
  unlessAnyBit(newNamespaces, 1)
  ret(errno(EPERM))
  ret(allow)
  unlessEqual(layout.ioctl, 5)
  load(argument(1))
  ifEqual(TIOCSTI, 2)
  ifEqual(TIOCLINUX, 1)
  ret(allow)
  ret(errno(EPERM))
  oneOf(layout.personality, personalities)
  unlessEqual(layout.socket, 10)
  load(argument(0))
  families.forEach((family, index) => {
    ifEqual(family, 7 - index)
  })
  unlessEqual(AF_NETLINK, 3)
  load(argument(2))
  ifEqual(0, 2)
  // As a kernel without them says: with EPERM, su(1) takes it that it must not work without the audit log.
  ret(errno(EPROTONOSUPPORT))
  ret(errno(EPERM))
  ret(allow)
  ret(allow)

  function oneOf(call: number, values: readonly number[]) {
    unlessEqual(call, values.length + 3)
    load(argument(0))
    values.forEach((value, index) => {
      ifEqual(value, values.length - index)
    })
    ret(errno(EPERM))
    ret(allow)
  }

  return bpfProgram(code)
}
