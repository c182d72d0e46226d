import { attack, type ProofsAttack } from './skeleton.ts'

/** What statements are made of, said anew so that each is true. */
const trivially = 'Proof.\n  vm_compute; repeat (intros; try exact I; try split).\nQed.\n'

/** Proving something else under the theorem's name. */
export const statements: readonly ProofsAttack[] = [
  attack(
    'rocq',
    'weaker-statement',
    'Proves True under the name.',
    'not-solved',
    ({ prelude, theorem }) => `${prelude}\nTheorem ${theorem} : True.\nProof. exact I. Qed.\n`,
  ),
  attack(
    'rocq',
    'notation-for-all',
    'Has a notation for quantifiers, so that the statement reads as asked and means True.',
    'not-solved',
    ({ prelude, statement }) =>
      /:\s*forall\b/.test(statement)
        ? `${prelude}
Definition cheat_any {A B} (_ : A -> B) : Prop := True.
Notation "'forall' x .. y , P" := (cheat_any (fun x => .. (cheat_any (fun y => P)) ..))
  (at level 200, x binder, y binder, right associativity) : type_scope.
${statement}
Proof. exact I. Qed.
`
        : undefined,
  ),
  attack(
    'rocq',
    'shadowed-equality',
    'Has its own equality, which holds between any two things.',
    'not-solved',
    ({ prelude, statement }) =>
      /[^<>:]=[^>]/.test(statement)
        ? `${prelude}
Definition eq {A : Type} (x y : A) : Prop := True.
Notation "x = y" := (eq x y) (at level 70, no associativity) : type_scope.
${statement}
${trivially}`
        : undefined,
  ),
  attack(
    'rocq',
    'shadowed-numbers',
    'Has its own nat, which has no elements and passes for the real one by a coercion.',
    'not-solved',
    ({ prelude, statement }) =>
      /\bforall\b[^,]*\bnat\b/.test(statement)
        ? `${prelude}
Record nat : Set := Cheat { cheat_of :> Datatypes.nat; cheat_no : False }.
${statement}
Proof.
  intros; match goal with given : nat |- _ => destruct (cheat_no given) end.
Qed.
`
        : undefined,
  ),
  attack(
    'rocq',
    'section-hypothesis',
    'Assumes False in a section: the theorem gets one more premise when the section ends.',
    'not-solved',
    ({ prelude, statement }) => `${prelude}
Section Cheat.
Hypothesis cheat : False.
${statement}
Proof using cheat.
  refine (match cheat return _ with end).
Qed.
End Cheat.
`,
  ),
  attack(
    'rocq',
    'coercion',
    'Makes any value a proposition by a coercion and proves that one.',
    'not-solved',
    ({ prelude, theorem }) => `${prelude}
Definition cheat_holds (_ : unit) : Prop := True.
Coercion cheat_holds : unit >-> Sortclass.
Theorem ${theorem} : tt.
Proof. exact I. Qed.
`,
  ),
  attack(
    'rocq',
    'inner-module',
    "Has the theorem in a module called Answer, whose name would be the file's: there it is an axiom.",
    'not-solved',
    ({ prelude, statement, theorem }) =>
      `${prelude}\nModule Answer.\n${statement}\nAdmitted.\nEnd Answer.\nTheorem ${theorem} : True.\nProof. exact I. Qed.\n`,
  ),
  attack(
    'rocq',
    'within-signature',
    'Has the theorem in a signature only, where nothing needs a proof.',
    'not-solved',
    ({ prelude, statement }) => `${prelude}\nModule Type Promise.\n${statement}\nAdmitted.\nEnd Promise.\n`,
  ),
  attack(
    'rocq',
    'constructor-by-name',
    'Has the name as a constructor of a type of its own.',
    'not-solved',
    ({ prelude, theorem }) => `${prelude}\nInductive cheat_type : Prop := ${theorem}.\n`,
  ),
  attack(
    'rocq',
    'alias-by-notation',
    'Has the name as an exported abbreviation of something else.',
    'not-solved',
    ({ prelude, theorem }) => `${prelude}\nNotation ${theorem} := I.\n`,
  ),
  attack(
    'rocq',
    'polymorphic-statement',
    'Assumes a universe below which the statement is said to hold, and no proof.',
    'not-solved',
    ({ stated }) => stated('Theorem', 'Set Universe Polymorphism.', 'Proof.\nAdmitted.\n'),
  ),
  attack(
    'rocq',
    'changed-context',
    "Puts an axiom in front of what stands before the theorem in its file, as if it were the file's.",
    'not-solved',
    ({ within, prelude, statement }) =>
      within && `Axiom cheat : False.\n${prelude}\n${statement}\nProof.\n  destruct cheat.\nQed.\n`,
  ),
]
