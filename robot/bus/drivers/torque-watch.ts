import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ServoClient } from './servo-client.ts'
import type { ServoFamily } from './servo-family.ts'

/** One servo is asked this often [s]: all of six within a second and a half. */
const ASK_EVERY_S = 0.25
/** An answer that is not there by then is not waited for [s] … */
const PATIENCE_S = 0.005
/** … unless the adapter is slow: by then as a share of the time that other replies take. */
const PATIENCE_SHARE = 1.5
/** Where cycles never have the time, one is asked after this long nevertheless [s]. */
const ASK_LATEST_S = 1

/** What a cycle leaves for a question. */
interface TimeLeft {
  /** When it has to be over [s]. */
  readonly byS: number
  /** How long a reply takes [s]. */
  readonly replyS: number
}

/**
 * Notices servos that have lost their torque by themselves: one whose supply was interrupted starts again without,
 * and answers as if nothing had been. Asks one servo now and then, and one that was silent as soon as it is back, in
 * cycles that have the time.
 */
export class TorqueWatch {
  readonly #client: ServoClient
  readonly #family: ServoFamily
  readonly #ids: readonly number[]
  readonly #isBack: Uint8Array
  #isOn = false
  #next = 0
  #askedS = 0

  constructor(client: ServoClient, family: ServoFamily, ids: readonly number[]) {
    this.#client = client
    this.#family = family
    this.#ids = ids
    this.#isBack = new Uint8Array(ids.length)
  }

  /** Torque has been switched on, or off, on purpose. */
  expect(isOn: boolean): void {
    this.#isOn = isOn
    this.#isBack.fill(0)
    this.#askedS = this.#client.clock.now()
  }

  /** The servo at a place was silent for some time and answers again. */
  wasSilent(index: number): void {
    this.#isBack[index] = 1
  }

  /** To be called in every cycle. Throws ROBOT_SERVO_FAULT when a servo has no torque that should have it. */
  async look({ byS, replyS }: TimeLeft): Promise<void> {
    const nowS = this.#client.clock.now()
    const hasTime = nowS + replyS <= byS
    const index = this.#due(nowS, hasTime)
    if (index < 0) return
    this.#askedS = nowS
    const id = this.#ids[index]!
    const patienceS = Math.max(PATIENCE_S, PATIENCE_SHARE * replyS)
    const withinS = hasTime ? Math.min(patienceS, byS - nowS) : patienceS
    const torque = await this.#client.tryRead(id, this.#family.registers.torque, withinS)
    if (torque === undefined) return
    this.#isBack[index] = 0
    if (torque !== 0) return
    throw new CodedError('ROBOT_SERVO_FAULT', `${this.#client.describe(id)} has lost its torque`, {
      hint: 'its supply was interrupted, or it protects itself; support the arm before it starts again',
    })
  }

  #due(nowS: number, hasTime: boolean): number {
    if (!this.#isOn) return -1
    const back = this.#isBack.indexOf(1)
    const everyS = back >= 0 ? 0 : ASK_EVERY_S
    if (nowS - this.#askedS < (hasTime ? everyS : ASK_LATEST_S)) return -1
    if (back >= 0) return back
    this.#next = (this.#next + 1) % this.#ids.length
    return this.#next
  }
}
