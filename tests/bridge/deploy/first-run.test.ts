import { describe, expect, it } from 'vitest'
import type { JointDirection } from '../../../bridge/deploy/check-directions.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { model, so101 } from '../../sim/push-setup.ts'
import { atHeight, ConstantPolicy, deployConfig, setUpLoop } from './loop-setup.ts'

const DEG = Math.PI / 180
const names = so101.joints.map((joint) => joint.name)
const { shadowS, slowS, speedShare } = deployConfig.firstRun

/** A loop on an arm that has never run with its calibration. */
function setUpFirst(policy = new ConstantPolicy(0, 0, atHeight(0.05))) {
  const said: string[] = []
  let checked: readonly JointDirection[] = []
  const firstRun = {
    onChecked: (directions: readonly JointDirection[]) => {
      checked = directions
      said.push('checked')
    },
    onStage: (stage: string) => void said.push(stage),
    onProven: () => void said.push('proven'),
  }
  return { ...setUpLoop({ policy, firstRun }), said, checkedJoints: () => checked }
}

describe('the first run with a calibration', () => {
  it('sends every joint by three degrees and back, one after the other', async () => {
    const { driver, run, checkedJoints, said } = setUpFirst()
    await run(4.5)
    expect(said).toEqual(['checked'])
    const found = checkedJoints()
    expect(found.map(({ joint }) => joint)).toEqual(model.jointNames)
    for (const { movedRad, sentRad } of found) {
      expect(Math.abs(sentRad)).toBeCloseTo(3 * DEG, 9)
      expect(movedRad).toBeCloseTo(sentRad, 3)
    }
    const rest = names.map((name) => so101.poses.rest[name]!)
    for (const { goal } of driver.writes.filter(({ timeS }) => timeS < 3)) {
      const away = rest.map((q, i) => Math.abs(goal[i]! - q)).filter((far) => far > 1e-9)
      expect(away.length).toBeLessThanOrEqual(1)
      expect(Math.max(0, ...away)).toBeLessThan(3.001 * DEG)
    }
  })

  it('stops at a joint that goes the other way, gives in to it, and names it', async () => {
    const { driver, run, said } = setUpFirst()
    const elbow = names.indexOf('elbow_flex')
    const home = driver.positionRad[elbow]!
    const write = driver.write.bind(driver)
    driver.write = async (goal) => {
      const isSent = await write(goal)
      driver.positionRad[elbow] = 2 * home - goal[elbow]!
      return isSent
    }
    await expect(run(20)).rejects.toMatchObject({
      code: 'ROBOT_JOINT_REVERSED',
      message: expect.stringMatching(/^elbow_flex was sent by -3.0° and went by 3.0°$/),
    })
    expect(said).toEqual([])
    expect(driver.calls).toEqual(['enable', 'limitTorque'])
    expect(Math.abs(driver.positionRad[elbow]! - home)).toBeLessThan(4 * DEG)
  })

  it('names a joint that does not move, after it was sent a little farther', async () => {
    const { driver, run } = setUpFirst()
    const write = driver.write.bind(driver)
    const lift = names.indexOf('shoulder_lift')
    const home = driver.positionRad[lift]!
    driver.write = async (goal) => {
      const isSent = await write(goal)
      driver.positionRad[lift] = home
      return isSent
    }
    await expect(run(20)).rejects.toMatchObject({
      code: 'ROBOT_JOINT_STUCK',
      message: 'shoulder_lift was sent by 10.0° and moved by 0.0° only',
    })
    // On the way to where it could move, if it were free, the arm gave in to it.
    const farthest = Math.max(...driver.writes.map(({ goal }) => Math.abs(goal[lift]! - home)))
    expect(farthest).toBeGreaterThan(9.99 * DEG)
    expect(farthest).toBeLessThan(deployConfig.safety.trackingErrorRad)
    expect(driver.calls.at(-1)).toBe('limitTorque')
  })

  it('lets the policy act in shadow, then slowly, then at full speed, which counts', async () => {
    const policy = new ConstantPolicy(0, 0.4, atHeight(0.05))
    const { driver, loop, run, said, clock } = setUpFirst(policy)
    const stages: { stage: string; timeS: number }[] = []
    loop.started.then(() => stages.push({ stage: 'shadow', timeS: clock.now() }))
    const seen = () => {
      const stage = said.at(-1)
      if (stage !== undefined && stage !== stages.at(-1)?.stage && stages.length > 0)
        if (stage === 'slow' || stage === 'proven') stages.push({ stage, timeS: clock.now() })
      clock.schedule(clock.now() + 0.01, seen)
    }
    seen()
    const report = await run(14)
    expect(said).toEqual(['checked', 'slow', 'full', 'proven'])
    const [shadow, slow, full] = stages.map(({ timeS }) => timeS) as [number, number, number]
    expect(slow - shadow).toBeCloseTo(shadowS, 1)
    expect(full - slow).toBeCloseTo(slowS, 1)
    const sideways = (fromS: number, toS: number) => {
      const moves = driver.writes.filter(({ timeS }) => timeS >= fromS && timeS <= toS)
      const [first, last] = [moves[0]!, moves.at(-1)!].map(({ goal }) => {
        const kinematics = new ArmKinematics(model)
        kinematics.forward(goal.subarray(0, model.numJoints))
        return kinematics.tip[1]!
      })
      return Math.abs(last! - first!) / (toS - fromS)
    }
    expect(policy.states.length).toBeGreaterThan(25 * (shadowS + slowS))
    expect(sideways(shadow + 0.1, slow - 0.1)).toBeLessThan(0.02)
    const fast = sideways(full + 0.2, full + 0.5)
    expect(sideways(slow + 0.2, slow + 0.5) / fast).toBeCloseTo(speedShare, 1)
    expect(report.episodes).toEqual([])
  })

  it('is stopped by an emergency stop at once', async () => {
    const { clock, requests, run, said } = setUpFirst()
    clock.schedule(0.4, () => {
      requests.isStopped = true
    })
    expect((await run(10)).end).toBe('emergencyStop')
    expect(said).not.toContain('slow')
    expect(clock.now()).toBeLessThan(1.2)
  })
})
