import { describe, expect, it } from 'vitest'
import { measureObjectGap } from '../../../bridge/recording/object-gap.ts'
import type { ObjectSight } from '../../../bridge/recording/object-track.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'
import { model, onArm, so101 } from '../../sim/push-setup.ts'

const options = { windowS: 8, commandDelayS: 0.02 }
const world = { arm: so101, onArm }
const PERIOD_S = 0.01
const SECONDS = 3

/** An arm that stays where it is. */
function standing(): ArmTrack {
  const cycles = SECONDS / PERIOD_S
  const rows = Array.from({ length: cycles }, () => model.restPose.slice())
  return {
    ...{ jointNames: model.jointNames, beganS: 0, measured: rows, command: rows },
    timeS: Float64Array.from({ length: cycles }, (_, k) => k * PERIOD_S),
  }
}

/** Sights at 20 Hz of an object at x, which somebody moves by `jumpM` after half of the time. */
function lying(x: number, speedMPerS = 0, jumpM = 0): ObjectSight[] {
  return Array.from({ length: SECONDS * 20 - 1 }, (_, k) => {
    const timeS = k / 20
    const isMoved = jumpM > 0 && timeS >= SECONDS / 2
    const xM = x + speedMPerS * timeS + (isMoved ? jumpM : 0)
    const wasMoved = jumpM > 0 && k / 20 - 1 / 20 >= SECONDS / 2
    return { timeS, xM, yM: 0.15, yawRad: 0, isFirst: k === 0 || isMoved !== wasMoved }
  })
}

describe('measureObjectGap', () => {
  it('finds none for an object that nobody touches, wherever somebody puts it', async () => {
    const gap = await measureObjectGap(standing(), lying(0.25, 0, 0.1), world, options)
    expect(gap!.windows).toBe(2)
    expect(gap!.rmsM).toBeLessThan(0.001)
    expect(gap!.movedM).toBeCloseTo(0, 9)
    expect(gap!.endYawRad).toBeNull()
  })

  it('is how far an object came that nothing moves in simulation', async () => {
    const gap = await measureObjectGap(standing(), lying(0.2, 0.02), world, options)
    const distanceM = 0.02 * (SECONDS - 2 / 20)
    expect(gap!.movedM).toBeCloseTo(distanceM, 9)
    expect(gap!.endM).toBeCloseTo(distanceM, 3)
    // Root of the mean square of a gap that grows evenly: its end / √3.
    expect(gap!.rmsM).toBeCloseTo(distanceM / Math.sqrt(3), 2)
  })

  it('knows that the arm pushes what lies in its way', async () => {
    const track = standing()
    const kinematics = new ArmKinematics(model)
    kinematics.forward(model.restPose)
    const [x, y] = kinematics.tip
    // In the tip's place: the simulated object is thrown out of it, the measured one stays.
    const sights = lying(0).map((sight) => ({ ...sight, xM: x!, yM: y! }))
    const low = {
      ...track,
      measured: track.measured.map(lowered),
      command: track.command.map(lowered),
    }
    const gap = await measureObjectGap(low, sights, world, options)
    expect(gap!.endM).toBeGreaterThan(0.01)
  })

  it('is none where the object was hardly seen', async () => {
    expect(await measureObjectGap(standing(), [], world, options)).toBeNull()
  })
})

/** Tool on the table. */
function lowered(q: Float64Array): Float64Array {
  const low = q.slice()
  low[1]! += 0.35
  return low
}
