import { attack, type ProofsAttack } from './skeleton.ts'

const loop = 'Fixpoint cheat_of (n : nat) : False := cheat_of n.\nDefinition cheat := cheat_of 0.'
const negative = `Inductive cheat_type := Cheat (f : cheat_type -> False).
Definition cheat_with (x : cheat_type) : False := match x with Cheat f => f x end.
Definition cheat : False := cheat_with (Cheat cheat_with).`
const paradox = `Definition cheat_small : Type := Type.
Definition cheat : False := Hurkens.TypeNeqSmallType.paradox cheat_small (eq_refl cheat_small).`

/** Turning off what the kernel checks. */
export const flags: readonly ProofsAttack[] = [
  attack('rocq', 'guard-off', 'Turns off the check that recursion ends.', 'rejected', ({ fromFalse }) =>
    fromFalse(`Unset Guard Checking.\n${loop}\nSet Guard Checking.`),
  ),
  attack(
    'rocq',
    'guard-off-by-attribute',
    'Turns off the check that recursion ends for one definition.',
    'rejected',
    ({ fromFalse }) => fromFalse(`#[bypass_check(guard)]\n${loop}`),
  ),
  attack(
    'rocq',
    'guard-off-in-proof',
    'Turns off the check that recursion ends, and closes a proof by itself.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`Unset Guard Checking.
Lemma cheat_of : nat -> False.
Proof. fix again 1. intros n. exact (again n). Qed.
Definition cheat := cheat_of 0.`),
  ),
  attack(
    'rocq',
    'cofix-guard-off',
    'Turns off the check that corecursion produces, for a proof of False that only refers to itself.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`CoInductive cheat_chain : Prop := Cheat (no : False).
Unset Guard Checking.
CoFixpoint cheat_of : cheat_chain := cheat_of.
Set Guard Checking.
Definition cheat : False := match cheat_of with Cheat no => no end.`),
  ),
  attack('rocq', 'positivity-off', 'Turns off the check of positivity.', 'rejected', ({ fromFalse }) =>
    fromFalse(`Unset Positivity Checking.\n${negative}`),
  ),
  attack(
    'rocq',
    'positivity-off-by-attribute',
    'Turns off the check of positivity for one type.',
    'rejected',
    ({ fromFalse }) => fromFalse(`#[bypass_check(positivity)]\n${negative}`),
  ),
  attack(
    'rocq',
    'universes-off',
    'Turns off the check of universes: the type of all types is small.',
    'rejected',
    ({ fromFalse }) => fromFalse(`From Coq Require Hurkens.\nUnset Universe Checking.\n${paradox}`),
  ),
  attack(
    'rocq',
    'universes-off-by-attribute',
    'Turns off the check of universes for single definitions.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`From Coq Require Hurkens.\n${paradox.replace(/^Def/gm, '#[bypass_check(universes)] Def')}`),
  ),
  attack(
    'rocq',
    'type-in-type-for-editors',
    "Asks for -type-in-type in a file's first line, as editors and build files read it.",
    'not-solved',
    ({ fromFalse }) =>
      `(* -*- coq-prog-args: ("-type-in-type") -*- *)\n${fromFalse(`From Coq Require Hurkens.\n${paradox}`)}`,
  ),
  attack(
    'rocq',
    'definitional-uip',
    'Proves it as it should and rests on definitional uniqueness of identity proofs besides, which is no part of the theory.',
    'rejected',
    ({ solution, theorem, statement }) =>
      solution === undefined
        ? undefined
        : `${solution.replace(new RegExp(`(\\w+)(\\s+)${theorem}\\b`), '$1$2cheat_inner')}
Set Definitional UIP.
Inductive cheat_same (n : nat) : nat -> SProp := cheat_same_refl : cheat_same n n.
Definition cheat_cast (n : nat) (same : cheat_same n n) : nat := match same with cheat_same_refl _ => n end.
${statement}
Proof.
  generalize (cheat_cast 0 (cheat_same_refl 0)); intros _.
  repeat match goal with given : _ |- _ => revert given end.
  exact (@cheat_inner).
Qed.
`,
  ),
]
