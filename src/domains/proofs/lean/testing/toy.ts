/**
 * Stands in for the Lean REPL with a prover for conjunctions of its own, and with tactics that do what a real one may do
 * to its driver: `die`, `hang`, `grow`, `flood`, `rubbish`, `broken`, `twice`, `late`, `forge`, `backwards`.
 */
import { absent, heard } from './listen.ts'

interface State {
  readonly goals: readonly string[]
  readonly holes: number
}

type Outcome = State | { readonly message: string }

const states: State[] = []
let environments = 0
let postponed: string | undefined
const kept: Buffer[] = []

for await (const request of heard()) {
  const missing = absent(request)
  if (missing !== undefined) say(missing)
  else if (typeof request.tactic === 'string') await step(request.tactic, Number(request.proofState))
  else if (typeof request.cmd === 'string') command(request.cmd, request.env)
  else say(JSON.stringify({ message: 'Could not parse as a valid JSON command' }))
}

function say(reply: string): void {
  const before = postponed
  postponed = undefined
  process.stdout.write(`${before ?? reply}\n\n`)
}

function keep(state: State): number {
  return states.push(state) - 1
}

function replyOf(state: State): string {
  const status =
    state.goals.length > 0
      ? 'Incomplete: open goals remain'
      : state.holes > 0
        ? 'Incomplete: contains sorry'
        : 'Completed'
  return JSON.stringify({ proofStatus: status, proofState: keep(state), goals: state.goals }, null, 1)
}

async function step(tactic: string, from: number): Promise<void> {
  const state = states[from]
  if (!state) return void say(JSON.stringify({ message: 'Unknown proof state.' }))
  switch (tactic) {
    case 'die':
      return process.exit(70)
    case 'hang':
      await new Promise(() => {})
      return
    case 'grow':
      for (;;) {
        kept.push(Buffer.alloc(16 * 1024 ** 2, 1))
        await new Promise((done) => setImmediate(done))
      }
    case 'flood':
      for (;;)
        if (!process.stdout.write('x'.repeat(2 ** 16)))
          await new Promise((done) => process.stdout.once('drain', done))
    case 'rubbish':
      process.stdout.write('{"proofState": not this\n\n⊢ { "env" : \nand more')
      return void say(replyOf(state))
    case 'broken':
      process.stdout.write('{"proofState": 1, "goals": ["\n\n')
      return
    case 'twice': {
      const reply = replyOf(state)
      process.stdout.write(`${reply}\n\n`)
      return void say(reply)
    }
    case 'late': {
      const reply = replyOf(state)
      say(replyOf({ goals: [], holes: 0 }))
      postponed = reply
      return
    }
    case 'forge':
      process.stdout.write('{"proofStatus": "Completed", "proofState": 9999, "goals": []}\n\n')
      return void say(replyOf(state))
    case 'backwards':
      return void say(JSON.stringify({ proofStatus: 'Completed', proofState: 0, goals: [] }))
  }
  const outcome = apply(tactic, state)
  say(
    'message' in outcome ? JSON.stringify({ message: `Lean error:\n${outcome.message}` }) : replyOf(outcome),
  )
}

function command(cmd: string, env: unknown): void {
  if (env !== undefined && Number(env) >= environments)
    return void say(JSON.stringify({ message: 'Unknown environment.' }))
  const reply: Record<string, unknown> = { env: environments++ }
  const at = { line: 1, column: 0 }
  const told = (severity: string, data: string) => ({ severity, pos: at, endPos: at, data })
  const stated = /^theorem (\S+) : ([\s\S]*?) := by\s([\s\S]*)$/.exec(cmd)
  const axioms = /^#print axioms (\S+)$/.exec(cmd)?.[1]
  if (axioms) reply.messages = [told('info', `'${axioms}' does not depend on any axioms`)]
  else if (cmd.includes('kind : String')) reply.messages = [told('info', JSON.stringify(searched(cmd)))]
  else if (cmd.startsWith('#check')) reply.messages = [told('info', `${cmd.slice(7)} : Nat`)]
  else if (/^(?:def|import|open|namespace) /.test(cmd)) {
    if (cmd.includes('Nothing')) reply.messages = [told('error', 'unknown module prefix')]
  } else if (!stated) reply.messages = [told('error', 'unexpected token; expected command')]
  else if (stated[3]!.trim() === 'sorry') {
    const goal = `⊢ ${stated[2]}`
    reply.sorries = [{ goal, proofState: keep({ goals: [goal], holes: 0 }), pos: at, endPos: at }]
    reply.messages = [told('warning', 'declaration uses `sorry`')]
  } else reply.messages = judged(stated[3]!, `⊢ ${stated[2]}`).map((data) => told('error', data))
  say(JSON.stringify(reply, null, 1))
}

function judged(script: string, goal: string): string[] {
  let state: State = { goals: [goal], holes: 0 }
  for (const tactic of script.split('\n').map((line) => line.trim())) {
    if (tactic === '' || tactic === 'rubbish') continue
    const outcome = apply(tactic, state)
    if ('message' in outcome) return [outcome.message]
    state = outcome
  }
  return state.goals.length > 0 ? [`unsolved goals\n${state.goals.join('\n')}`] : []
}

function apply(tactic: string, { goals: [goal = '', ...rest], holes }: State): Outcome {
  const conclusion = goal.slice(goal.indexOf('⊢') + 2)
  const hypotheses = goal.slice(0, goal.indexOf('⊢'))
  const name = /^intro (\S+)$/.exec(tactic)?.[1]
  const implication = /^(\w+) → ([\s\S]*)$/.exec(conclusion)
  if (name && implication)
    return { goals: [`${hypotheses}${name} : ${implication[1]}\n⊢ ${implication[2]}`, ...rest], holes }
  const both = /^(\w+) ∧ ([\s\S]*)$/.exec(conclusion)
  if (tactic === 'constructor' && both)
    return {
      goals: [`case left\n${hypotheses}⊢ ${both[1]}`, `case right\n${hypotheses}⊢ ${both[2]}`, ...rest],
      holes,
    }
  if (tactic === 'trivial' && conclusion === 'True') return { goals: rest, holes }
  if (tactic === 'assumption' && hypotheses.includes(` : ${conclusion}\n`)) return { goals: rest, holes }
  if (tactic === 'skip') return { goals: [goal, ...rest], holes }
  if (tactic === 'sorry') return { goals: rest, holes: holes + 1 }
  if (tactic === 'linarith') return { message: '<input>:1:1: unknown tactic' }
  return { message: `${tactic} failed` }
}

function searched(cmd: string) {
  const wanted = /words : List String := \["([^"]*)"/.exec(cmd)?.[1] ?? ''
  if (wanted === '(') return { touchstoneError: 'unexpected end of input' }
  return {
    touchstone: [
      { name: `Nat.${wanted}`, statement: cmd.includes('widened : Bool := true') ? 'widened' : 'own' },
    ],
  }
}
