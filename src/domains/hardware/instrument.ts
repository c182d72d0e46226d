import { UsageError } from '../../core/errors.ts'
import { factsOf, type HardwareKey, testbenchModule } from './key.ts'
import { moduleRange, renameModules } from './modules.ts'
import { replaceTokens, type Token } from './tokens.ts'

/** The key's text as it is compiled for one judgement. */
export interface Instrumented {
  readonly text: string
  readonly top: string
  /** The file that the simulation writes its one result record to. */
  readonly resultPath: string
}

/** What the testbench counted. */
export interface Counts {
  readonly errors: number
  readonly samples: number
  readonly outputs: readonly { readonly name: string; readonly errors: number; readonly firstTime: number }[]
}

/**
 * Gives every module of the key a name that ends in the nonce, and the testbench a `final` block that writes its
 * counts to a file named by the nonce. The nonce is drawn after the submission is fixed, so nothing in it can name
 * the testbench, the reference or the record. Throws `UsageError` where the testbench is not of the known kind.
 */
export function instrument(key: HardwareKey, nonce: string): Instrumented {
  const { testbench, reference, units } = factsOf(key)
  const range = moduleRange(testbench.tokens, testbenchModule)
  if (range === undefined)
    throw new UsageError('bad-task', `the testbench does not declare the module ${testbenchModule}`)
  const renamed = new Map([...units].map((unit) => [unit, `${unit}_${nonce}`]))
  const resultPath = `result-${nonce}`
  const record = recorder(outputsOf(testbench.tokens), resultPath, nonce)
  const bench = replaceTokens(key.testbench, testbench.tokens, (token, index) => {
    if (index === range.last) return `${record} ${token.text}`
    const named = token.kind === 'name' && testbench.tokens[index - 1]?.text !== '.'
    return named ? renamed.get(token.text) : undefined
  })
  return {
    text: `${bench}\n${renameModules(key.reference, reference, renamed)}\n`,
    top: `${testbenchModule}_${nonce}`,
    resultPath,
  }
}

/** Outputs that the testbench counts one by one, from its fields `errors_x` and `errortime_x`. */
function outputsOf(tokens: readonly Token[]): string[] {
  const names = new Set(tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : [])))
  return [...names].flatMap((name) => {
    const output = /^errors_(.+)$/.exec(name)?.[1]
    return output !== undefined && names.has(`errortime_${output}`) ? [output] : []
  })
}

function recorder(outputs: readonly string[], path: string, nonce: string): string {
  const file = `record_${nonce}`
  const lines = outputs.map(
    (name) => `$fwrite(${file}, "${name} %0d %0d\\n", stats1.errors_${name}, stats1.errortime_${name});`,
  )
  return [
    `integer ${file};`,
    'final begin',
    `${file} = $fopen("${path}");`,
    `$fwrite(${file}, "${nonce} %0d %0d\\n", stats1.errors, stats1.clocks);`,
    ...lines,
    `$fclose(${file});`,
    'end',
  ].join(' ')
}

/** Reads the record. Undefined where it is not exactly one whole record of this nonce. */
export function readCounts(record: string, nonce: string): Counts | undefined {
  const [head, ...rest] = record.split('\n')
  const counts = /^(\w+) (\d+) (\d+)$/.exec(head ?? '')
  if (counts === null || counts[1] !== nonce || rest.at(-1) !== '') return undefined
  const outputs = rest.slice(0, -1).map((line) => /^(.+) (\d+) (-?\d+)$/.exec(line))
  if (outputs.some((output) => output === null)) return undefined
  return {
    errors: Number(counts[2]),
    samples: Number(counts[3]),
    outputs: outputs.map((output) => ({
      name: output![1]!,
      errors: Number(output![2]),
      firstTime: Number(output![3]),
    })),
  }
}
