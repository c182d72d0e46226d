open Lean Meta Elab Term in
set_option maxHeartbeats 0 in
#eval show TermElabM Unit from do
  let kind : String := «BY»
  let words : List String := «WORDS»
  let most : Nat := «MOST»
  let widened : Bool := «WIDENED»
  let env ← getEnv
  let pattern? : Except String Expr ←
    if kind == "type" then
      match Parser.runParserCategory env `term (words.headD "") with
      | .error message => pure (.error message)
      | .ok stx =>
        try
          let pattern ← withoutErrToSorry (elabTerm stx none)
          pure (.ok (← instantiateMVars pattern))
        catch error => pure (.error (← error.toMessageData.toString))
    else pure (.ok (mkConst `True))
  match pattern? with
  | .error message => logInfo (Json.mkObj [("touchstoneError", Json.str message)]).compress
  | .ok pattern =>
    let rec fits (wanted given : Expr) : Nat → Bool
      | 0 => false
      | fuel + 1 => match wanted, given with
        | .mvar _, _ => true
        | .mdata _ wanted, given => fits wanted given fuel
        | wanted, .mdata _ given => fits wanted given fuel
        | .app f a, given =>
          if wanted.getAppFn.isMVar then true
          else match given with
            | .app g b => fits f g fuel && fits a b fuel
            | _ => false
        | .const name _, .const other _ => name == other
        | .lit one, .lit other => one == other
        | .sort _, .sort _ => true
        | .bvar one, .bvar other => one == other
        | .lam _ type body _, .lam _ type' body' _ => fits type type' fuel && fits body body' fuel
        | .forallE _ type body _, .forallE _ type' body' _ => fits type type' fuel && fits body body' fuel
        | .proj _ index body, .proj _ index' body' => index == index' && fits body body' fuel
        | _, _ => false
    let has (text word : String) : Bool := (text.splitOn word).length > 1
    let isWanted (name : Name) (info : ConstantInfo) : Bool :=
      if kind == "type" then (info.type.find? fun part => fits pattern part 200).isSome
      else
        let text := name.toString.toLower
        if kind == "name" then words.all (has text)
        else
          words.any (has text) &&
            (words.all (has text) ||
              let parts := info.type.getUsedConstants.map fun part => part.toString.toLower
              words.all fun word => has text word || parts.any fun part => has part word)
    let isOurs (name : Name) : Bool :=
      match env.getModuleIdxFor? name with
      | none => true
      | some index =>
        let root := (env.header.moduleNames[index.toNat]!).getRoot
        !widened || (root != `Lean && root != `Std && root != `Lake)
    let isUseful (info : ConstantInfo) : Bool :=
      match info with
      | .recInfo _ => false
      | .quotInfo _ => false
      | info => !info.isUnsafe
    let found := env.constants.fold (init := (#[] : Array (String × Expr))) fun found name info =>
      if !name.isInternal && !name.hasMacroScopes && !isPrivateName name && isUseful info && isOurs name && isWanted name info then
        found.push (name.toString, info.type)
      else found
    let sorted := found.qsort fun one other =>
      one.1.length < other.1.length || (one.1.length == other.1.length && one.1 < other.1)
    let mut listed : Array Json := #[]
    for (name, type) in sorted.toList.take most do
      let statement ← try pure (toString (← ppExpr type)) catch _ => pure "(cannot be shown)"
      let words := ((statement.replace "\n" " ").splitOn " ").filter fun word => word != ""
      listed := listed.push (Json.mkObj [("name", Json.str name), ("statement", Json.str (" ".intercalate words))])
    logInfo (Json.mkObj [("touchstone", Json.arr listed)]).compress
