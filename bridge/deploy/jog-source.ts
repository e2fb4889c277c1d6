import type { ArmModel } from '../../robot/model/arm.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { createToolStep } from '../../robot/model/tool-step.ts'
import type { ArmPort } from './arm-port.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { JointSource } from './joint-source.ts'
import { SESSION_RATE_HZ } from './source-cycles.ts'

const PERIOD_S = 1 / SESSION_RATE_HZ

/** A joint, by its place in the model, or an axis of the base frame, x, y, z, along which the tool moves. */
export interface JogMotion {
  readonly kind: 'joint' | 'tool'
  readonly index: number
  readonly direction: 1 | -1
}

export interface JogSourceOptions {
  readonly model: ArmModel
  readonly port: Pick<ArmPort, 'commandedQ'>
  readonly speeds: DeployConfig['jog']
  /** What is asked for now; undefined: to stand still. */
  readonly asked: () => JogMotion | undefined
  /** Of full speed, 0..1. */
  readonly share: () => number
  /** Left out: never. */
  readonly isOver?: () => boolean
}

/** An arm that moves while it is told to, joint by joint or along an axis, and else stands still. */
export function createJogSource(options: JogSourceOptions): JointSource {
  const { asked, isOver, model, port, share, speeds } = options
  const toolStep = createToolStep(model)
  const wanted = new Float64Array(model.numJoints)
  const speed = new Float64Array(model.numJoints)
  const velocity = new Float64Array(3)
  const most = speeds.accelerationRadPerS2 * PERIOD_S

  const aim = (q: Float64Array): void => {
    wanted.fill(0)
    const motion = asked()
    if (motion === undefined) return
    const { direction, index, kind } = motion
    if (kind === 'joint') {
      wanted[index] = direction * share() * speeds.jointRadPerS
      return
    }
    velocity.fill(0)
    velocity[index] = direction * share() * speeds.toolMPerS
    toolStep.solve(q, velocity, wanted)
    const fastest = wanted.reduce((top, each) => Math.max(top, Math.abs(each)), 0)
    const cut = Math.min(1, speeds.jointRadPerS / fastest)
    for (let i = 0; i < wanted.length; i++) wanted[i]! *= cut
  }
  return {
    begin: () => port.commandedQ(),
    next(_timeS, target) {
      if (isOver?.() === true) return false
      // From what went out, not from what was asked: what a safety rule held back is not made up for.
      const q = port.commandedQ()
      aim(q)
      for (let i = 0; i < speed.length; i++) {
        speed[i]! += clamp(wanted[i]! - speed[i]!, -most, most)
        target[i] = q[i]! + speed[i]! * PERIOD_S
      }
      return true
    },
    goOn: () => void speed.fill(0),
  }
}
