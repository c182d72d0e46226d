import { isPath } from '../../../core/files.ts'
import type { Decision, FileSource, Plan } from '../plan.ts'
import { baseName, directoryOf } from './paths.ts'
import type { View } from './view.ts'

const runners: Readonly<Record<string, readonly string[]>> = { python: ['python3'], shell: ['bash'] }

/**
 * The program that solves it, to be run below `.solver/`. Only where it was written for a server by the name and port that
 * the description gives: those of competitions want addresses and tools that are not here, and prove nothing when they fail.
 */
export function decideSolver(
  view: View,
  isLive: boolean,
): { solver: Plan['solver']; decision: Decision | undefined } {
  const { facts, byPath, machine, onPlatform } = view
  const scripts = facts.solvers.flatMap((path) => byPath.get(path) ?? [])
  const left = (why: string) => ({
    solver: undefined,
    decision: { what: 'solver', choice: 'none', why, confidence: 0.9 } as const,
  })
  if (scripts.length === 0) return { solver: undefined, decision: undefined }
  const main = scripts.find(
    ({ path, script }) =>
      script && /^(solve|solver|solution|exploit)\./.test(baseName(path)) && !path.includes('!/'),
  )
  const runner = main?.script && runners[main.script.language]
  if (!main?.script || !runner) return left('none of its solvers is a script that runs by itself')
  const absent = main.script.imports.find((name) => !machine.python.has(name.split('.')[0] ?? name))
  if (main.script.language === 'python' && absent !== undefined)
    return left(`${main.path} imports ${absent}, which the machine does not have`)
  if (main.script.major === 2) return left(`${main.path} is Python 2`)
  if (onPlatform && isLive) return left(`${main.path} was written for another server`)
  const root = directoryOf(main.path)
  const files: FileSource[] = scripts
    .filter(({ path }) => path.startsWith(root) && !path.includes('!/') && isPath(path.slice(root.length)))
    .slice(0, 50)
    .map(({ path }) => ({ path: path.slice(root.length), from: path }))
  return {
    solver: { files, command: [...runner, `.solver/${main.path.slice(root.length)}`] },
    decision: {
      what: 'solver',
      choice: main.path,
      why: 'it came with the challenge, for a server by the same name',
      confidence: 0.9,
    },
  }
}
