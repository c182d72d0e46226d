import Lean
import Lean.Replay
/-
Reads two compiled modules as data, the task's statement and the answer. Neither is imported, nor can it be, since no
module's name leads to such a file: none of the answer's initialisers, notations, attributes or options comes into force,
and no constant of its own without the kernel. Its constants go through the kernel again, above the
task's own modules; then the two statements are compared and the axioms collected. All that is found goes to one file,
which nothing of the answer has a name for.
-/
open Lean

namespace Touchstone

def own (constants : Array ConstantInfo) (name : Name) : Option ConstantInfo :=
  constants.find? fun info => info.name == name

def valueOf : ConstantInfo → Option Expr
  | .defnInfo info => some info.value
  | .thmInfo info => some info.value
  | .opaqueInfo info => some info.value
  | _ => none

/-- Names that a constant is made of. -/
def partsOf (info : ConstantInfo) : Array Name :=
  let value := ((valueOf info).map Expr.getUsedConstants).getD #[]
  let family : Array Name := match info with
    | .inductInfo info => info.ctors.toArray
    | .ctorInfo info => #[info.induct]
    | .recInfo info => info.all.toArray
    | _ => #[]
  info.type.getUsedConstants ++ value ++ family

partial def axiomsFrom (env : Environment) (todo : List Name) (seen : NameSet) (found : Array Name) : Array Name :=
  match todo with
  | [] => found
  | name :: rest =>
    if seen.contains name then axiomsFrom env rest seen found
    else
      let seen := seen.insert name
      match env.find? name with
      -- What is not there cannot be vouched for.
      | none => axiomsFrom env rest seen (found.push name)
      | some info =>
        let found := match info with
          | .axiomInfo _ => found.push name
          | _ => found
        axiomsFrom env ((partsOf info).toList ++ rest) seen found

/-- Helpers that reading the statement made must be the same in the answer, since the statement names them. -/
partial def sameHelpers (task : Array ConstantInfo) (env : Environment) (todo : List Name) (seen : NameSet) : Bool :=
  match todo with
  | [] => true
  | name :: rest =>
    if seen.contains name then sameHelpers task env rest seen
    else match own task name with
      | none => sameHelpers task env rest (seen.insert name)
      | some wanted => match env.find? name with
        | none => false
        | some given =>
          wanted.levelParams == given.levelParams && wanted.type == given.type && valueOf wanted == valueOf given &&
            sameHelpers task env ((partsOf wanted).toList ++ rest) (seen.insert name)

def shown (env : Environment) (expression : Expr) : IO String := do
  try
    let format ← PrettyPrinter.ppExprLegacy env {} {} {} expression
    return format.pretty
  catch _ => return toString expression

def moduleOf (env : Environment) (name : Name) : String :=
  match env.getModuleIdxFor? name with
  | some index => toString env.header.moduleNames[index.toNat]!
  | none => "Answer"

def said (result : String) (more : List (String × Json) := []) : Json :=
  Json.mkObj (("result", Json.str result) :: more)

def compared (task answer : ModuleData) (base : Environment) (name : Name) : IO Json := do
  let some wanted := own task.constants name | return said "broken-key"
  let mut constants : Std.HashMap Name ConstantInfo := {}
  for info in answer.constants do
    constants := constants.insert info.name info
  let replayed : Except String Environment ←
    try pure (.ok (← base.replay constants)) catch error => pure (.error (toString error))
  match replayed with
  | .error message => return said "kernel" [("message", Json.str message)]
  | .ok env =>
    let some given := env.find? name | return said "no-theorem"
    if given.isUnsafe || given.isPartial then
      return said "kernel" [("message", Json.str "it is no theorem but a program, which the kernel does not check")]
    let levels := wanted.levelParams.map Level.param
    let sameLevels := wanted.levelParams.length == given.levelParams.length
    let type := given.type.instantiateLevelParams given.levelParams levels
    let same := sameLevels && sameHelpers task.constants env wanted.type.getUsedConstants.toList {} &&
      (match Kernel.isDefEq env {} wanted.type type with
        | .ok equal => equal
        | .error _ => false)
    if !same then
      return said "other-statement"
        [("wanted", Json.str (← shown env wanted.type)), ("given", Json.str (← shown env given.type))]
    let axioms := axiomsFrom env [name] {} #[]
    let listed := axioms.map fun each =>
      Json.mkObj [("name", Json.str (toString each)), ("module", Json.str (moduleOf env each))]
    return said "proved" [("axioms", Json.arr listed)]

def judged (taskFile answerFile : String) (name : Name) : IO Json := do
  initSearchPath (← findSysroot) [System.FilePath.mk "."]
  let (task, _) ← readModuleData (System.FilePath.mk taskFile)
  let (answer, _) ← readModuleData (System.FilePath.mk answerFile)
  if (own task.constants name).isNone then return said "broken-key"
  if (own answer.constants name).isNone then return said "no-theorem"
  let imported : Except String Environment ←
    try pure (.ok (← importModules (task.imports ++ answer.imports) {})) catch error => pure (.error (toString error))
  match imported with
  | .ok base => compared task answer base name
  | .error message =>
    -- Where the task's own imports fail too, it is not the answer's doing, and this ends without a result.
    let _ ← importModules task.imports {}
    return said "imports" [("message", Json.str message)]

end Touchstone

def main (arguments : List String) : IO UInt32 := do
  match arguments with
  | [taskFile, answerFile, name] =>
    let json ← Touchstone.judged taskFile answerFile name.toName
    IO.FS.writeFile (System.FilePath.mk "verdict.json") json.compress
    return 0
  | _ => return 2
