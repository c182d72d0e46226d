import type { Command } from 'commander'
import { addAgents } from './agents.ts'
import { addAudit } from './audit.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addForge } from './forge.ts'
import { addJudge } from './judge.ts'
import { addReport } from './report.ts'
import { addResume } from './resume.ts'
import { addRun } from './run.ts'
import { addShow } from './show.ts'
import { addSuites } from './suites.ts'
import { addTrace } from './trace.ts'

/** In the order in which `--help` shows them. */
export const commands: readonly ((program: Command) => void)[] = [
  addDemo,
  addDoctor,
  addSuites,
  addAgents,
  addRun,
  addResume,
  addReport,
  addShow,
  addJudge,
  addAudit,
  addForge,
  addTrace,
]
