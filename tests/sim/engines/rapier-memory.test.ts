import { describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { nominalPhysics } from './rapier-fixture.ts'

/** The memory of the next WebAssembly module that starts. */
function watchMemory(): () => number {
  const original = WebAssembly.instantiate
  let memory: WebAssembly.Memory | undefined
  WebAssembly.instantiate = (async (source: BufferSource, imports?: WebAssembly.Imports) => {
    const result = await original(source, imports)
    const instance = 'instance' in result ? result.instance : result
    memory = (instance as WebAssembly.Instance).exports['memory'] as WebAssembly.Memory
    return result
  }) as typeof WebAssembly.instantiate
  return () => {
    WebAssembly.instantiate = original
    return memory!.buffer.byteLength
  }
}

describe('a Rapier engine that is disposed of', () => {
  it('gives its world back: forty more engines need no more memory than four', async () => {
    const arm = compileArm(loadArmDescription('so101'))
    const usedBytes = watchMemory()
    const live = async (times: number) => {
      for (let k = 0; k < times; k++) {
        const engine = await createRapierEngine({ arm, count: 16 })
        const start = { q: arm.restPose, objectXM: 0.2, objectYM: 0, objectYawRad: 0 }
        for (let i = 0; i < 16; i++) engine.reset(i, nominalPhysics(arm, {}), start)
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
