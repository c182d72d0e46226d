import Lean
/-
Elaborates one file as Lean's own front end does, with info trees, and writes what stands in it as one JSON document to a
second file: declarations that have a value, the names that are defined, each tactic of a sequence of tactics with its
goals before and behind it, each name that is used, and errors. Positions are bytes.

Written without a Lean at hand and never run: see docs/traces.md.
-/
open Lean Elab

namespace Touchstone

structure Found where
  definitions : Array Json := #[]
  steps : Array Json := #[]
  uses : Array Json := #[]

abbrev FindM := StateT Found CoreM

def placeOf (stx : Syntax) : Option (List (String × Json)) := do
  let start ← stx.getPos?
  let stop ← stx.getTailPos?
  return [("start", toJson start.byteIdx), ("end", toJson stop.byteIdx)]

/-- What a macro made up stands nowhere in the text. -/
def isOriginal (stx : Syntax) : Bool :=
  match stx.getHeadInfo with
  | .original .. => true
  | _ => false

partial def hasKind (kinds : List Name) (stx : Syntax) : Bool :=
  kinds.contains stx.getKind || stx.getArgs.any (hasKind kinds)

partial def firstOf (kind : Name) (stx : Syntax) : Option Syntax :=
  if stx.getKind == kind then some stx
  else stx.getArgs.foldl (fun found child => match found with
    | some one => some one
    | none => firstOf kind child) none

def valueKinds : List Name :=
  [`Lean.Parser.Command.declValSimple, `Lean.Parser.Command.declValEqns, `Lean.Parser.Command.whereStructInst]

def holeKinds : List Name :=
  [`Lean.Parser.Tactic.tacticSorry, `Lean.Parser.Tactic.tacticAdmit, `Lean.Parser.Term.sorry]

def sequenceKinds : List Name :=
  [`Lean.Parser.Tactic.tacticSeq1Indented, `Lean.Parser.Tactic.tacticSeqBracketed]

/-- All that has a value: whatever word states it, since Mathlib has words of its own. -/
partial def declarationsOf (stx : Syntax) : Array Json :=
  match stx.getArgs.find? (fun child => valueKinds.contains child.getKind) with
  | none => stx.getArgs.foldl (fun all child => all ++ declarationsOf child) #[]
  | some value =>
    match placeOf stx, placeOf value with
    | some place, some valuePlace =>
      let name := match (firstOf `Lean.Parser.Command.declId stx).bind (fun one => placeOf one[0]) with
        | some namePlace => [("name", Json.mkObj namePlace)]
        | none => []
      let incomplete := [("incomplete", Json.bool (hasKind holeKinds value))]
      #[Json.mkObj (place ++ [("value", Json.mkObj valuePlace)] ++ incomplete ++ name)]
    | _, _ => #[]

def shownName (name : Name) : Json :=
  Json.str ((privateToUserName? name).getD name).toString

def kindOf : ConstantInfo → String
  | .thmInfo _ => "theorem"
  | .defnInfo _ => "def"
  | .axiomInfo _ => "axiom"
  | .opaqueInfo _ => "opaque"
  | .inductInfo _ => "inductive"
  | .ctorInfo _ => "constructor"
  | .recInfo _ => "recursor"
  | .quotInfo _ => "quotient"

/-- Empty for the file's own. -/
def moduleOf (env : Environment) (name : Name) : String :=
  match env.getModuleIdxFor? name with
  | some index => toString env.header.moduleNames[index.toNat]!
  | none => ""

def shownGoal (goal : MVarId) : MetaM Json := do
  let some declaration := (← getMCtx).findDecl? goal | return Json.null
  let context := declaration.lctx.sanitizeNames.run' { options := (← getOptions) }
  Meta.withLCtx context declaration.localInstances do
    let hypotheses ← context.foldlM (init := #[]) fun (shown : Array Json) (one : LocalDecl) => do
      if one.isAuxDecl || one.isImplementationDetail then
        return shown
      let type ← Meta.ppExpr (← instantiateMVars one.type)
      let mut fields := [
        ("names", Json.arr #[Json.str one.userName.simpMacroScopes.toString]),
        ("type", Json.str type.pretty)]
      if let some value := one.value? then
        let body ← Meta.ppExpr (← instantiateMVars value)
        fields := fields ++ [("body", Json.str body.pretty)]
      return shown.push (Json.mkObj fields)
    let conclusion ← Meta.ppExpr (← instantiateMVars declaration.type)
    let mut fields := [("hypotheses", Json.arr hypotheses), ("conclusion", Json.str conclusion.pretty)]
    if !declaration.userName.isAnonymous then
      fields := fields ++ [("name", Json.str declaration.userName.eraseMacroScopes.toString)]
    return Json.mkObj fields

def findStep (context : ContextInfo) (tactic : TacticInfo) : FindM Unit := do
  let some place := placeOf tactic.stx | return
  if !isOriginal tactic.stx then return
  let contextBefore := { context with mctx := tactic.mctxBefore }
  let contextAfter := { context with mctx := tactic.mctxAfter }
  let before ← contextBefore.runMetaM {} (tactic.goalsBefore.mapM shownGoal)
  let after ← contextAfter.runMetaM {} (tactic.goalsAfter.mapM shownGoal)
  let goals := [("before", Json.arr before.toArray), ("after", Json.arr after.toArray)]
  modify fun found => { found with steps := found.steps.push (Json.mkObj (place ++ goals)) }

def findName (env : Environment) (term : TermInfo) : FindM Unit := do
  let some name := term.expr.constName? | return
  let some info := env.find? name | return
  let some place := placeOf term.stx | return
  if !isOriginal term.stx then return
  let fields := place ++ [("name", shownName name), ("kind", Json.str (kindOf info))]
  if term.isBinder then
    let type ← (Meta.ppExpr info.type).run'
    let constants := info.type.getUsedConstants.map shownName
    let more := [("type", Json.str type.pretty), ("constants", Json.arr constants)]
    modify fun found => { found with definitions := found.definitions.push (Json.mkObj (fields ++ more)) }
  else
    let more := [("module", Json.str (moduleOf env name))]
    modify fun found => { found with uses := found.uses.push (Json.mkObj (fields ++ more)) }

partial def visitTree (env : Environment) (context? : Option ContextInfo) (inSequence : Bool) (tree : InfoTree) :
    FindM Unit := do
  match tree with
  | .context inner below => visitTree env (inner.mergeIntoOuter? context?) inSequence below
  | .node info children =>
    let mut isSequence := false
    match info with
    | .ofTacticInfo tactic =>
      isSequence := sequenceKinds.contains tactic.stx.getKind
      if let some context := context? then
        if inSequence then
          findStep context tactic
    | .ofTermInfo term => findName env term
    | _ => pure ()
    for child in children do
      visitTree env context? isSequence child
  | _ => pure ()

def shownErrors (messages : MessageLog) : IO (Array Json) := do
  let mut shown := #[]
  for message in messages.toList do
    if message.severity == .error then
      let text ← message.data.toString
      shown := shown.push (Json.mkObj [("line", toJson message.pos.line), ("message", Json.str text)])
  return shown

end Touchstone

open Touchstone in
unsafe def main (arguments : List String) : IO UInt32 := do
  let [path, out] := arguments | return 2
  initSearchPath (← findSysroot)
  enableInitializersExecution
  let input := Parser.mkInputContext (← IO.FS.readFile path) path
  let (header, parser, messages) ← Parser.parseHeader input
  let (env, messages) ← processHeader header {} messages input
  if messages.hasErrors then
    let errors ← shownErrors messages
    IO.FS.writeFile out (Json.mkObj [("header", Json.bool false), ("errors", Json.arr errors)]).compress
    return 0
  let state := { Command.mkState env messages {} with infoState.enabled := true }
  let done ← IO.processCommands input parser state
  let last := done.commandState.env
  let visit : FindM Unit := do
    for tree in done.commandState.infoState.trees.toArray do
      visitTree last none false tree
  let ((_, found), _) ← Core.CoreM.toIO (visit.run {}) { fileName := path, fileMap := input.fileMap } { env := last }
  let commands := done.commands.filterMap fun command => (placeOf command).map Json.mkObj
  let declarations := done.commands.foldl (fun all command => all ++ declarationsOf command) #[]
  let errors ← shownErrors done.commandState.messages
  let document := Json.mkObj [
    ("header", Json.bool true),
    ("commands", Json.arr commands),
    ("declarations", Json.arr declarations),
    ("definitions", Json.arr found.definitions),
    ("steps", Json.arr found.steps),
    ("uses", Json.arr found.uses),
    ("errors", Json.arr errors)]
  IO.FS.writeFile out document.compress
  return 0
