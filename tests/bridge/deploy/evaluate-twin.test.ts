import { describe, expect, it } from 'vitest'
import { evaluateInTwin } from '../../../bridge/deploy/evaluate-twin.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { loadTaskActor, type TaskActor } from '../../../bridge/deploy/task-actor.ts'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ErrorCode } from '../../../configs/load/error-codes.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

const still = await loadTaskActor({ name: 'still' })
const config = loadDeployConfig('so101')

/** Hurries so that safety steps in, until the first of its runs ends by an error after `numSteps` policy steps. */
function failing(code: ErrorCode, numSteps: number): TaskActor {
  let runs = 0
  return {
    ...still,
    createStepper() {
      const isFirst = ++runs === 1
      let steps = 0
      return {
        stateSize: 0,
        step(_observation, _state, out) {
          if (isFirst && ++steps > numSteps) throw new CodedError(code, 'for this test')
          out.fill(isFirst ? 1 : 0)
        },
      }
    },
  }
}

const examine = (actor: TaskActor, episodes: number) =>
  evaluateInTwin(actor, {
    reality: loadReality('nominal'),
    ...{ config, episodes, seed: 1, thresholdsM: [0.05] },
    signal: new AbortController().signal,
  })

describe('an evaluation on an emulated arm', () => {
  it('counts what safety did in a run that a fault ended', async () => {
    const { faultCodes, interventions } = await examine(failing('ROBOT_SERVO_SILENT', 50), 1)
    expect(faultCodes).toEqual({ ROBOT_SERVO_SILENT: 1 })
    expect(interventions['jointSpeed']).toBeGreaterThan(0)
  })

  it('goes on with the next episode when the mechanics of one diverged', async () => {
    const { episodes, faultCodes } = await examine(failing('SIM_DIVERGED', 10), 2)
    expect(episodes).toBe(2)
    expect(faultCodes).toEqual({ SIM_DIVERGED: 1 })
  })
})
