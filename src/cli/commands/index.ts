import type { Command } from 'commander'
import { addDoctor } from './doctor.ts'
import { addJudge } from './judge.ts'
import { addSuites } from './suites.ts'

/** In the order in which `--help` shows them. */
export const commands: readonly ((program: Command) => void)[] = [addDoctor, addSuites, addJudge]
