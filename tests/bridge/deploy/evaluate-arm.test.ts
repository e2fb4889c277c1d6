import { describe, expect, it } from 'vitest'
import type { ControlLoop, LoopEnd } from '../../../bridge/deploy/control-loop.ts'
import type { EpisodeResult } from '../../../bridge/deploy/episode-judge.ts'
import { type ArmEvaluation, evaluateOnArm } from '../../../bridge/deploy/evaluate-arm.node.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import type { LoopTap } from '../../../bridge/deploy/loop-tap.ts'
import type { SerialDeploymentOptions } from '../../../bridge/deploy/serial-deployment.node.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ErrorCode } from '../../../configs/load/error-codes.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'

const actor = await loadTaskActor({ name: 'still' })
const loop = { port: { filter: { interventions: { stall: 2 } } } } as unknown as ControlLoop
const ENDED = { finalDistanceM: 0.01, isMet: true } as EpisodeResult
const GOAL = { kind: 'ros', topic: '/goal/pose' } as const

/** What happens in one run: episodes that are judged, then how it ends. */
interface Run {
  readonly judged: number
  readonly error?: ErrorCode
  readonly end?: LoopEnd
}

/** An exam of three episodes whose runs go as told; also how many episodes each run was asked for, and what was said. */
async function examine(runs: readonly Run[], goal?: ArmEvaluation['goal']) {
  const asked: (number | undefined)[] = []
  const progress: number[] = []
  const deploy = async ({ createTap, episodes }: SerialDeploymentOptions) => {
    const { end = 'episodes', error, judged } = runs[asked.length]!
    asked.push(episodes)
    const tap: LoopTap = createTap!(loop)
    for (let k = 0; k < judged; k++) tap.episode(ENDED)
    if (error !== undefined) throw new CodedError(error, 'for this test')
    return { end }
  }
  const options: ArmEvaluation = {
    config: loadDeployConfig('so101'),
    calibration: nominalCalibration(actor.arm),
    ...{ port: '/dev/null', object: { kind: 'sim' }, place: async () => {} },
    ...{ episodes: 3, seed: 1, thresholdsM: [0.05], onProgress: (done) => progress.push(done) },
    signal: new AbortController().signal,
    ...(goal && { goal }),
  }
  return { ...(await evaluateOnArm(actor, options, deploy)), asked, progress }
}

describe('an exam whose episodes somebody announces', () => {
  it('ends with an episode that safety ended: nobody stands by who could let the arm go on', async () => {
    const runs = [{ judged: 1, error: 'ROBOT_SAFETY_STOP' }] as const
    const { asked, episodes, faultCodes, interventions, progress, success } = await examine(
      runs,
      GOAL,
    )
    expect(asked).toEqual([3])
    expect(progress).toEqual([1, 2])
    expect(episodes).toBe(2)
    expect(faultCodes).toEqual({ ROBOT_SAFETY_STOP: 1 })
    expect(success['0.05']!.rate).toBeCloseTo(1 / 2, 9)
    expect(interventions).toEqual({ stall: 2 })
  })

  it('has not failed by a stop after its last episode', async () => {
    const { episodes, faults } = await examine([{ judged: 3, error: 'ROBOT_SAFETY_STOP' }], GOAL)
    expect([episodes, faults]).toEqual([3, 0])
  })

  it('ends with any other error', async () => {
    const broken = examine([{ judged: 2, error: 'ROBOT_SERVO_SILENT' }], GOAL)
    await expect(broken).rejects.toMatchObject({ code: 'ROBOT_SERVO_SILENT' })
  })
})

describe('an exam whose object is put by hand', () => {
  it('has a run for each episode, also after one that safety ended', async () => {
    const runs = [{ judged: 1 }, { judged: 0, error: 'ROBOT_SAFETY_STOP' }, { judged: 1 }] as const
    const { asked, faultCodes, interventions, progress } = await examine(runs)
    expect(asked).toEqual([1, 1, 1])
    expect(progress).toEqual([1, 2, 3])
    expect(faultCodes).toEqual({ ROBOT_SAFETY_STOP: 1 })
    expect(interventions).toEqual({ stall: 6 })
  })

  it('ends with an emergency stop: only a new exam gives torque again', async () => {
    const stopped = examine([{ judged: 1 }, { judged: 0, end: 'emergencyStop' }, { judged: 1 }])
    await expect(stopped).rejects.toMatchObject({ code: 'ROBOT_SAFETY_STOP', exitCode: 4 })
  })
})
