import type { ArmModel } from './arm.ts'

/** Slow and fast sine of a joint's own turn [Hz]: the slow one shows friction and sag, the fast one lag and inertia. */
const SLOW_HZ = 0.25
const FAST_HZ = 1.1
const FAST_SHARE = 0.3
/** Share of the time in which joints move one after the other; then all at once. */
const ALONE_SHARE = 0.6
/** All at once they move less, each at a frequency of its own [Hz]. */
const TOGETHER_SHARE = 0.5
const TOGETHER_HZ = 0.3
const TOGETHER_STEP_HZ = 0.13
/** Time over which a motion swells and fades [s]. */
const SWELL_S = 1

/**
 * Joint set-points that tell much about an arm's servos: every joint by itself, then all together, sines about a
 * pose that swell and fade, so that speed never jumps. Cut to the joints' limits by the safety filter.
 */
export class Excitation {
  readonly durationS: number
  private readonly centre: Float64Array
  private readonly amplitudeRad: number

  /**
   * @param centre - pose about which the joints move [numJoints], [rad]
   * @param amplitudeRad - of a joint's own turn
   */
  constructor(
    { numJoints }: Pick<ArmModel, 'numJoints'>,
    centre: Float64Array,
    amplitudeRad: number,
    durationS: number,
  ) {
    if (centre.length !== numJoints) throw new RangeError(`a pose of ${numJoints} joints is needed`)
    this.centre = centre.slice()
    this.amplitudeRad = amplitudeRad
    this.durationS = durationS
  }

  /** Set-points `timeS` after the beginning, into `out` [numJoints], [rad]. */
  at(timeS: number, out: Float64Array): void {
    const n = this.centre.length
    const aloneS = (this.durationS * ALONE_SHARE) / n
    out.set(this.centre)
    const joint = Math.floor(timeS / aloneS)
    if (joint >= 0 && joint < n) {
      const own = timeS - joint * aloneS
      const wave = Math.sin(turns(SLOW_HZ, own)) + FAST_SHARE * Math.sin(turns(FAST_HZ, own))
      out[joint]! += this.amplitudeRad * swell(own, aloneS) * wave
      return
    }
    const own = timeS - n * aloneS
    const size = TOGETHER_SHARE * this.amplitudeRad * swell(own, this.durationS - n * aloneS)
    for (let i = 0; i < n; i++) {
      out[i]! += size * Math.sin(turns(TOGETHER_HZ + TOGETHER_STEP_HZ * i, own))
    }
  }
}

const turns = (hz: number, seconds: number): number => 2 * Math.PI * hz * seconds

/** 0 at both ends and 1 between, without a jump of speed. */
function swell(timeS: number, durationS: number): number {
  const share = Math.min(1, Math.max(0, Math.min(timeS, durationS - timeS) / SWELL_S))
  return share * share * (3 - 2 * share)
}
