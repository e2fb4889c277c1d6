import { describe, expect, it } from 'vitest'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { writeToolMove } from '../../../sim/solvers/tool-command.ts'
import { COMMON_TERMS, writeCommonTerms } from '../../../sim/tasks/common-terms.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { createEnv } from '../../../sim/world/create-env.ts'
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

describe('pressing', () => {
  it('is what bears the tool from below, in newtons; whatever pulls or is pushed aside is none', () => {
    expect(termsFor([1, -2, 5])).toMatchObject({ pressing: 5 })
    expect(termsFor([3, 4, -5])).toMatchObject({ pressing: 0 })
  })

  it('is nothing above the table, and on it as much in Rapier as in MuJoCo', async () => {
    const pressed: number[] = []
    for (const engine of ['rapier', 'mujoco'] as const) {
      const env = await createEnv({ task, arm: so101, engine })
      try {
        env.reset({ seed: 1 })
        const up = Array.from({ length: 25 }, () => env.step([0, 0, 1]).terms['pressing']!)
        expect(Math.max(...up.slice(5))).toBe(0)
        const down = Array.from({ length: 100 }, () => env.step([0, 0, -1]).terms['pressing']!)
        pressed.push(down.at(-1)!)
      } finally {
        env.dispose()
      }
    }
    expect(pressed[0]).toBeGreaterThan(2)
    expect(pressed[1]! / pressed[0]!).toBeGreaterThan(0.8)
    expect(pressed[1]! / pressed[0]!).toBeLessThan(1.25)
  })

  it('is of fingers, too, that come down on a cube', async () => {
    const pressed: number[] = []
    for (const engine of ['rapier', 'mujoco'] as const) {
      const env = await createEnv({
        task: loadTask('lift'),
        arm: loadArmDescription('panda'),
        engine,
      })
      try {
        const { controller } = env.vecEnv.arms[0]!
        const { action } = env.vecEnv.spec.control
        env.reset({ seed: 1 })
        const terms = Array.from({ length: env.episodeSteps }, (_, step) => {
          const { tip, objects } = env.vecEnv.stateOf(0)
          const [x, y] = objects[0]!.position as unknown as [number, number]
          const z = step < 60 ? action.height.centreM + action.height.spanM : PRESSED_M
          const move = { dx: x - tip[0]!, dy: y - tip[1]!, z, mostM: action.stepM }
          const numbers = Float32Array.of(0, 0, 0, 0, CLOSE)
          writeToolMove(action, move, controller.commandedTip[2]!, numbers, 0)
          return env.step(numbers).terms['pressing']!
        })
        expect(Math.max(...terms.slice(5, 60))).toBe(0)
        pressed.push(terms.at(-1)!)
      } finally {
        env.dispose()
      }
    }
    expect(pressed[0]).toBeGreaterThan(2)
    expect(pressed[1]! / pressed[0]!).toBeGreaterThan(0.8)
    expect(pressed[1]! / pressed[0]!).toBeLessThan(1.25)
  })
})
