import { attack, type ProofsAttack } from './skeleton.ts'

/**
 * Closed proofs of `False` that Rocq 8.16's kernel and its checker both accept, by faults that were found later
 * (`dev/doc/critical-bugs.md` in Rocq's repository; the issue's number is named).
 */
export const kernel: readonly ProofsAttack[] = [
  attack(
    'rocq',
    'kernel-match-on-match',
    'Recurses on a number that a match on a match may take from elsewhere: the guard check forgets where it came from (issue 20455).',
    'not-solved',
    ({ fromFalse }) =>
      fromFalse(`Definition cheat_zero (n : nat) : Prop := match n with O => False | S _ => True end.
Definition cheat_one (n : nat) : Prop := match n with O => False | S m => cheat_zero m end.
Definition cheat_pick (yes : bool) (given part : nat) (no : cheat_one given) (same : yes = true) :
  cheat_zero (match (if yes then given else part) with O => part | S below => below end).
Proof. subst yes. destruct given; [ destruct no | exact no ]. Defined.
Fixpoint cheat_of (n : nat) : cheat_zero n -> False :=
  match n return cheat_zero n -> False with
  | O => fun no => no
  | S part => fun _ =>
    let take := fun yes given same no =>
      cheat_of (match (if yes : bool then given else part) with O => part | S below => below end)
        (cheat_pick yes given part no same) in
    take true 9 eq_refl I
  end.
Definition cheat : False := cheat_of 1 I.`),
  ),
  attack(
    'rocq',
    'kernel-hidden-corecursion',
    'Hides the type of a corecursive value behind a local definition: it is looked up among the wrong ones, and an inductive type gets a value that has no end (issue 22386).',
    'not-solved',
    ({ fromFalse }) =>
      fromFalse(`CoInductive cheat_endless : Type := cheat_more (rest : cheat_endless).
Inductive cheat_none : Type := cheat_wrap (inner : cheat_none).
Definition cheat_ring : cheat_none :=
  let shown := cheat_none in
  let looked := cheat_endless in
  cofix again : shown := cheat_wrap again.
Fixpoint cheat_down (x : cheat_none) : False := match x with cheat_wrap inner => cheat_down inner end.
Definition cheat : False := cheat_down cheat_ring.`),
  ),
  attack(
    'rocq',
    'kernel-nested-corecursion',
    'Has corecursion within corecursion over another type, which is checked as if it were over the same (issue 22389).',
    'not-solved',
    ({ fromFalse }) =>
      fromFalse(`CoInductive cheat_both (A B : Type) : Type := cheat_two (left : A) (right : B).
CoInductive cheat_tree (A : Type) : Type := cheat_node (next : cheat_tree A) (both : cheat_both (cheat_tree A) A).
Inductive cheat_root : Type := cheat_plant (tree : cheat_tree cheat_root).
CoFixpoint cheat_grow : cheat_tree cheat_root :=
  cofix outer : cheat_tree cheat_root := cheat_node cheat_root outer inner
  with inner : cheat_both (cheat_tree cheat_root) cheat_root := cheat_two _ _ cheat_grow (cheat_plant cheat_grow)
  for outer.
Fixpoint cheat_fell (root : cheat_root) : False :=
  match root with
  | cheat_plant tree => match tree with
    | cheat_node _ _ both => match both with cheat_two _ _ _ last => cheat_fell last end
    end
  end.
Definition cheat : False := cheat_fell (cheat_plant cheat_grow).`),
  ),
]
