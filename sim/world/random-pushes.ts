import type { RandomStream } from '../../robot/model/random.ts'
import { createDisturbance, type Disturbance, type Physics } from '../engines/engine.ts'
import type { ParameterValues } from '../randomization/draw.ts'

/** Pushes from nowhere, as in Dactyl (arXiv 1808.00177): sideways, for one policy period each. */
export class RandomPushes {
  readonly disturbance: Disturbance
  private readonly periodS: number
  private isPushing = false

  constructor(numObjects: number, periodS: number) {
    this.disturbance = createDisturbance(numObjects)
    this.periodS = periodS
  }

  reset(): void {
    this.isPushing = false
  }

  save() {
    return { isPushing: this.isPushing }
  }

  restore({ isPushing }: ReturnType<RandomPushes['save']>): void {
    this.isPushing = isPushing
  }

  /** Draws the forces of the next period into `disturbance`; whether they differ from the last period's. */
  next(values: ParameterValues, physics: Physics, stream: RandomStream): boolean {
    const rate = values.pushesPerS[0]!
    const wasPushing = this.isPushing
    this.isPushing = rate > 0 && stream.uniform() < rate * this.periodS
    if (!this.isPushing && !wasPushing) return false
    const share = this.isPushing ? 1 : 0
    const { tool, objects } = this.disturbance
    pushSideways(share * values.toolPushN[0]!, stream, tool)
    for (let k = 0; k < objects.length; k++) {
      const speed = share * values.objectPushMPerS[0]!
      pushSideways((physics.objects[k]!.massKg * speed) / this.periodS, stream, objects[k]!)
    }
    return true
  }
}

/** A horizontal force of up to `mostN` in any direction [3], [N]. */
function pushSideways(mostN: number, stream: RandomStream, out: Float64Array): void {
  const angle = stream.between(-Math.PI, Math.PI)
  const force = mostN * stream.uniform()
  out[0] = force * Math.cos(angle)
  out[1] = force * Math.sin(angle)
}
