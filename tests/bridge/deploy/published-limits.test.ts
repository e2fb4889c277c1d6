import { describe, expect, it } from 'vitest'
import { jointBounds } from '../../../bridge/deploy/joint-bounds.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { FakeArmDriver } from './fake-arm-driver.ts'

const RPM = (2 * Math.PI) / 60

/** By arm joint, from its base on: [rad], [rad/s], [rad/s²], [rad/s³]. */
interface Published {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
  readonly speed: readonly number[]
  readonly acceleration?: readonly number[]
  readonly jerk?: readonly number[]
}

const PUBLISHED: Readonly<Record<string, Published>> = {
  // SO-ARM100 fda892c, so101_new_calib.urdf; Feetech's data sheet of the STS3215-C001: 60° in 0.238 s at 6 V without load.
  so101: {
    lower: [-1.91986, -1.74533, -1.69, -1.65806, -2.74385],
    upper: [1.91986, 1.74533, 1.69, 1.65806, 2.84121],
    speed: Array(5).fill(Math.PI / 3 / 0.238),
  },
  // Ranges of mujoco_menagerie 464b5ae, low_cost_robot_arm; no-load speeds of ROBOTIS' e-Manual, XL430-W250 at 12 V
  // and XL330-M288 at 5 V.
  koch: {
    lower: [-2.2, -1.57, -1.57, -2, -3.14],
    upper: [2.2, 0.6, 1.45, 2, 3.14],
    speed: [61, 61, 103, 103, 103].map((rpm) => rpm * RPM),
  },
  // libfranka's robot and interface specification, Franka Emika Robot.
  panda: {
    lower: [-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973],
    upper: [2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973],
    speed: [2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61],
    acceleration: [15, 7.5, 10, 12.5, 15, 20, 20],
    jerk: [7500, 3750, 5000, 6250, 7500, 10000, 10000],
  },
}

describe.each(Object.entries(PUBLISHED))('what a deployment may ask of a %s', (name, published) => {
  const arm = loadArmDescription(name)
  const model = compileArm(arm)
  const { jointNames, numJoints } = model
  const driver = new FakeArmDriver(jointNames, new Float64Array(numJoints), new VirtualClock())
  const bounds = jointBounds(driver, arm, model, loadDeployConfig(name).safety)

  it.each(jointNames.map((joint, i) => [joint, i] as const))(
    '%s stays within what its makers publish',
    (_, i) => {
      expect(bounds.lower[i]).toBeGreaterThanOrEqual(published.lower[i]!)
      expect(bounds.upper[i]).toBeLessThanOrEqual(published.upper[i]!)
      expect(bounds.maxSpeedRadPerS[i]).toBeLessThanOrEqual(published.speed[i]!)
      const { acceleration, jerk } = published
      if (acceleration)
        expect(bounds.maxAccelerationRadPerS2[i]).toBeLessThanOrEqual(acceleration[i]!)
      if (jerk) expect(bounds.maxJerkRadPerS3[i]).toBeLessThanOrEqual(jerk[i]!)
    },
  )
})
