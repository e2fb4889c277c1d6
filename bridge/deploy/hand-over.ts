import type { ToolController } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { writeToolMove } from '../../sim/solvers/tool-command.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { LeaderFeed } from './leader-feed.ts'

/** A leader whose joints stay within this lies still: encoders and a resting hand tremble [rad]. */
const STILL_RAD = 0.02
/** It must have lain still for so long before it can take over by a move [s]. */
const ARMED_S = 0.5
/** How far the tool may be behind the hand; what goes beyond, as at the edge of the workspace, is given up [m]. */
const SLACK_M = 0.05

export type Acting = 'policy' | 'leader'

export interface HandOverOptions {
  readonly leader: Pick<LeaderFeed, 'q' | 'ageS' | 'failure'>
  /** Of the leader. */
  readonly model: ArmModel
  readonly config: DeployConfig['handOver']
  readonly onChange?: (acting: Acting) => void
}

/**
 * Who acts: the policy, or a hand that has moved a leader. The hand acts in the policy's own terms: what its leader's
 * tool does from where it was when it took over, the commanded tool does from where it was, as actions of the policy's
 * size at the policy's rate. So neither change makes the arm jump, wherever the leader happens to be held; what the arm
 * may do is what the policy may; and what was done can be learnt from as it was recorded.
 */
export class HandOver {
  acting: Acting = 'policy'
  numTakeOvers = 0
  private readonly options: HandOverOptions
  private readonly kinematics: ArmKinematics
  /** Where the leader came to rest, and since when it has been there [rad], [s]. */
  private readonly restQ: Float64Array
  private restS = Number.NaN
  /** Where it last lay still; a move from here takes over. */
  private readonly armedQ: Float64Array
  private isArmed = false
  /** Tool of the leader and commanded tool that belong together, base frames [m], [3]; NaN: not yet chosen. */
  private readonly leaderTip = new Float64Array(3)
  private readonly tip = new Float64Array(3).fill(Number.NaN)
  private isGivenBack = false

  constructor(options: HandOverOptions) {
    this.options = options
    this.kinematics = new ArmKinematics(options.model)
    this.restQ = new Float64Array(options.model.numJoints).fill(Number.NaN)
    this.armedQ = new Float64Array(options.model.numJoints)
  }

  /** How long nothing was heard of the leader [s]. */
  ageS(nowS: number): number {
    return this.options.leader.ageS(nowS)
  }

  /** Why nothing is heard of it, where that is known. */
  get failure(): unknown {
    return this.options.leader.failure
  }

  /** The policy is to act again, at its next step; the leader can take over once it has lain still. */
  giveBack(): void {
    this.isGivenBack = true
  }

  /** The commanded tool has been put elsewhere: the hand goes on from there. */
  restart(): void {
    this.tip.fill(Number.NaN)
  }

  /**
   * Once per policy step, after the policy: overwrites its action where the hand acts instead.
   * @param out - action of the step; the leader writes the tool's move, its first three values
   */
  act(nowS: number, controller: ToolController, out: Float32Array): Acting {
    const stillS = this.lookForRest(nowS)
    if (this.acting === 'leader') {
      if (this.isGivenBack || stillS >= this.options.config.backS) this.change('policy')
    } else {
      if (stillS >= ARMED_S) this.arm()
      if (this.isArmed && this.movedRad(this.armedQ) > this.options.config.takeRad) {
        this.numTakeOvers++
        this.restart()
        this.change('leader')
      }
    }
    this.isGivenBack = false
    if (this.acting === 'leader') this.lead(controller, out)
    return this.acting
  }

  /** How long the leader has lain still [s]. */
  private lookForRest(nowS: number): number {
    if (!(this.movedRad(this.restQ) <= STILL_RAD)) {
      this.restQ.set(this.options.leader.q)
      this.restS = nowS
    }
    return nowS - this.restS
  }

  private arm(): void {
    this.armedQ.set(this.options.leader.q)
    this.isArmed = true
  }

  private change(acting: Acting): void {
    this.acting = acting
    this.isArmed = false
    this.options.onChange?.(acting)
  }

  private lead(controller: ToolController, out: Float32Array): void {
    const { leaderTip, tip } = this
    const { commandedTip, action } = controller
    // At a speed of nothing there is no action that moves.
    if (action.stepM === 0) return
    this.kinematics.forward(this.options.leader.q)
    const now = this.kinematics.tip
    if (Number.isNaN(tip[0]!)) {
      leaderTip.set(now)
      tip.set(commandedTip)
    }
    const move = tip.map(
      (place, axis) => place + now[axis]! - leaderTip[axis]! - commandedTip[axis]!,
    )
    const farM = Math.hypot(...move)
    if (farM > SLACK_M) {
      for (let axis = 0; axis < 3; axis++) {
        const given = move[axis]! * (1 - SLACK_M / farM)
        tip[axis]! -= given
        move[axis]! -= given
      }
    }
    const [dx, dy, dz] = move as unknown as [number, number, number]
    const heightM = commandedTip[2]!
    writeToolMove(action, { dx, dy, z: heightM + dz, mostM: action.stepM }, heightM, out, 0)
  }

  /** The farthest that a joint of the leader is from a pose [rad]. */
  private movedRad(from: Float64Array): number {
    const { q } = this.options.leader
    let most = 0
    for (let i = 0; i < q.length; i++) most = Math.max(most, Math.abs(q[i]! - from[i]!))
    return most
  }
}
