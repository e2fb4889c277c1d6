import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { ServoBusDriver } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { fitTouches } from '../../../robot/calibration/fit-touches.ts'
import { parseCalibration } from '../../../robot/calibration/parse-calibration.ts'
import { tableSheetSchema } from '../../../robot/calibration/table-sheet.schema.ts'
import { touchArm } from '../../../robot/calibration/touch-arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { rotate } from '../../../robot/model/pose.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'
import { createTwinArm, koch, so101 } from '../bus/twin-arm.ts'

const DEG = Math.PI / 180
const sheet = loadConfig('sheets', 'table-sheet', tableSheetSchema)
/** What each joint's zero is off by. */
const ERRORS_RAD = [2.5 * DEG, -2 * DEG, 3 * DEG, -1.5 * DEG]
/** Leans at which a hand happens to hold the tool. */
const LEANS_RAD = [0.3, 0.7, 0.1, 0.5, 0.9, 0.2, 0.6, 0.4]

describe.each([so101, koch])('touching the points of the sheet with $name', (arm) => {
  const model = compileArm(arm)
  const placement = sheet.placements.find((each) => each.arm === arm.name)!
  /** Where the joints truly are when the tip is on a point of a sheet that lies where it should. */
  const heldQ = (xM: number, yM: number, leanRad: number): Float64Array => {
    const ik = createToolIk(model, { iterations: 200 })
    for (const lean of [leanRad, 0.8, 0.6, 0.4, 0.2]) {
      const q = Float64Array.from(model.restPose)
      const left = ik.solve({ x: placement.xM + xM, y: placement.yM + yM, z: 0 }, lean, q)
      if (left < 2e-4) return q
    }
    throw new Error(`${xM}, ${yM} is out of reach`)
  }
  const held = sheet.touchPoints.map(({ xM, yM }, k) => heldQ(xM, yM, LEANS_RAD[k]!))

  it('tells the zeros of a twin that are off by degrees, closed form', () => {
    const touches = held.map((q, k) => ({
      ...sheet.touchPoints[k]!,
      q: q.map((each, i) => each - (ERRORS_RAD[i] ?? 0)),
    }))
    // Where the sheet lies is known for certain: nothing else explains the misses.
    const certain = { ...placement, uncertaintyM: 1e-7, uncertaintyRad: 1e-7 }
    const fit = fitTouches(model, touches, certain)
    for (const [i, error] of ERRORS_RAD.entries()) {
      expect(Math.abs(fit.zeroRad[i]! - error), model.jointNames[i]).toBeLessThan(0.3 * DEG)
    }
    expect(fit.residualM).toBeLessThan(5e-4)
  })

  it('is honest about what it cannot tell: a turned sheet and a turned base look the same', () => {
    const touches = held.map((q, k) => ({ ...sheet.touchPoints[k]!, q }))
    const vague = fitTouches(model, touches, {
      ...placement,
      uncertaintyM: 0.5,
      uncertaintyRad: 0.5,
    })
    const sure = fitTouches(model, touches, { ...placement, uncertaintyRad: 0.001 })
    expect(vague.sigmaRad[0]).toBeGreaterThan(0.055)
    expect(sure.sigmaRad[0]).toBeLessThan(0.025)
    expect(vague.residualM).toBeLessThan(5e-4)
  })

  it('writes a calibration with which the tip is where it is held', async () => {
    const twin = await createTwinArm({}, { arm })
    const { clock, driver, plant, transport } = twin
    const calibration = nominalCalibration(arm)
    const names = driver.jointNames
    const stream = new RandomStream(5)
    let next = 0
    // In a camera that hangs over the table, looking down, turned and off by anything.
    const turn = Float64Array.of(Math.SQRT1_2, Math.SQRT1_2, 0, 0)
    const cameraM = [0.24, -0.03, 0.62]
    const seenOf = (baseM: number[]): Float64Array => {
      const out = new Float64Array(3)
      const inverse = turn.map((each, k) => (k < 3 ? -each : each))
      rotate(
        inverse,
        baseM.map((each, k) => each - cameraM[k]!),
        out,
      )
      return out
    }
    await clock.run(() => driver.open())
    const result = await clock.run(() =>
      touchArm({
        ...{ driver, arm, calibration, sheet },
        measuredAt: '2025-01-31T12:00:00Z',
        dialog: {
          async confirm(request) {
            const point = /tip on point (\w)/.exec(request)?.[1]
            const k = sheet.touchPoints.findIndex(({ name }) => name === point)
            if (k < 0) return
            for (const [i, name] of names.entries()) {
              const at = model.jointNames.indexOf(name)
              // A hand's millimetre.
              const shake = 0.001 * stream.normal()
              if (at >= 0) plant.positionRad[i] = held[k]![at]! - (ERRORS_RAD[at] ?? 0) + shake
            }
          },
        },
        eye: {
          frame: 'camera',
          middleM: 0.018,
          async look() {
            const { xM, yM } = sheet.touchPoints[next++]!
            return seenOf([placement.xM + xM, placement.yM + yM, 0.018])
          },
        },
      }),
    )
    expect(result.fit.residualM).toBeLessThan(0.002)
    expect(result.ours.residualM).toBe(result.fit.residualM)
    expect(result.seenJoints).toEqual(
      expect.arrayContaining(['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex']),
    )
    await clock.run(() => driver.close())
    const refined = parseCalibration(result.ours, arm, 'test')
    const again = new ServoBusDriver({ arm, calibration: refined, transport, clock })
    await clock.run(() => again.open())
    const before = calibration.joints.map(({ zeroTicks }) => zeroTicks)
    const moved = refined.joints.map(({ sign, zeroTicks }, i) => {
      return (-sign * (zeroTicks - before[i]!) * 2 * Math.PI) / 4096
    })
    for (const [i, error] of ERRORS_RAD.entries()) {
      const at = names.indexOf(model.jointNames[i]!)
      // The sheet may have been put down a little off: the pan shares what it sees with the sheet's turn.
      expect(Math.abs(moved[at]! - error), names[at]).toBeLessThan((i === 0 ? 1.5 : 1) * DEG)
    }
    expect(moved[names.indexOf('gripper')]).toBeCloseTo(0, 12)
    const { camera } = result
    expect(camera!.frame).toBe('camera')
    expect(camera!.residualM).toBeLessThan(1e-6)
    expect(Math.abs(camera!.position[2]! - cameraM[2]!)).toBeLessThan(0.004)
    expect(Math.hypot(camera!.position[0]! - 0.24, camera!.position[1]! + 0.03)).toBeLessThan(0.012)
  })
})

it('refuses an arm that the sheet has no place for', async () => {
  const { driver } = await createTwinArm()
  const options = { driver, arm: so101, calibration: nominalCalibration(so101), measuredAt: '' }
  const touching = touchArm({
    ...options,
    sheet: { ...sheet, placements: [] },
    dialog: { confirm: async () => {} },
  })
  await expect(touching).rejects.toMatchObject({ code: 'ROBOT_CALIBRATION_INVALID' })
})
