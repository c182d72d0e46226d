import { unseenTiming } from '../../domains/hardware/formal/timing.ts'
import { factsOf, type HardwareKey, referenceModule } from '../../domains/hardware/key.ts'
import { portsOf, renamedPorts } from '../../domains/hardware/modules.ts'
import { checkDesign, checkSource } from '../../domains/hardware/rules.ts'
import { behaviourOnly } from '../../domains/hardware/synthesisable.ts'
import { tokenize } from '../../domains/hardware/tokens.ts'
import { Fallen } from '../source.ts'

/** Throws `Fallen` for a text that no program needs to look at to know that it makes no task. */
export function refuse(reference: string, solution: string): void {
  const { tokens, problem } = tokenize(reference)
  if (problem !== undefined)
    throw new Fallen('does-not-compile', `line ${problem.line} cannot be read: ${problem.message}`)
  const ports = portsOf(tokens, referenceModule) ?? new Map()
  const directions = [...ports.values()]
  if (tokens.some(({ kind, text }) => kind === 'system' && /^\$readmem/.test(text)))
    throw new Fallen('needs-memory-file', 'it fills a memory from a file')
  if (ports.size === 0 && tokens.some(({ text }) => text === 'initial'))
    throw new Fallen('testbench', 'it has no ports and runs by itself')
  if (ports.size === 0)
    throw new Fallen('no-ports', 'no ports with a direction are in its header or its body')
  if (directions.includes('inout')) throw new Fallen('inout-port', 'it has a port of both directions')
  if (!directions.includes('output')) throw new Fallen('no-outputs', 'it has no output')
  if (!directions.includes('input'))
    throw new Fallen('no-inputs', 'it has no input, so that it does the same always')
  const odd = [...ports.keys()].find((name) => !/^[A-Za-z_]\w*$/.test(name))
  if (odd !== undefined) throw new Fallen('port-name', `its port ${odd} cannot be written as a plain name`)
  if (renamedPorts(tokens, referenceModule).length > 0)
    throw new Fallen('port-name', 'a port stands for something of another name')
  const packaged = tokens.find(
    ({ text }, index) => text === 'import' || (text === ':' && tokens[index + 1]?.text === ':'),
  )
  if (packaged !== undefined) throw new Fallen('needs-package', 'it takes names from a package')
  const key: HardwareKey = { reference, testbench: 'module tb; endmodule', simulationSeconds: 30, notes: [] }
  const design = tokenize(solution)
  const [finding] = [...checkSource(design.tokens), ...checkDesign(design.text, design.tokens, factsOf(key))]
  if (finding !== undefined) throw new Fallen(kindOf(finding.code), finding.message)
  const [behaviour] = behaviourOnly(tokens)
  if (behaviour !== undefined) throw new Fallen('not-synthesisable', behaviour.message)
  const unseen = unseenTiming(tokens)
  if (unseen !== undefined)
    throw new Fallen('simulates-otherwise', `it simulates otherwise than its circuit works: ${unseen}`)
}

function kindOf(code: string): string {
  if (code === 'includes-file') return 'needs-include'
  return ['prints', 'stops-simulation', 'random', 'reads-time', 'reads-arguments'].includes(code)
    ? 'for-simulation'
    : 'not-a-design'
}
