import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import type { Reality } from '../../../sim/world/reality.ts'
import { createVirtualBus } from '../../deploy/virtual-bus.ts'
import { type JointRig, PERIOD_S } from './joint-rig.ts'

/** Far below the arm: joints are studied in the air [m]. */
const TABLE_HEIGHT_M = -0.4

/**
 * The emulated arm: MuJoCo's mechanics behind motors in volts, servo firmware, registers and a bus whose
 * bytes take their time, on virtual time. Torque is on when this resolves.
 */
export async function createTwinRig(
  arm: ArmDescription,
  model: ArmModel,
  reality: Reality,
): Promise<JointRig> {
  const clock = new VirtualClock()
  const table = { ...reality.table, heightM: TABLE_HEIGHT_M }
  const { bus, driver, world } = await createVirtualBus({
    arm,
    reality: { ...reality, table },
    clock,
    seed: 1,
    onCameraFrame: () => undefined,
  })
  const { plant } = world
  await clock.run(async () => {
    await driver.open()
    await driver.enable()
  })
  const places = Int32Array.from(model.jointNames, (name) => driver.jointNames.indexOf(name))
  const goal = Float64Array.from(plant.positionRad)
  const position = new Float64Array(model.numJoints)
  const velocity = new Float64Array(model.numJoints)
  const beganS = clock.now()
  let steps = 0
  const read = () => {
    for (let i = 0; i < places.length; i++) {
      position[i] = plant.positionRad[places[i]!]!
      velocity[i] = plant.velocityRadPerS[places[i]!]!
    }
  }
  read()
  return {
    name: `twin ${reality.name}`,
    position,
    velocity,
    get timeS() {
      return steps * PERIOD_S
    },
    async step(target) {
      for (let i = 0; i < places.length; i++) goal[places[i]!] = target[i]!
      const sent = driver.write(goal)
      steps++
      await clock.advanceTo(beganS + steps * PERIOD_S)
      await sent
      bus.advance()
      read()
    },
    dispose: () => world.dispose(),
  }
}
