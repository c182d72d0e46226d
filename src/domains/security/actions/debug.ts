import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Observation } from '../../../core/environment.ts'
import { UsageError } from '../../../core/errors.ts'
import { workDirectory } from '../../../sandbox/etc.ts'
import { inWork } from './files.ts'
import { GdbSession, type Patience, quick, type Told } from './gdb.ts'
import { mostSeconds, type Stage } from './interact.ts'
import { bytesOf } from './payload.ts'

const actions = [
  'start',
  'breakpoint',
  'continue',
  'step',
  'next',
  'finish',
  'registers',
  'memory',
  'disassemble',
  'backtrace',
  'exec',
  'interrupt',
] as const

const input = z.object({
  action: z.enum(actions),
  session: z.string().optional().describe('which debugger; the newest where absent. With start: its name'),
  path: z.string().optional().describe('start: the program'),
  args: z.array(z.string()).default([]).describe('start: its arguments'),
  stdin: z
    .string()
    .optional()
    .describe('start: a file for its standard input; without one, "feed" answers it'),
  input: z.string().optional().describe('start: or the input itself'),
  escapes: z
    .boolean()
    .default(false)
    .describe('start: read "input" as Python reads a bytes literal: \\x90, \\n'),
  location: z
    .string()
    .optional()
    .describe(
      'start, breakpoint, disassemble: a function, an address as 0x401136, file:line; start stops at main where absent',
    ),
  condition: z.string().optional().describe('breakpoint: stop only where this is true'),
  count: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('how many: steps, units of memory, instructions, frames'),
  instruction: z
    .boolean()
    .optional()
    .describe('step, next: by instructions and not by lines; so where there are no lines'),
  address: z.string().optional().describe('memory: an expression, such as $rsp-32'),
  unit: z.enum(['byte', 'half', 'word', 'giant']).default('giant').describe('memory: 1, 2, 4 or 8 bytes'),
  format: z
    .enum(['hex', 'decimal', 'unsigned', 'char', 'string', 'address'])
    .default('hex')
    .describe('memory'),
  names: z.array(z.string()).default([]).describe('registers: which; the general ones where absent'),
  command: z.string().optional().describe('exec: any command of gdb, or several lines'),
  timeout_seconds: z
    .number()
    .positive()
    .max(mostSeconds)
    .optional()
    .describe('wait no longer than this for the program'),
})
type Input = z.infer<typeof input>

/** What runs the program: its end may be far away. */
const movingSeconds = 10

export function debugDeed(stage: Stage) {
  return deed({
    description:
      'Debugs a program with gdb: "start" loads it and runs it to main (or its entry point), then set breakpoints, continue, look at registers and memory; "exec" takes any command of gdb. The program has gdb\'s terminal, so that "feed" gives it input and "look" shows what it prints. Several debuggers may be open; "stop" ends one.',
    input,
    async run(asked, signal) {
      if (asked.action === 'start') return await start(asked, stage, signal)
      const gdb = chosen(asked, stage)
      const told = await perform(gdb, asked, signal)
      return await observation(gdb, told, stage)
    },
  })
}

async function start(asked: Input, stage: Stage, signal: AbortSignal | undefined): Promise<Observation> {
  const { path, args, stdin, input, escapes, location } = asked
  if (path === undefined) throw new UsageError('no-path', 'start needs the path of a program')
  if (stdin !== undefined && input !== undefined)
    throw new UsageError('two-inputs', 'give stdin (a file) or input (the text itself), not both')
  const program = placeOf(path)
  const gdb = await stage.sessions.start('debugger', asked.session, (name) =>
    GdbSession.open(stage.sandbox, { name, path: program }, stage.lifeSeconds),
  )
  const given =
    input !== undefined
      ? await gdb.keepInput(bytesOf({ text: input, escapes }))
      : stdin === undefined
        ? undefined
        : placeOf(stdin)
  const words = [...args.map(quoted), ...(given === undefined ? [] : [`< ${quoted(given)}`])]
  await gdb.command(`set args ${words.join(' ')}`, quick)
  const patience = patienceOf(asked, signal)
  const stop = await gdb.command(`tbreak ${location === undefined ? 'main' : placed(location)}`, quick)
  const known = /^Temporary breakpoint/m.test(stop.text)
  if (!known && location !== undefined) {
    await stage.sessions.stop(gdb.name)
    throw new UsageError('no-location', `there is no place ${location} in ${path}: ${stop.text}`)
  }
  const told = await moved(gdb, known ? 'run' : 'starti', patience)
  const loaded = known ? '' : 'It has no symbol main: stopped at its first instruction.\n'
  return await observation(gdb, { ...told, text: `${loaded}${told.text}` }, stage)
}

async function perform(gdb: GdbSession, asked: Input, signal: AbortSignal | undefined): Promise<Told> {
  const { action, count, location, names } = asked
  const patience = patienceOf(asked, signal)
  const ask = { ...quick, signal }
  switch (action) {
    case 'breakpoint': {
      if (location === undefined) return await gdb.command('info breakpoints', ask)
      const condition = asked.condition === undefined ? '' : ` if ${asked.condition}`
      return await gdb.command(`break ${placed(location)}${oneLine(condition)}`, ask)
    }
    case 'continue':
    case 'finish':
      return await moved(gdb, action === 'continue' && count ? `continue ${count}` : action, patience)
    case 'step':
    case 'next': {
      const byInstruction = asked.instruction ?? !(await hasLines(gdb))
      return await moved(gdb, `${action}${byInstruction ? 'i' : ''} ${count ?? 1}`, patience)
    }
    case 'registers':
      return await gdb.command(`info registers ${names.map(bare).join(' ')}`.trim(), ask)
    case 'memory': {
      if (asked.address === undefined)
        throw new UsageError('no-address', 'memory needs an address, such as $rsp')
      const shape = asked.format === 'string' ? 's' : `${formats[asked.format]}${asked.unit[0]}`
      return await gdb.command(`x/${count ?? 16}${shape} ${oneLine(asked.address)}`, ask)
    }
    case 'disassemble': {
      if (location === undefined) return await gdb.command(`x/${count ?? 20}i $pc`, ask)
      if (count === undefined) {
        const whole = await gdb.command(`disassemble ${oneLine(location)}`, ask)
        if (!/^No function contains/m.test(whole.text)) return whole
      }
      return await gdb.command(`x/${count ?? 20}i ${oneLine(location)}`, ask)
    }
    case 'backtrace':
      return await gdb.command(`backtrace ${count ?? 20}`, ask)
    case 'interrupt':
      return await gdb.interrupt(patience)
    default: {
      if (asked.command === undefined) throw new UsageError('no-command', 'exec needs a command of gdb')
      return await gdb.command(asked.command, patience)
    }
  }
}

const formats = { hex: 'x', decimal: 'd', unsigned: 'u', char: 'c', address: 'a' } as const

/** Runs the program on, and shows where it has stopped. */
async function moved(gdb: GdbSession, command: string, patience: Patience): Promise<Told> {
  const told = await gdb.command(command, patience)
  if (!told.idle) return told
  const here = await gdb.command('x/3i $pc', quick)
  return /=>/.test(here.text) ? { ...told, text: `${told.text}\n${here.text}` } : told
}

async function hasLines(gdb: GdbSession): Promise<boolean> {
  const { text } = await gdb.command('info line *$pc', quick)
  return /^Line \d+ of/.test(text)
}

async function observation(gdb: GdbSession, { text, idle }: Told, { outputs }: Stage): Promise<Observation> {
  const shown = await outputs.show(text.trim())
  return {
    ok: !failed.test(text),
    text: [shown.text, `[${gdb.name}: ${gdb.state}]`].filter((part) => part !== '').join('\n'),
    data: {
      session: gdb.name,
      running: !idle && gdb.ended === undefined,
      ended: gdb.ended ?? null,
      ...(shown.saved !== undefined && { saved: shown.saved }),
    },
  }
}

/** gdb has no exit code for a command: these are the ways in which it says no. */
const failed =
  /^(?:No symbol |No function |Function ".*" not defined|(?:0x[0-9a-f]+.*:\s+)?Cannot access memory|The program (?:is not being run|has no registers)|Undefined (?:\w+ )*command|Invalid register|No registers|A syntax error|.*: Error in sourced command file)/m

function chosen({ session }: Input, { sessions }: Stage): GdbSession {
  const debuggers = sessions.list().filter((each) => each instanceof GdbSession)
  const found =
    session === undefined
      ? debuggers.findLast(({ ended }) => ended === undefined)
      : debuggers.find(({ name }) => name === session)
  if (found) return found
  const names = debuggers.map(({ name }) => name).join(', ') || 'none'
  throw new UsageError('no-session', `there is no such debugger; there are: ${names}. "start" opens one`)
}

/** A program that runs into something soon says so; given a time, it gets all of it. */
function patienceOf({ timeout_seconds }: Input, signal: AbortSignal | undefined): Patience {
  return { timeoutSeconds: timeout_seconds ?? movingSeconds, quiet: timeout_seconds === undefined, signal }
}

function placed(location: string): string {
  const line = oneLine(location).trim()
  return /^(?:0x[0-9a-f]+|\$)/i.test(line) ? `*${line}` : line
}

/** One line of gdb's input is one command. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}

function bare(register: string): string {
  return register.replace(/[^\w]/g, '')
}

/** A path as the sandbox has it: of the work directory, or of the system. Throws `UsageError` (`bad-path`). */
export function placeOf(path: string): string {
  const work = `${workDirectory}/`
  return path.startsWith('/') && !path.startsWith(work) ? oneLine(path) : `${work}${inWork(path)}`
}

function quoted(word: string): string {
  return `'${oneLine(word).replaceAll("'", `'\\''`)}'`
}
