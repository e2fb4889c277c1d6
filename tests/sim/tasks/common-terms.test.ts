import { describe, expect, it } from 'vitest'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { writeToolMove } from '../../../sim/solvers/tool-command.ts'
import { COMMON_TERMS, writeCommonTerms } from '../../../sim/tasks/common-terms.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { createEnv, type EnvParts } from '../../../sim/world/create-env.ts'
import type { Env } from '../../../sim/world/env.ts'
import { so101, task } from '../push-setup.ts'

/** Of the gripper's action. */
const CLOSE = -1
/** Where the hand is sent to: half a centimetre into the cube [m]. */
const PRESSED_M = 0.042

function termsFor(force: number[], isSuccess = false) {
  const out = new Float64Array(Object.keys(COMMON_TERMS).length)
  writeCommonTerms({ tipForce: Float64Array.from(force) }, isSuccess, out, 0)
  return Object.fromEntries(Object.keys(COMMON_TERMS).map((name, i) => [name, out[i]!]))
}

it('tells whether success holds', () => {
  expect(termsFor([0, 0, 0], true)).toMatchObject({ outside: 0 })
  expect(termsFor([0, 0, 0], false)).toMatchObject({ outside: 1 })
})

/** What a hand that has come down presses with: 0 on the way, in the end as much in Rapier as in MuJoCo. */
async function expectSamePressing(
  config: Pick<EnvParts, 'arm' | 'task'>,
  comeDown: (env: Env) => { readonly onTheWay: readonly number[]; readonly inTheEnd: number },
): Promise<void> {
  const pressed: number[] = []
  for (const engine of ['rapier', 'mujoco'] as const) {
    const env = await createEnv({ ...config, engine })
    try {
      env.reset({ seed: 1 })
      const { inTheEnd, onTheWay } = comeDown(env)
      expect(Math.max(...onTheWay)).toBe(0)
      pressed.push(inTheEnd)
    } finally {
      env.dispose()
    }
  }
  expect(pressed[0]).toBeGreaterThan(2)
  expect(pressed[1]! / pressed[0]!).toBeGreaterThan(0.8)
  expect(pressed[1]! / pressed[0]!).toBeLessThan(1.25)
}

describe('pressing', () => {
  it('is what bears the tool from below, in newtons; whatever pulls or is pushed aside is none', () => {
    expect(termsFor([1, -2, 5])).toMatchObject({ pressing: 5 })
    expect(termsFor([3, 4, -5])).toMatchObject({ pressing: 0 })
  })

  it('is nothing above the table, and on it as much in Rapier as in MuJoCo', async () => {
    await expectSamePressing({ task, arm: so101 }, (env) => {
      const up = Array.from({ length: 25 }, () => env.step([0, 0, 1]).terms['pressing']!)
      const down = Array.from({ length: 100 }, () => env.step([0, 0, -1]).terms['pressing']!)
      return { onTheWay: up.slice(5), inTheEnd: down.at(-1)! }
    })
  })

  it('is of fingers, too, that come down on a cube', async () => {
    const config = { task: loadTask('lift'), arm: loadArmDescription('panda') }
    await expectSamePressing(config, (env) => {
      const { controller } = env.vecEnv.arms[0]!
      const { action } = env.vecEnv.spec.control
      const terms = Array.from({ length: env.episodeSteps }, (_, step) => {
        const { tip, objects } = env.vecEnv.stateOf(0)
        const [x, y] = objects[0]!.position as unknown as [number, number]
        const z = step < 60 ? action.height.centreM + action.height.spanM : PRESSED_M
        const move = { dx: x - tip[0]!, dy: y - tip[1]!, z, mostM: action.stepM }
        const numbers = Float32Array.of(0, 0, 0, 0, CLOSE)
        writeToolMove(action, move, controller.commandedTip[2]!, numbers, 0)
        return env.step(numbers).terms['pressing']!
      })
      return { onTheWay: terms.slice(5, 60), inTheEnd: terms.at(-1)! }
    })
  })
})
