import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { EventClock } from '../../../robot/model/clock.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { capsulesFor } from '../../../robot/model/link-capsules.ts'
import { placeShapes } from '../../../robot/model/place-shapes.ts'
import { transformPoint } from '../../../robot/model/pose.ts'
import type { MujocoPlant } from '../../../sim/world/mujoco-plant.ts'

const LOOK_S = 0.01

/** What the truth of the mechanics says about a run. */
export interface WatchReport {
  /** The farthest that a joint was outside its limits [rad]. */
  readonly outsideRad: number
  /** The lowest that any moving link came over the table [m]. */
  readonly clearanceM: number
  /** A link lay on the table. */
  readonly hasLain: boolean
}

/** Looks at an emulated arm itself, not at what its servos say, a hundred times a second. */
export class TruthWatch implements WatchReport {
  outsideRad = 0
  clearanceM = Number.POSITIVE_INFINITY
  hasLain = false
  private readonly plant: MujocoPlant
  private readonly kinematics: ArmKinematics
  private readonly rods: ReturnType<typeof capsulesFor>
  private readonly end = new Float64Array(3)
  private isOver = false

  constructor(arm: ArmDescription, plant: MujocoPlant) {
    this.plant = plant
    this.kinematics = new ArmKinematics(plant.model)
    const shapes = placeShapes(arm, { joints: plant.model.jointNames })
    this.rods = capsulesFor(shapes).filter(({ link }) => link > 0)
  }

  /** @param advance - brings the mechanics up to now */
  begin(clock: EventClock, advance: () => void): void {
    const look = () => {
      if (this.isOver) return
      advance()
      this.look()
      clock.schedule(clock.now() + LOOK_S, look)
    }
    look()
  }

  stop(): void {
    this.isOver = true
  }

  private look(): void {
    const { lower, upper } = this.plant.model
    const { q } = this.plant.state
    this.hasLain ||= this.plant.isLying
    for (let i = 0; i < q.length; i++) {
      this.outsideRad = Math.max(this.outsideRad, lower[i]! - q[i]!, q[i]! - upper[i]!)
    }
    const { kinematics, end } = this
    kinematics.forward(q)
    for (const { link, ends, radiusM } of this.rods) {
      const frame = {
        position: kinematics.linkPosition.subarray(3 * link, 3 * link + 3),
        quaternion: kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4),
      }
      for (const at of [0, 3]) {
        transformPoint(frame, ends.subarray(at, at + 3), end)
        this.clearanceM = Math.min(this.clearanceM, end[2]! - radiusM)
      }
    }
  }
}
