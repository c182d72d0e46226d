export {
  type Figure,
  type FigureName,
  figureOf,
  figureText,
  figureUnits,
  type Ppa,
  type Problem,
  type Target,
  targets,
} from './figures.ts'
export { measurePpa, type PpaOptions } from './measure.ts'
export { clockRoots, type Netlist } from './netlist.ts'
export {
  type Constraints,
  constraintsSchema,
  constraintText,
  costOf,
  figuresNeeded,
  type ObjectiveName,
  type PpaScore,
  readConstraints,
  requireTools,
  resultsOf,
  scoreOf,
  targetsNeeded,
} from './objective.ts'
export { type Statistics, statisticsOf } from './statistics.ts'
export { ppaTools } from './tools.ts'
