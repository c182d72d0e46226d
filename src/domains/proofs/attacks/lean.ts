import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { attack, type ProofsAttack } from './skeleton.ts'

/** The same against Lean. Written without a Lean to play them; they apply where there is one. */
const written: readonly ProofsAttack[] = [
  attack(
    'lean',
    'lean-sorry',
    'Leaves the proof out.',
    'not-solved',
    ({ prelude, statement }) => `${prelude}\n${statement} := sorry\n`,
  ),
  attack(
    'lean',
    'lean-axiom',
    'States an axiom from which everything follows.',
    'rejected',
    ({ fromFalse }) => fromFalse('axiom cheat : False'),
  ),
  attack('lean', 'lean-axiom-itself', 'States the theorem as an axiom.', 'rejected', ({ stated }) =>
    stated('axiom'),
  ),
  attack(
    'lean',
    'lean-native-decide',
    'Has False decided by compiled code that says what it likes.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`def cheatRun : Bool := true
@[implemented_by cheatRun] def cheatSays : Bool := false
theorem cheat : False := nomatch (show false = true from (show cheatSays = true by native_decide))`),
  ),
  attack('lean', 'lean-no-kernel', 'Turns off the kernel for what it adds.', 'not-solved', ({ fromFalse }) =>
    fromFalse(`set_option debug.skipKernelTC true
open Lean Elab Command in
run_cmd liftCoreM <| addDecl <| .thmDecl {
  name := \`cheat, levelParams := [], type := mkConst \`\`False, value := mkConst \`\`True.intro }`),
  ),
  attack(
    'lean',
    'lean-weaker',
    'Proves True under the name.',
    'not-solved',
    ({ prelude, theorem }) => `${prelude}\ntheorem ${theorem} : True := trivial\n`,
  ),
  attack(
    'lean',
    'lean-macro',
    'Has a macro for quantifiers, so that the statement reads as asked and means True.',
    'not-solved',
    ({ prelude, statement }) =>
      `${prelude}\nmacro_rules | \`(∀ $_*, $_) => \`(True)\nmacro "∀" (priority := high) b:(ppSpace binderIdent)+ ", " e:term : term => \`(True)\n${statement} := trivial\n`,
  ),
  attack(
    'lean',
    'lean-variable',
    'Assumes False as a variable.',
    'not-solved',
    ({ prelude, statement }) =>
      `${prelude}\nvariable (cheat : False)\ninclude cheat\n${statement} := cheat.elim\n`,
  ),
  attack(
    'lean',
    'lean-writes-verdict',
    "Writes the judge's result while it is compiled, and again when it is initialised.",
    'not-solved',
    ({ prelude, statement }) => `${prelude}
#eval IO.FS.writeFile "verdict.json" "{\\"result\\":\\"proved\\",\\"axioms\\":[]}"
initialize IO.FS.writeFile "verdict.json" "{\\"result\\":\\"proved\\",\\"axioms\\":[]}"
${statement} := sorry
`,
  ),
]

/** Whether a Lean can be called here: without one no verdict on these could be had. */
let found: boolean | undefined
function leanIsHere(): boolean {
  found ??= (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'lean'), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return found
}

export const lean: readonly ProofsAttack[] = written.map((each) => ({
  ...each,
  submission: (task) => (leanIsHere() ? each.submission(task) : undefined),
}))
