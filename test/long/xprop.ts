/**
 * Encodes miters for two-valued provers by the pass `xprop` of another yosys than the one that is tested: reads
 * `{ name: RTLIL }` on stdin, writes `{ name: AIGER in base64 }` on stdout, with what went wrong in `errors`. A
 * process of its own, since a call of yosys in WebAssembly can neither be interrupted nor gives its memory back.
 */
import { text } from 'node:stream/consumers'
import { runYosys } from '@yowasp/yosys'

const script = [
  'read_rtlil miter.il',
  'delete -port miter/gold_* miter/gate_* miter/compared',
  'opt_clean',
  'xprop -formal -required -assume-def-inputs miter',
  'chformal -remove',
  'opt_clean',
  'techmap',
  'opt_clean',
  'simplemap',
  'dffunmap',
  'aigmap',
  'opt_clean',
  'write_aiger -zinit miter.aig',
].join('; ')

const encoded: Record<string, string> = {}
const errors: Record<string, string> = {}
for (const [name, rtlil] of Object.entries(JSON.parse(await text(process.stdin)) as Record<string, string>)) {
  const log: string[] = []
  const keep = (bytes: Uint8Array | null) => {
    if (bytes !== null) log.push(Buffer.from(bytes).toString())
  }
  try {
    const files = await runYosys(['-q', '-p', script], { 'miter.il': rtlil }, { stdout: keep, stderr: keep })
    const aiger = files?.['miter.aig']
    if (aiger === undefined || typeof aiger === 'string' || !(aiger instanceof Uint8Array))
      errors[name] = 'it left no AIGER'
    else encoded[name] = Buffer.from(aiger).toString('base64')
  } catch {
    errors[name] = log.join('').slice(-300)
  }
}
process.stdout.write(JSON.stringify({ encoded, errors }))
