import { describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { nominalPhysics } from './rapier-fixture.ts'
import { puckStart } from './start-fixture.ts'

interface Started {
  readonly instance: { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } } }
}
interface Starter {
  instantiate: (source: ArrayBuffer, imports: object) => Promise<Started>
}

/** Size of the memory of the next WebAssembly module that starts, to be read afterwards [bytes]. */
function watchMemory(): () => number {
  const starter = (globalThis as unknown as { WebAssembly: Starter }).WebAssembly
  const original = starter.instantiate
  let started: Started | undefined
  starter.instantiate = async (source, imports) => {
    started = await original(source, imports)
    return started
  }
  return () => {
    starter.instantiate = original
    return started!.instance.exports.memory.buffer.byteLength
  }
}

describe('a Rapier engine that is disposed of', () => {
  it('gives its world back: forty more engines need no more memory than four', async () => {
    const arm = compileArm(loadArmDescription('so101'))
    const usedBytes = watchMemory()
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
})
