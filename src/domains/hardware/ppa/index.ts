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
export {
  type Constraints,
  constraintsSchema,
  constraintText,
  costOf,
  figuresNeeded,
  type ObjectiveName,
  type PpaScore,
  readConstraints,
  resultsOf,
  scoreOf,
  targetsNeeded,
} from './objective.ts'
export { ppaTools } from './tools.ts'
