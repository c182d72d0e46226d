import { attack, type ProofsAttack } from './skeleton.ts'

const sealed = 'Module Type Cheat. Axiom cheat : False. End Cheat.'

/** Resting on what nobody has proved. */
export const axioms: readonly ProofsAttack[] = [
  attack(
    'rocq',
    'admitted',
    'Leaves the proof out: the name is there, and it compiles.',
    'not-solved',
    ({ stated }) => stated('Theorem', '', 'Proof.\nAdmitted.\n'),
  ),
  attack(
    'rocq',
    'admit-in-lemma',
    'Leaves out the proof of a lemma that says all; the theorem itself ends with Qed.',
    'not-solved',
    ({ fromFalse }) => fromFalse('Lemma cheat : False.\nProof. admit. Admitted.'),
  ),
  attack(
    'rocq',
    'axiom-false',
    'States an axiom from which everything follows.',
    'rejected',
    ({ fromFalse }) => fromFalse('Axiom cheat : False.'),
  ),
  attack(
    'rocq',
    'axiom-behind-attributes',
    'States the axiom where a search for lines that begin with it does not find it.',
    'rejected',
    ({ fromFalse }) => fromFalse('#[local]\n(* Theorem *) Axiom (* of choice *) cheat : False.'),
  ),
  attack('rocq', 'axiom-itself', 'States the theorem as an axiom of its name.', 'rejected', ({ stated }) =>
    stated('Axiom'),
  ),
  attack(
    'rocq',
    'conjecture',
    'States the theorem as a conjecture, which is an axiom.',
    'rejected',
    ({ stated }) => stated('Conjecture'),
  ),
  attack(
    'rocq',
    'context-outside',
    'Assumes False as context outside any section.',
    'rejected',
    ({ fromFalse }) => fromFalse('Context (cheat : False).'),
  ),
  attack(
    'rocq',
    'axiom-through-functor',
    'Takes the axiom as the argument of a functor and applies it to a sealed module that has one.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`${sealed}
Module Through (Given : Cheat).
  Theorem result : False. Proof. exact Given.cheat. Qed.
End Through.
Module Sealed : Cheat. Axiom cheat : False. End Sealed.
Module Taken := Through Sealed.
Definition cheat := Taken.result.`),
  ),
  attack(
    'rocq',
    'sealed-module',
    'Seals the axiom in a module, whose signature calls it a parameter like any proved one.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`${sealed}
Module Inner : Cheat. Axiom unfinished : False. Definition cheat := unfinished. End Inner.
Definition cheat := Inner.cheat.`),
  ),
  attack(
    'rocq',
    'declared-module',
    'Declares a module of a signature that nothing has.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`${sealed}\nDeclare Module Promised : Cheat.\nDefinition cheat := Promised.cheat.`),
  ),
  attack(
    'rocq',
    'axiom-in-higher-functor',
    'Has the axiom in a functor that is an argument of another functor.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`${sealed}
Module Type Making (Given : Cheat). Axiom cheat : False. End Making.
Module Higher (Make : Making) (Given : Cheat). Module Made := Make Given. Definition cheat := Made.cheat. End Higher.
Module Maker (Given : Cheat). Axiom cheat : False. End Maker.
Module First : Cheat. Axiom cheat : False. End First.
Module Result := Higher Maker First.
Definition cheat := Result.cheat.`),
  ),
  attack(
    'rocq',
    'axiom-under-judges-name',
    "Has the axiom in modules that are called as the judge's own.",
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`Module TouchstoneCheck. Module TouchstoneAnswered. Module Context.
Axiom cheat : False.
End Context. End TouchstoneAnswered. End TouchstoneCheck.
Definition cheat := TouchstoneCheck.TouchstoneAnswered.Context.cheat.`),
  ),
  attack(
    'rocq',
    'declared-instance',
    'Declares an instance of a class that says False.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(
        'Class Cheat := cheat_of : False.\nDeclare Instance given : Cheat.\nDefinition cheat : False := given.',
      ),
  ),
  attack(
    'rocq',
    'included-signature',
    'Includes a signature, so that the theorem is a field of the file without being proved in it.',
    'rejected',
    ({ prelude, statement }) =>
      `${prelude}\nModule Type Promise.\n${statement.replace(/^\s*\w+/, 'Parameter')}\nEnd Promise.\nInclude Promise.\n`,
  ),
  attack(
    'rocq',
    'admit-obligations',
    'Lets Program take the proof as an obligation and admits all obligations.',
    'not-solved',
    ({ fromFalse }) =>
      fromFalse(`From Coq Require Import Program.Tactics.
Program Definition cheat : False := _.
Admit Obligations.`),
  ),
  attack(
    'rocq',
    'library-axiom',
    'Rests on an inconsistent pair of the library: nothing in the file itself is an axiom.',
    'not-solved',
    ({ fromFalse, axioms: allowed }) =>
      allowed.length > 0
        ? undefined
        : fromFalse(`From Coq Require Import Classical.
Lemma cheat : False.
Proof. destruct (classic False) as [no | yes]; [ exact no | exfalso; revert yes; admit ]. Admitted.`),
  ),
]
