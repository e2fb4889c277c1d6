import { CodedError } from '../../../../configs/load/coded-error.ts'
import { sceneToMjcf } from '../../../../sim/scene/mjcf.ts'
import { type MujocoPushScene, runMujocoPushes } from '../../peer.node.ts'
import type { Stroke } from '../../push-strokes.ts'
import { type PhysicsSubject, TIMESTEP_S } from '../../reports/physics.ts'
import { REFERENCE_STEP_S } from '../setup.ts'
import { outcomeAt, type StrokeOutcome } from './pushes.ts'

/**
 * Strokes of one object each, with a set-point every `TIMESTEP_S`, by the MuJoCo of a Python.
 * Throws BRIDGE_OPTION_MISSING where there is none.
 */
export async function nativeOutcome(
  { model }: PhysicsSubject,
  strokes: readonly Stroke[],
): Promise<{ readonly version: string; readonly outcome: StrokeOutcome }> {
  const scenes = strokes.map(({ physics, start, targets, numSteps }): MujocoPushScene => {
    if (physics.voltageSag !== 0) {
      throw new CodedError('BRIDGE_USAGE', 'the peer knows no supply that sags', {
        hint: 'take a randomization without it, such as nominal',
      })
    }
    const { position, quaternion } = start.objects[0]!
    const [x, y, z, w] = quaternion
    const n = model.numJoints
    return {
      mjcf: sceneToMjcf({ arm: model, physics, timestepS: REFERENCE_STEP_S, drive: 'position' }),
      qpos: [...start.q, ...position, w!, x!, y!, z!],
      targets: Array.from({ length: numSteps }, (_, step) => [
        ...targets.subarray(step * n, (step + 1) * n),
      ]),
      backlashRad: [...physics.backlashRad],
      deadBandRad: [...physics.deadBandRad],
      coulombNm: [...physics.coulombNm],
      loadFriction: [...physics.loadFriction],
    }
  })
  const stepsPerTarget = Math.round(TIMESTEP_S / REFERENCE_STEP_S)
  const { version, poses } = await runMujocoPushes(scenes, stepsPerTarget)
  const ends = poses.map(([px, py, pz, qw, qx, qy, qz]) => ({
    position: Float64Array.of(px!, py!, pz!),
    quaternion: Float64Array.of(qx!, qy!, qz!, qw!),
  }))
  return { version, outcome: outcomeAt(strokes, ends) }
}
