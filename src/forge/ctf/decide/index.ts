import { Fallen } from '../../source.ts'
import type { Facts, FileFacts } from '../facts.ts'
import type { Decision, FileSource, Plan, ServicePlan } from '../plan.ts'
import { decidePlanting, decideStatic, type Planting } from './flag.ts'
import { writeInstructions } from './instructions.ts'
import { decideKind } from './kind.ts'
import { decideLibraries, type Loading } from './libraries.ts'
import { serviceName } from './name.ts'
import { show, writesFiles } from './one-shot.ts'
import { directoryOf } from './paths.ts'
import { decidePlayers } from './players.ts'
import { pythonNeeds } from './python-modules.ts'
import { servedPath, serviceFiles } from './service-files.ts'
import { decideSolver } from './solver.ts'
import { decideTransport } from './transport.ts'
import { type Machine, type View, viewOf } from './view.ts'

export { installedModules } from './python-modules.ts'
export type { Machine } from './view.ts'

/**
 * What becomes of a challenge: rules, each with its reason and a confidence. Pure: the same facts and machine give the same
 * plan. Throws `Fallen` for what cannot become a task here: `missing-files`, `no-flag`, `needs-internet`, `needs-vm`,
 * `needs-windows`, `needs-other-machine`, `needs-python2`, `needs-sage`, `needs-chain`, `needs-python-module`,
 * `needs-node-module`, `needs-compiling`, `needs-service`, `no-port`, `too-large`.
 */
export function decide(facts: Facts, machine: Machine): Plan {
  const view = viewOf(facts, machine)
  const { kind, decisions } = decideKind(view)
  const before = [...decisions, ...leftOut(facts)]
  return kind.kind === 'files' ? filesPlan(view, before) : livePlan(view, kind.program, before)
}

/** Throws `Fallen` (`needs-service`) where players are told of a server, and no program here could be it. */
function refuseServed({ connections, compose, category }: Facts): void {
  const told = connections.find(({ from, port }) => from.startsWith('challenge.') && port !== undefined)
  const why = told
    ? `${told.from} tells of a server at port ${told.port}`
    : compose[0] !== undefined && ['web', 'pwn'].includes(category)
      ? `it is a ${category} challenge with ${compose[0]}`
      : undefined
  if (why !== undefined)
    throw new Fallen('needs-service', `${why}, and none of its programs is known to be that server`)
}

/** Most that is told of what was left out; the rest is counted. */
const mostTold = 10

/** What nobody gets, since it is a link, a pipe, too large, or not to be opened. */
function leftOut({ left }: Facts): Decision[] {
  if (left.length === 0) return []
  const further = left.length > mostTold ? `; and ${left.length - mostTold} more` : ''
  const why = left.slice(0, mostTold).join('; ') + further
  return [{ what: 'players', choice: `left out: ${left.length}`, why, confidence: 1 }]
}

function about({ facts }: View): Pick<Plan, 'title' | 'category' | 'competition'> {
  return {
    title: facts.title.trim() || 'Challenge',
    category: facts.category,
    competition: facts.competition,
  }
}

function filesPlan(view: View, before: readonly Decision[]): Plan {
  refuseServed(view.facts)
  const { flag, decision } = decideStatic(view)
  const { players, decision: whose } = decidePlayers(view)
  const { solver, decision: by } = decideSolver(view, false)
  return {
    ...about(view),
    instructions: writeInstructions(view, { players, flag, remarks: [] }),
    players,
    flag,
    ...(solver && { solver }),
    decisions: [...before, decision, whose, ...(by ? [by] : [])],
  }
}

function livePlan(view: View, program: FileFacts, before: readonly Decision[]): Plan {
  const loading = decideLibraries(view, program)
  const planting = decidePlanting(view, program)
  const needs =
    program.script?.language === 'python'
      ? pythonNeeds(view, pythonPrograms(view, program), planting.modules)
      : { packages: [], files: [], notes: [] }
  const planted = new Set(planting.plants.flatMap((plant) => ('file' in plant ? [plant.file] : [])))
  const path = servedPath(program, planted)
  const running = decideTransport(view, program, path, loading.prefix)
  const stale = staleOf(view)
  const files = serviceFiles(view, program, loading, {
    written: [...planting.files, ...needs.files, ...(writesFiles(program, view) ? [show] : [])],
    planted,
    stale,
  })
  const service: ServicePlan = {
    name: serviceName(view),
    port: running.port,
    transport: running.transport,
    program: path,
    command: [...running.command],
    files,
    links: linksOf(planting),
    env: { ...running.env },
    ready:
      running.transport === 'http'
        ? { send: 'GET / HTTP/1.0\r\n\r\n', expect: '^HTTP/', silent: false, seconds: 30 }
        : { silent: false, seconds: 30 },
    plants: planting.plants.map((plant) =>
      'template' in plant && plant.template === program.path.slice(directoryOf(program.path).length)
        ? { ...plant, template: path }
        : plant,
    ),
    packages: [...new Set([...running.packages, ...loading.packages, ...needs.packages])].sort(),
    programs32: isNarrow(view, files),
    memoryMb: running.memoryMb,
  }
  const flag: Plan['flag'] = { kind: 'fresh', format: planting.format }
  const { players, decision: whose } = decidePlayers(view, {
    program,
    ...(planting.template !== undefined && { template: planting.template }),
    unused: loading.unused,
    stale,
  })
  const { solver, decision: by } = decideSolver(view, true)
  return {
    ...about(view),
    instructions: writeInstructions(view, {
      players,
      flag,
      service,
      remarks: remarksOf(loading, needs.notes),
    }),
    players,
    service,
    flag,
    ...(solver && { solver }),
    decisions: [
      ...before,
      ...running.decisions,
      ...(loading.decision ? [loading.decision] : []),
      ...needs.notes.map(
        (why): Decision => ({ what: 'libraries', choice: 'Python modules', why, confidence: 0.95 }),
      ),
      planting.decision,
      whose,
      ...(by ? [by] : []),
    ],
  }
}

/** The program, and the challenge's own modules beside it. */
function pythonPrograms(view: View, program: FileFacts): FileFacts[] {
  const root = directoryOf(program.path)
  const names = new Set(program.script?.names ?? [])
  const parts = view.files.filter(
    ({ path, script }) =>
      script?.language === 'python' &&
      path.startsWith(root) &&
      (names.has(path) || names.has(path.slice(root.length))),
  )
  return [program, ...parts.filter((file) => file !== program)]
}

/** What a script of `.init` printed from the platform's flag: with a fresh flag it is wrong. */
function staleOf({ setup, files, roles, byPath }: View): ReadonlySet<string> {
  const written = setup.runs.flatMap(({ output }) => output ?? [])
  const printed = files.filter(
    ({ path }) =>
      written.includes(path) || (setup.runs.length > 0 && roles.get(path) === 'output' && byPath.has(path)),
  )
  return new Set(printed.map(({ path }) => path))
}

/** `/challenge` is the work directory, as on the platform. */
function linksOf({ links }: Planting): Record<string, string> {
  return { ...links, '/challenge': '' }
}

function remarksOf({ unused, decision }: Loading, notes: readonly string[]): string[] {
  return [
    ...(unused.length > 0 && decision
      ? [
          'The server runs with the C library of its machine, which is the one that your machine has; libraries that came with the challenge are not used.',
        ]
      : []),
    ...(notes.length > 0
      ? ['PyCryptodome, which programs import as `Crypto`, is called `Cryptodome` on your machine.']
      : []),
  ]
}

/** Whether a program of 32 bits is among these files. */
function isNarrow(view: View, files: readonly FileSource[]): boolean {
  const named = new Set(files.flatMap((file) => ('from' in file ? [file.from] : [])))
  return view.files.some(({ path, elf }) => named.has(path) && elf?.machine === 'i386')
}
