import { leanIsNamed } from '../lean/find.ts'
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
  attack(
    'lean',
    'lean-imports-itself',
    'Replaces its compiled module by one that imports itself, so that what the kernel never saw is taken as a library.',
    'not-solved',
    ({ stated }) =>
      `import Lean\n${stated(
        'unsafe def',
        'unsafe def cheat : False := cheat',
        `  := cheat.elim
open Lean in
run_cmd do
  let forged ← mkModuleData (← getEnv)
  let self : Name := .str (.str .anonymous ".") "Answer"
  saveModuleData "Answer.olean" \`Answer { forged with imports := forged.imports.push { module := self } }
  (IO.Process.exit 0 : IO Unit)
`,
      )}`,
  ),
  attack(
    'lean',
    'lean-writes-library',
    'Leaves modules under the names of libraries beside itself while it is compiled, for whoever imports them after it.',
    'not-solved',
    ({ prelude, statement }) => `import Lean
${prelude}
open Lean in
run_cmd do
  let own ← mkModuleData (← getEnv)
  for library in ["Init", "Lean", "Mathlib", "Context"] do
    saveModuleData (library ++ ".olean") library.toName own
${statement} := sorry
`,
  ),
]

export const lean: readonly ProofsAttack[] = written.map((each) => ({
  ...each,
  // Without a Lean no verdict on these could be had.
  submission: (task) => (leanIsNamed() ? each.submission(task) : undefined),
}))
