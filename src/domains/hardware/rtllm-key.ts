import { UsageError } from '../../core/errors.ts'
import { type FileSet, fileSet } from '../../core/files.ts'
import { type HardwareKey, referenceModule, testbenchModule, topModule } from './key.ts'
import { declaredUnits, portsOf, renameModules, swapModules } from './modules.ts'
import {
  allInstances,
  connectionsOf,
  type Instance,
  printedVerdicts,
  reacts,
  rootModules,
} from './rtllm-testbench.ts'
import { type Lexed, tokenize } from './tokens.ts'

/** The texts of one task in RTLLM's form. */
export interface RtllmTexts {
  readonly reference: string
  readonly testbench: string
}

/** Wall time of the simulation in RTLLM's own script, in seconds. */
const officialSeconds = 8

/**
 * The key of a task in RTLLM's form, in the names that the judge has for things: the testbench becomes `tb`, what it
 * instantiates `TopModule`, the reference `RefModule`; the reference's other modules get names that no design has by
 * chance. Throws `UsageError` (`broken-task`) naming the task where the files are not of this form.
 */
export function rtllmKey(task: string, texts: RtllmTexts, files: FileSet): HardwareKey & { module: string } {
  const broken = (what: string) => new UsageError('broken-task', `${task}: ${what}`)
  const testbench = read(texts.testbench, () => broken('its testbench cannot be read as Verilog'))
  const reference = read(texts.reference, () => broken('its reference cannot be read as Verilog'))
  const instances = foreignInstances(testbench)
  const instance = instances.find(({ module }) => module === task) ?? instances[0]
  if (instance === undefined)
    throw broken('its testbench instantiates no module that it does not declare itself')
  const roots = rootModules(testbench.tokens)
  if (roots.length !== 1)
    throw broken(`its testbench has ${roots.length} modules that no other uses; one is wanted`)
  if (!printedVerdicts(testbench.tokens).some(({ says }) => says === 'pass'))
    throw broken('its testbench prints no line that says that the design passes')
  const top = topOf(reference, instance.module)
  if (top === undefined) throw broken(`its reference has no module that stands for ${instance.module}`)
  const ports = portsOf(reference.tokens, top) ?? new Map<string, never>()
  const connected = connectionsOf(testbench.tokens, instance, [...ports.keys()])
  const namesAt = (direction: string) =>
    new Set(
      [...connected].flatMap(([port, tokens]) =>
        ports.get(port) === direction
          ? tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : []))
          : [],
      ),
    )
  const reactive = reacts(testbench.tokens, namesAt('input'), namesAt('output'))
  return {
    kind: 'prints',
    module: instance.module,
    reference: renameReference(texts.reference, reference, top),
    solution: swapModules(texts.reference, reference, top, instance.module),
    testbench: inTurn(texts.testbench, [
      [roots[0]!, testbenchModule],
      [instance.module, topModule],
    ]),
    data: dataOf(files, testbench),
    simulationSeconds: officialSeconds,
    reacts: reactive,
    parameterised: instance.hasParameters,
    notes: [
      ...(reactive
        ? [
            "whether the design was given the reference's stimuli: this testbench waits for what the design answers",
          ]
        : []),
      ...(instance.hasParameters
        ? ['whether a pass rests on unknown outputs: this testbench sets parameters of the design']
        : []),
    ],
  }
}

function read(text: string, otherwise: () => UsageError): Lexed {
  const lexed = tokenize(text)
  if (lexed.problem !== undefined) throw otherwise()
  return lexed
}

function foreignInstances(testbench: Lexed): Instance[] {
  const own = new Set(declaredUnits(testbench.tokens).map(({ text }) => text))
  return allInstances(testbench.tokens).filter(({ module }) => !own.has(module))
}

/** The reference's module of the same name, or the only one that no other uses. */
function topOf(reference: Lexed, module: string): string | undefined {
  const roots = rootModules(reference.tokens)
  return (
    [module, `verified_${module}`].find((name) => roots.includes(name)) ??
    (roots.length === 1 ? roots[0] : undefined)
  )
}

function renameReference(source: string, reference: Lexed, top: string): string {
  const names = declaredUnits(reference.tokens).map(
    ({ text }) => [text, `${referenceModule}_${text}`] as const,
  )
  return renameModules(source, reference, new Map([...names, [top, referenceModule]]))
}

function inTurn(source: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce(
    (text, [one, other]) => (one === other ? text : swapModules(text, tokenize(text), one, other)),
    source,
  )
}

/** Of a task's files those that a string of the testbench names. */
function dataOf(files: FileSet, { tokens }: Lexed): FileSet {
  const named = new Set(
    tokens.flatMap(({ kind, text }) => (kind === 'string' ? [text.slice(1, -1).replace(/^\.\//, '')] : [])),
  )
  return fileSet([...files].filter(([path]) => named.has(path)))
}
