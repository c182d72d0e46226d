import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Why there is no Rocq to test with here, or undefined where there is. */
export const rocqMissing: string | undefined = (() => {
  const { error, status } = spawnSync('coqidetop.opt', ['--version'], { stdio: 'ignore' })
  return error || status !== 0 ? 'coqidetop.opt is missing: apt install coq' : undefined
})()

/** Where Rocq's own library is. */
export function standardLibrary(): string {
  return `${spawnSync('coqc', ['-where'], { encoding: 'utf8' }).stdout.trim()}/theories`
}

/** The prover processes that this process has started, through whatever is between. */
export function proverPids(): number[] {
  const below = (pid: number): number[] =>
    tasksOf(pid).flatMap((task) =>
      readOr(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    )
  const found: number[] = []
  const queue = below(process.pid)
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    queue.push(...below(pid))
    if (readOr(`/proc/${pid}/comm`).startsWith('coqidetop')) found.push(pid)
  }
  return found
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
