import type { Lab } from '../../../../core/domain.ts'
import type { Manifest } from '../schema.ts'
import { traceLibrary, type WorkOptions } from '../work.ts'
import { type LeanLimits, traceLeanFile } from './file.ts'
import { importsOf } from './imports.ts'
import { type LeanProject, leanModule } from './project.ts'

export { type LeanProject, leanProject } from './project.ts'

export interface LeanTraceOptions extends WorkOptions {
  readonly limits: LeanLimits
}

/** Said wherever a trace of Lean is made. */
export const leanNotice =
  'Tracing Lean: the program that Lean runs here was written without a Lean at hand and has never been run.'

/**
 * Traces a Lake project's files as `traceLibrary` does. They must have been built: what a file imports is taken from the
 * project's compiled files.
 */
export async function traceLean(
  lab: Lab,
  project: LeanProject,
  options: LeanTraceOptions,
): Promise<Manifest> {
  const moduleOf = (path: string) => leanModule(path, project.roots)
  return await traceLibrary(
    lab,
    {
      prover: 'lean',
      version: project.version,
      name: project.name,
      files: project.files,
      flags: [],
      keepsObjects: false,
      moduleOf,
      async requirements(_, files) {
        const paths = new Map([...files.keys()].map((path) => [moduleOf(path) ?? '', path]))
        return new Map(
          [...files].map(([path, text]) => {
            const needed = importsOf(text).flatMap((name) => paths.get(name) ?? [])
            return [path, [...new Set(needed)]]
          }),
        )
      },
      madeWith: () => [project.roots],
      trace: (lab, item, placeOf) => traceLeanFile(lab, project, item, options.limits, placeOf),
    },
    options,
  )
}
