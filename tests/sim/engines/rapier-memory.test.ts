import { describe, expect, it } from 'vitest'
import { nominalPhysics, puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { watchWasmMemory } from '../../../bridge/bench/memory.node.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'

const usedBytes = watchWasmMemory()

describe('the memory of a Rapier engine', () => {
  it('is given back when it is disposed of: forty more engines need no more than four', async () => {
    const arm = compileArm(loadArmDescription('so101'))
    const live = async (times: number) => {
      for (let k = 0; k < times; k++) {
        const engine = await createRapierEngine({ arm, objects: ['cylinder'], count: 16 })
        const physics = nominalPhysics(arm, {})
        const start = puckStart(physics, arm.restPose, 0.2)
        for (let i = 0; i < 16; i++) engine.reset(i, physics, start)
        for (let i = 0; i < 3; i++) engine.step()
        engine.dispose()
        engine.dispose()
      }
    }
    await live(4)
    const before = usedBytes()
    await live(40)
    expect(usedBytes()).toBe(before)
  })

  it('is given back when a snapshot replaces it: 400 more restores need no more than 40', async () => {
    const arm = compileArm(loadArmDescription('so101'))
    const engine = await createRapierEngine({ arm, objects: ['cylinder'], count: 16 })
    try {
      const physics = nominalPhysics(arm, {})
      const start = puckStart(physics, arm.restPose, 0.2)
      for (let i = 0; i < 16; i++) engine.reset(i, physics, start)
      for (let i = 0; i < 3; i++) engine.step()
      const restore = (times: number) => {
        for (let k = 0; k < times; k++) {
          engine.restore(engine.snapshot())
          engine.step()
        }
      }
      restore(40)
      const before = usedBytes()
      restore(400)
      expect(usedBytes()).toBe(before)
    } finally {
      engine.dispose()
    }
  })
})
