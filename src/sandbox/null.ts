import { randomUUID } from 'node:crypto'
import { checkPath, type FileSet } from '../core/files.ts'
import type {
  Finished,
  Pod,
  Running,
  Sandbox,
  SandboxBackend,
  SandboxSpec,
  Terminal,
} from '../core/sandbox.ts'

const nothing = new Uint8Array()
const finished: Finished = {
  exitCode: 0,
  signal: null,
  stdout: nothing,
  stderr: nothing,
  truncated: false,
  timedOut: false,
  limit: null,
  wallSeconds: 0,
}
async function* noOutput(): AsyncGenerator<Uint8Array> {}

/** A sandbox that runs nothing: each command "ends" at once with exit code 0. Files are kept in this process. */
class NullSandbox implements Sandbox {
  readonly id = randomUUID()
  readonly name: string
  readonly #files = new Map<string, Uint8Array>()

  constructor(spec: SandboxSpec) {
    this.name = spec.name
    this.#put(spec.files ?? new Map())
  }

  async exec(): Promise<Finished> {
    return finished
  }

  async start(): Promise<Running> {
    return {
      stdout: noOutput(),
      stderr: noOutput(),
      write: async () => {},
      endInput: () => {},
      finished: Promise.resolve(finished),
      kill: () => {},
    }
  }

  async terminal(): Promise<Terminal> {
    return {
      write: () => {},
      resize: () => {},
      read: async ({ until } = {}) => ({ text: '', matched: until?.test('') ?? false, ended: true }),
      screen: () => '',
      finished: Promise.resolve({ exitCode: 0, signal: null }),
      kill: () => {},
    }
  }

  async write(files: FileSet): Promise<void> {
    this.#put(files)
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.#files.get(checkPath(path))
  }

  async list(): Promise<string[]> {
    return [...this.#files.keys()].sort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#files.clear()
  }

  #put(files: FileSet): void {
    for (const [path, content] of files) this.#files.set(checkPath(path), content)
  }
}

/** For benchmarks of the harness only: it isolates nothing, since it runs nothing. */
export function nullBackend(): SandboxBackend {
  return {
    name: 'null',
    open: async (spec) => new NullSandbox(spec),
    pod: async (): Promise<Pod> => ({
      id: randomUUID(),
      open: async (spec) => new NullSandbox(spec),
      [Symbol.asyncDispose]: async () => {},
    }),
    facts: async () => ({ sandbox: 'none: commands are not run' }),
    reap: async () => ({ processes: 0, directories: 0, mounts: 0, cgroups: 0, namespaces: 0 }),
    [Symbol.asyncDispose]: async () => {},
  }
}
