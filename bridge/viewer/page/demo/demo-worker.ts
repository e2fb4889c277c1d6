/** The simulation of the demo: physics and policy, away from the page's drawing. */
import { CodedError } from '../../../../configs/load/coded-error.ts'
import { readPolicyFile } from '../../../../policy/file/policy-file.ts'
import { createDemoWorld, type DemoWorld } from '../../demo-world.ts'
import type { FromDemo, ToDemo } from './messages.ts'
import { demoParts } from './shipped-configs.ts'

/** Later than this, steps that were missed are not made up for [ms]. */
const GIVE_UP_MS = 200

/** Steps a world at its own pace. */
class Demo {
  private readonly world: DemoWorld
  private isPaused = false
  private isHeld = false
  private nextMs = 0

  constructor(world: DemoWorld) {
    this.world = world
    const { knobs, memory, scene } = world
    tell({ kind: 'ready', scene, knobs, numUnits: memory.length })
    this.show()
    this.nextMs = performance.now()
    this.sleep()
  }

  async accept(message: ToDemo): Promise<void> {
    const { world } = this
    switch (message.kind) {
      case 'turn':
        await world.turn(message.values)
        break
      case 'carry':
        this.isHeld = true
        world.carryObject(message.x, message.y)
        break
      case 'letGo':
        this.isHeld = false
        return
      case 'moveGoal':
        world.moveGoal(message.x, message.y)
        break
      case 'nextEpisode':
        world.nextEpisode()
        break
      case 'pause':
        this.isPaused = message.isPaused
        return
      case 'start':
        return
    }
    this.show()
  }

  private readonly advance = () => {
    const lateMs = performance.now() - this.nextMs
    if (lateMs > GIVE_UP_MS) this.nextMs += lateMs
    this.nextMs += 1000 * this.world.periodS
    if (!this.isPaused && !this.isHeld) {
      const episode = this.world.step()
      if (episode !== undefined) tell({ kind: 'episode', episode })
      this.show()
    }
    this.sleep()
  }

  private sleep(): void {
    setTimeout(() => orTell(this.advance), Math.max(0, this.nextMs - performance.now()))
  }

  private show(): void {
    const { world } = this
    tell({ kind: 'state', state: world.state(), memory: world.memory.slice() })
  }
}

let demo: Demo | undefined

addEventListener('message', ({ data }: MessageEvent<ToDemo>) => {
  orTell(async () => {
    if (data.kind === 'start') {
      const parts = await demoParts(readPolicyFile(data.policy))
      demo = new Demo(await createDemoWorld(parts, {}))
    } else await demo?.accept(data)
  })
})

/** Whatever goes wrong, the page says it; after that nothing moves any more. */
function orTell(act: () => void | Promise<void>): void {
  const failed = (error: unknown) => {
    const { message } = error as Error
    tell({
      kind: 'failed',
      text: error instanceof CodedError ? `${error.code}: ${message}` : message,
    })
  }
  try {
    Promise.resolve(act()).catch(failed)
  } catch (error) {
    failed(error)
  }
}

function tell(message: FromDemo): void {
  ;(postMessage as (message: FromDemo) => void)(message)
}
