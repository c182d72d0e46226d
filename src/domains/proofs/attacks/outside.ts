import { attack, type ProofsAttack } from './skeleton.ts'

const closed = 'Closed under the global context'
const unproved = 'Proof.\nAdmitted.\n'

/** Reaching for the judge's files, its options and what it reads. */
export const outside: readonly ProofsAttack[] = [
  attack(
    'rocq',
    'prints-closed',
    'Prints what Print Assumptions prints of a good proof.',
    'not-solved',
    ({ stated }) => stated('Theorem', '', `${unproved}Goal True.\nidtac "${closed}".\nexact I.\nQed.\n`),
  ),
  attack(
    'rocq',
    'axiom-called-closed',
    'Says it by the type of the axiom, which is printed with it.',
    'rejected',
    ({ fromFalse }) =>
      fromFalse(`Definition cheat_closed (P : Prop) := P.
Notation "'Closed' 'under' 'the' 'global' 'context' P" := (cheat_closed P) (at level 10, P at level 9).
Axiom cheat : ${closed} False.`),
  ),
  attack(
    'rocq',
    'hides-printing',
    'Exports options under which next to nothing is printed of anything.',
    'not-solved',
    ({ stated }) =>
      stated(
        'Theorem',
        `#[global] Set Printing Depth 1.
#[export] Set Printing Width 2.
#[global] Unset Printing Notations.
#[global] Set Silent.
#[global] Set Warnings "-all".`,
        unproved,
      ),
  ),
  attack(
    'rocq',
    'exports-no-checks',
    'Exports that guard, positivity and universes are not checked, for whoever requires the file.',
    'not-solved',
    ({ stated }) =>
      stated(
        'Theorem',
        `#[export] Unset Guard Checking.
#[export] Unset Positivity Checking.
#[export] Unset Universe Checking.`,
        unproved,
      ),
  ),
  attack(
    'rocq',
    'exports-notations',
    "Exports notations, coercions, canonical structures, hints and tactics that would change what the judge's own files say.",
    'not-solved',
    ({ stated, theorem }) =>
      stated(
        'Theorem',
        `#[global] Set Implicit Arguments.
Notation "'cheat' x" := True (at level 0, x at level 200).
Ltac exact := idtac.
Definition cheat_holds (b : bool) : Prop := True.
#[global] Coercion cheat_holds : bool >-> Sortclass.
Structure cheat_pair := Cheat_pair { cheat_of : Type; cheat_in : cheat_of }.
Canonical cheat_true := @Cheat_pair Prop True.
#[global] Hint Extern 0 => exact I : core.`,
        `${unproved}#[global] Opaque ${theorem}.\n`,
      ),
  ),
  attack('rocq', 'redirect', 'Redirects output over the files of the judge.', 'rejected', ({ stated }) =>
    stated('Theorem', '', `${unproved}Redirect "TouchstoneReport" Print True.\n`),
  ),
  attack(
    'rocq',
    'extraction',
    "Writes files by extraction, under the judge's names.",
    'rejected',
    ({ stated }) =>
      stated(
        'Theorem',
        'From Coq Require Extraction.',
        `${unproved}Extraction "TouchstoneCheck.v" negb.\nRecursive Extraction nat.\n`,
      ),
  ),
  attack(
    'rocq',
    'plug-in',
    'Loads a plug-in, a program that runs within the prover.',
    'rejected',
    ({ stated }) => stated('Theorem', 'Declare ML Module "coq-core.plugins.extraction".', unproved),
  ),
  attack(
    'rocq',
    'plug-in-by-library',
    'Loads a plug-in through a library that needs it: no command names it.',
    'not-solved',
    ({ stated }) => stated('Theorem', 'From Coq Require Import Extraction Derive.', unproved),
  ),
  attack('rocq', 'load', 'Reads a file of the system into the answer.', 'rejected', ({ stated }) =>
    stated('Theorem', '', `${unproved}Fail Load "/proc/self/environ".\n`),
  ),
  attack(
    'rocq',
    'universes-to-file',
    'Writes a file by a command that seems only to print.',
    'rejected',
    ({ stated }) => stated('Theorem', '', `${unproved}Print Universes "TouchstoneCheck.v".\n`),
  ),
  attack(
    'rocq',
    'failing-statement',
    'Has the statement and its proof and takes both back: the text has them, and it compiles.',
    'not-solved',
    ({ prelude, statement }) => `${prelude}\n${statement}\nProof.\nAbort.\nSucceed ${statement}\n`,
  ),
]
