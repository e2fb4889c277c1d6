import { describe, expect, it } from 'vitest'
import { ArmPort } from '../../../bridge/deploy/arm-port.ts'
import { tryJoints as tryAll } from '../../../bridge/deploy/check-directions.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { createVirtualBus } from '../../../bridge/deploy/virtual-bus.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

const DEG = Math.PI / 180

/** Tries the joints of an emulated arm that begins in a pose without torque, and has had a moment to fall. */
async function tryJoints(name: string, reality: string, pose: 'rest' | 'park', jammedId?: number) {
  const arm = loadArmDescription(name)
  const model = compileArm(arm)
  const config = loadDeployConfig(name)
  const clock = new VirtualClock()
  const options = { arm, reality: loadReality(reality), clock, seed: 1, onCameraFrame() {} }
  const { bus, driver, world } = await createVirtualBus(options)
  const { plant } = world
  plant.reset(Float64Array.from(plant.model.jointNames, (joint) => arm.poses[pose][joint] ?? 0))
  if (jammedId !== undefined) bus.faults.jammedIds.add(jammedId)
  const port = new ArmPort({ driver, arm, model, clock, config, isShadow: false })
  const requests = { isStopped: false, takeReset: () => false }
  const { signal } = new AbortController()
  try {
    return await clock.run(async () => {
      await clock.sleepUntil(pose === 'rest' ? 1 : 0.1)
      await driver.open()
      await port.readArm()
      await port.enable()
      const slow = { config, clock, requests, signal }
      const found = await tryAll(port, model, slow)
      return { found, seconds: clock.now(), names: model.jointNames }
    })
  } finally {
    world.dispose()
  }
}

describe('joints that are tried', () => {
  it.each([
    ['so101', 'workshop', 'park'],
    ['so101', 'hard', 'rest'],
    ['koch', 'workshop', 'park'],
    ['koch', 'workshop', 'rest'],
  ] as const)(
    'all go the way they are sent on an emulated %s, %s, from %s',
    async (arm, reality, pose) => {
      const { found, names, seconds } = await tryJoints(arm, reality, pose)
      for (const { movedRad, sentRad } of found) {
        expect(Math.sign(movedRad)).toBe(Math.sign(sentRad))
        expect(Math.abs(movedRad)).toBeGreaterThan(DEG)
      }
      // From the rest pose the arm has fallen on the table, and presses on it with some of them.
      expect(new Set(found.map(({ joint }) => joint))).toEqual(new Set(names))
      expect(seconds).toBeLessThan(30)
    },
  )

  it('are not passed when one is jammed', async () => {
    await expect(tryJoints('so101', 'workshop', 'park', 4)).rejects.toMatchObject({
      code: 'ROBOT_JOINT_STUCK',
      message: expect.stringContaining('wrist_flex'),
    })
  })
})
