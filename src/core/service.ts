import { z } from 'zod'
import type { FileSet } from './files.ts'
import { isPath } from './files.ts'
import type { Image } from './sandbox.ts'

/**
 * Where a secret of the trial goes before the service starts: a file of its own, a variable of the service's
 * environment, or every occurrence of a placeholder in one of the service's files.
 */
export const plantSchema = z.union([
  z.strictObject({ secret: z.string().default('flag'), file: path() }),
  z.strictObject({ secret: z.string().default('flag'), env: z.string().regex(/^[A-Za-z_]\w*$/) }),
  z.strictObject({ secret: z.string().default('flag'), template: path(), placeholder: z.string().min(1) }),
])
export type Plant = z.infer<typeof plantSchema>

/** How a service shows that it works: what is sent to it, and what has to come back. */
export const readySchema = z.strictObject({
  /** TCP port that has to answer; the first of the service's where absent. */
  port: z.number().int().min(1).max(65535).optional(),
  /** Sent once connected; a request in HTTP for web services. Without it a banner is waited for, then a newline is sent. */
  send: z.string().optional(),
  /** Regular expression over what comes back; any byte at all where absent. */
  expect: z.string().optional(),
  /** True where a service keeps silent until it is asked the right thing: an accepted connection that stays open is enough. */
  silent: z.boolean().default(false),
  seconds: z.number().positive().default(30),
})
export type Ready = z.infer<typeof readySchema>

/**
 * A server that an environment has beside the agent's sandbox. It has a sandbox of its own in the same private network:
 * the agent reaches its ports and nothing else of it.
 */
export interface Service {
  /** Host name in the network, as the task's instructions say it. */
  readonly name: string
  /** Further host names. */
  readonly aliases: readonly string[]
  /** What its work directory starts with; of a service with an image, what replaces files of the image's directory. */
  readonly files: FileSet
  /** What is run, in the work directory; empty: what the image runs by itself. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** See `SandboxSpec.links`. */
  readonly links?: Readonly<Record<string, string>>
  /** TCP ports that it serves. Without any it is taken for ready once it is started. */
  readonly ports: readonly number[]
  readonly ready: Ready
  readonly plants: readonly Plant[]
  /** Only where the task needs a container image: sandboxes of the machine's own files cannot open it. */
  readonly image?: Image
  readonly memoryBytes?: number
  /** See `SandboxSpec.programs32`. The agent's sandbox has them too where a service has. */
  readonly programs32?: boolean
  /** What of the original was left out, and is told to people: `privileged`, `mount of the engine's socket`. */
  readonly stripped?: readonly string[]
}

/** Opening an environment without services, in seconds, and building the images of one with containers. */
const [plainSeconds, buildSeconds] = [120, 1800]

/** How long opening an environment with these services may take at most, in seconds: each may use all its time. */
export function openingSeconds(services: readonly Pick<Service, 'ready' | 'image'>[] = []): number {
  const slowest = Math.max(0, ...services.map(({ ready }) => ready.seconds))
  return plainSeconds + slowest + (services.some(({ image }) => image) ? buildSeconds : 0)
}

/** A `[services.NAME]` table of `task.toml`; its files are in `services/NAME/`. */
export const serviceTableSchema = z
  .strictObject({
    command: z.array(z.string()).default([]),
    /** Runs in a container image that is built from its files; without a command, what the image runs by itself. */
    image: z.strictObject({ dockerfile: path().default('Dockerfile') }).optional(),
    ports: z.array(z.number().int().min(1).max(65535)).default([]),
    aliases: z.array(z.string()).default([]),
    env: z.record(z.string(), z.string()).default({}),
    /** Absolute paths that lead into the work directory: `{ "/flag" = "flag.txt", "/challenge" = "" }`. */
    links: z.record(z.string(), z.string()).optional(),
    ready: readySchema.prefault({}),
    plant: z.array(plantSchema).default([]),
    memory_mb: z.number().int().positive().optional(),
    /** Its program, or one of its programs, is of 32 bits. */
    programs32: z.boolean().optional(),
  })
  .refine(
    ({ command, image }) => image !== undefined || command.length > 0,
    'a service without an image needs a command',
  )
export type ServiceTable = z.infer<typeof serviceTableSchema>

function path() {
  return z.string().refine(isPath, "is not a path inside the service's work directory")
}
