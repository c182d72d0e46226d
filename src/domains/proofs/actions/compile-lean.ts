import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Posed } from '../brief.ts'
import { answerPaths } from '../key.ts'
import { leanCompile } from '../lean/compile.ts'
import { type Compiled, compileSeconds, type Remark } from './compile.ts'
import { isThere, runIn } from './workbench.ts'

const directory = '.check-lean'
const after = 'TouchstoneAfter.lean'
const absent = 'lean is not installed here: nothing can be checked'

/**
 * Compiles a text as the module `Answer`, alone beside the task's own files, then asks, from a file that imports it, for
 * the task's theorem. The sandbox has Lean and its packages as the judge's have. What it says is for the agent and is no
 * verdict. Lean is no part of every installation: where it is
 * not there, that is said and is nobody's failure.
 */
export async function compileLean(
  sandbox: Sandbox,
  text: string,
  posed: Posed | undefined,
  signal?: AbortSignal,
): Promise<Compiled> {
  if (!(await isThere(sandbox, 'lean'))) return { ok: false, timedOut: false, log: absent, remarks: [] }
  const others = posed?.files ?? new Map<string, Uint8Array>()
  const files = [...others, [answerPaths.lean, text] as const]
  await sandbox.write(fileSet(files.map(([path, content]) => [`${directory}/${path}`, content] as const)))
  const within = (argv: readonly string[]) =>
    runIn(sandbox, argv, { seconds: compileSeconds, cwd: directory, signal })
  for (const path of others.keys()) await within(leanCompile(path))
  const { run, log } = await within(leanCompile(answerPaths.lean))
  const ok = run.exitCode === 0
  const base = { ok, timedOut: run.timedOut, log, remarks: leanRemarks(log) }
  if (!ok || posed === undefined) return base
  await sandbox.write(
    fileSet({
      [`${directory}/${after}`]: `import Answer\n#check @${posed.name}\n#print axioms ${posed.name}\n`,
    }),
  )
  const asked = await within(['lean', after])
  const said = asked.log.replace(new RegExp(`^${after}:\\d+:\\d+: (?:info: )?`, 'gm'), '').trim()
  return { ...base, theorem: asked.run.exitCode === 0 ? said : `it has no theorem ${posed.name}` }
}

const place = /^[^\s:]+\.lean:(\d+):(\d+): (error|warning)(?:\([^)\n]*\))?: /gm

/** Reads Lean's `Answer.lean:3:7: error: …` with the lines that follow it. */
export function leanRemarks(log: string): Remark[] {
  const found = [...log.matchAll(place)]
  return found.map((each, at) => {
    const column = Number(each[2])
    return {
      kind: each[3] as Remark['kind'],
      line: Number(each[1]),
      characters: [column, column],
      message: log.slice(each.index + each[0].length, found[at + 1]?.index).trim(),
    }
  })
}
