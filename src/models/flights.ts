import { abortable } from './waiting.ts'

interface Flight<T> {
  readonly landing: Promise<T>
  readonly controller: AbortController
  passengers: number
}

/** Equal work asked for at the same time is done once. It is given up only when everybody who asked has left. */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /** `shared` is true for whoever joined work that was under way. Rejects with the signal's reason when aborted. */
  async join(
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<{ value: T; shared: boolean }> {
    signal?.throwIfAborted()
    const joined = this.#flights.get(key)
    const flight = joined ?? this.#depart(key, work)
    flight.passengers++
    try {
      return { value: await abortable(flight.landing, signal), shared: joined !== undefined }
    } finally {
      flight.passengers--
      if (flight.passengers === 0) {
        this.#forget(key, flight)
        flight.controller.abort(signal?.reason)
      }
    }
  }

  #depart(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const landing = work(controller.signal)
    const flight: Flight<T> = { landing, controller, passengers: 0 }
    this.#flights.set(key, flight)
    const forget = () => this.#forget(key, flight)
    landing.then(forget, forget)
    return flight
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
