/** A prover's process, as the pool sees it: it knows some places of proofs and can be brought to others. */
export interface Seat<Place> extends AsyncDisposable {
  /** Why it is of no more use, where it is not. */
  readonly gone: Error | undefined
  /** Whether it has done something that is not on the way to where it stands: what it has used up may be others' fault. */
  readonly used: boolean
  /** Nobody is to get it any more. */
  spoil(): void
  /** Whether it may be given to somebody whose place is this one. */
  fits(place: Place): boolean
  /** How much would have to be done again to get there, in steps. */
  distance(place: Place): number
  /** Goes to a place, doing again what is missing. Throws `Gone`; false where something fails that did not before. */
  goTo(place: Place, signal?: AbortSignal): Promise<boolean>
}
