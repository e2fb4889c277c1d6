import { CodedError } from '../../configs/load/coded-error.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { yawOf } from '../../robot/model/pose.ts'
import type { ReadMessage, Recording } from '../recording/read-recording.node.ts'
import { type RosPose, secondsOf } from '../recording/ros-values.ts'
import { FrameStrip } from './frame-strip.ts'
import { distanceToGoal, placeOnTable, toVector3 } from './frame-values.ts'
import type {
  GoalPlace,
  Intervention,
  ObjectPlace,
  RunEpisode,
  RunScene,
  RunState,
} from './frames.ts'
import { narrowedJoint } from './narrowed-joint.ts'

/** Topics that the viewer shows. */
export const SHOWN_TOPICS = [
  '/joint_states',
  '/joint_targets',
  '/joint_commands',
  '/object/pose',
  '/object/poses',
  '/goal/pose',
  '/policy/action',
  '/policy/state_norm',
  '/safety/rule',
  '/loop/lateness',
  '/episode',
] as const

/** A rule that steps in again within this time is still at it [s]. */
const SAME_S = 0.5
/** Cycles whose lateness is looked back on. */
const LATENESS_CYCLES = 100

/** A recording as the viewer takes it; frames in order of time since its first [s]. */
export interface RecordingFrames {
  readonly scene: RunScene
  readonly frames: readonly RecordingFrame[]
  readonly durationS: number
}

export type RecordingFrame =
  | { readonly timeS: number; readonly state: RunState }
  | { readonly timeS: number; readonly episode: RunEpisode }
  | { readonly timeS: number; readonly intervention: Intervention }

interface Shape {
  readonly header: { readonly stamp: { readonly sec: number; readonly nanosec: number } }
  readonly name: readonly string[]
  readonly position: Float64Array
  readonly pose: RosPose
  readonly poses: readonly RosPose[]
  readonly data: unknown
}

/** The same, each frame in the form in which it is kept. */
export interface KeptFrames<Kept> extends Omit<RecordingFrames, 'frames'> {
  readonly frames: readonly Kept[]
  /** How far apart states are at least [s], and whether that is more than usual, as the recording is long. */
  readonly everyS: number
  readonly isThinned: boolean
}

/**
 * Goes once through a recording, and keeps none of its messages.
 *
 * @param keep - in what form
 * @param mostStates - of more some are left out
 * @throws BRIDGE_RECORDING_INVALID when it says of no arm what it shows, or holds nothing
 */
export function framesOfRecording<Kept>(
  file: string,
  { messages, metadata }: Recording,
  keep: (frame: RecordingFrame) => Kept,
  mostStates?: number,
): KeptFrames<Kept> {
  const text = metadata['scene']
  if (text === undefined) throw unfit(file, 'does not say what it shows')
  const scene = JSON.parse(text) as RunScene
  const strip = new FrameStrip(keep, mostStates)
  let cutter: StateCutter | undefined
  let [beganS, endedS] = [0, 0]
  for (const message of messages) {
    if (cutter === undefined) {
      beganS = message.epochS
      cutter = new StateCutter(scene, beganS, strip)
    }
    endedS = message.epochS
    cutter.take(message)
  }
  if (cutter === undefined) throw unfit(file, 'is empty')
  const { everyS, frames, isThinned } = strip
  return { scene, frames, durationS: endedS - beganS, everyS, isThinned }
}

const unfit = (file: string, found: string): CodedError =>
  new CodedError('BRIDGE_RECORDING_INVALID', `${file} ${found}`, {
    hint: 'record a run with sim2arm deploy --record, or failures with eval --failures',
  })

/** Follows the messages and cuts a state from what was known whenever one is due. */
class StateCutter {
  private readonly strip: Pick<FrameStrip<unknown>, 'everyS' | 'push'>
  private readonly scene: RunScene
  private readonly beganS: number
  private readonly kinematics: ArmKinematics
  private readonly numJoints: number
  private readonly q: Float64Array
  private readonly commandQ: Float64Array
  /** Before the safety filter and after it, of every joint; undefined: not told so far, or not recorded. */
  private targets: Shape | undefined
  private commands: Shape | undefined
  private readonly interventions: Record<string, number> = {}
  private readonly lateness: number[] = []
  private readonly actedS = new Map<string, number>()
  private object: { pose: RosPose; stampS: number } | undefined
  /** Of all objects, where a simulation told of them, or there are several. */
  private poses: readonly RosPose[] | undefined
  private goal: GoalPlace = { x: Number.NaN, y: Number.NaN }
  private action: readonly number[] = []
  private stateNorm = 0
  private rule = ''
  private nextS = 0

  constructor(
    scene: RunScene,
    beganS: number,
    strip: Pick<FrameStrip<unknown>, 'everyS' | 'push'>,
  ) {
    this.strip = strip
    this.scene = scene
    this.beganS = beganS
    const model = compileArm(scene.arm, { joints: scene.joints })
    this.kinematics = new ArmKinematics(model)
    this.numJoints = model.numJoints
    this.q = new Float64Array(model.numJoints)
    this.commandQ = new Float64Array(model.numJoints)
  }

  take({ topic, epochS, message }: ReadMessage): void {
    const timeS = epochS - this.beganS
    const shape = message as Shape
    switch (topic) {
      case '/joint_states':
        this.pick(shape, this.q)
        break
      case '/joint_targets':
        this.targets = shape
        break
      case '/joint_commands':
        this.commands = shape
        this.pick(shape, this.commandQ)
        if (timeS >= this.nextS) this.cut(timeS)
        break
      case '/object/pose':
        this.see(shape)
        break
      case '/object/poses':
        this.poses = shape.poses
        break
      case '/goal/pose':
        this.goal = goalAt(shape.pose)
        break
      case '/policy/action':
        this.action = Array.from(shape.data as Float32Array)
        break
      case '/policy/state_norm':
        this.stateNorm = shape.data as number
        break
      case '/safety/rule':
        this.note(shape.data as string, timeS)
        break
      case '/loop/lateness':
        this.lateness.push(shape.data as number)
        if (this.lateness.length > LATENESS_CYCLES) this.lateness.shift()
        break
      case '/episode':
        this.strip.push({ timeS, episode: JSON.parse(shape.data as string) as RunEpisode })
    }
  }

  private pick({ name, position }: Shape, out: Float64Array): void {
    for (let i = 0; i < this.numJoints; i++) {
      out[i] = position[name.indexOf(this.scene.joints[i]!)] ?? 0
    }
  }

  private see({ header, pose }: Shape): void {
    const stampS = secondsOf(header.stamp) - this.beganS
    this.object = { pose, stampS }
  }

  /** What the simulation knew, or else what sensors saw, which alone tell of the first object by itself. */
  private places(): (ObjectPlace | null)[] {
    const { object, poses } = this
    if (object === undefined) return poses?.map(placeAt) ?? [null]
    return (poses ?? [object.pose]).map((pose, index) => this.seenPlace(pose, index))
  }

  /** Without a height where the goal has none; null for what was not seen so far. */
  private seenPlace(pose: RosPose, index: number): ObjectPlace | null {
    const { position, quaternion } = placeAt(pose)
    const [x, y] = position
    if (Number.isNaN(x)) return null
    const onTable = placeOnTable(this.scene.world, x, y, yawOf(quaternion), index)
    return this.goal.z === undefined ? onTable : { ...onTable, position }
  }

  private note(rule: string, timeS: number): void {
    // Until now.
    if (this.rule !== '') this.actedS.set(this.rule, timeS)
    this.rule = rule
    if (rule === '') return
    this.interventions[rule] = (this.interventions[rule] ?? 0) + 1
    if (timeS - (this.actedS.get(rule) ?? Number.NEGATIVE_INFINITY) < SAME_S) return
    this.kinematics.forward(this.q)
    const tip = toVector3(this.kinematics.tip)
    this.strip.push({ timeS, intervention: { timeS, rule, joint: this.heldBack(), tip } })
  }

  private heldBack(): string {
    const { commands, targets } = this
    if (commands === undefined || targets === undefined) return ''
    return narrowedJoint(commands.name, targets.position, commands.position)
  }

  private cut(timeS: number): void {
    const { goal, kinematics, object, scene, targets } = this
    const wantedQ = new Float64Array(this.numJoints)
    if (targets !== undefined) this.pick(targets, wantedQ)
    this.nextS = timeS + this.strip.everyS
    kinematics.forward(this.commandQ)
    const commandedTip = toVector3(kinematics.tip)
    kinematics.forward(this.q)
    const tip = toVector3(kinematics.tip)
    const objects = this.places()
    const state: RunState = {
      timeS,
      q: Array.from(this.q),
      commandQ: Array.from(this.commandQ),
      ...(targets && { wantedQ: Array.from(wantedQ) }),
      tip,
      commandedTip,
      objects,
      objectAgeS: object === undefined ? null : timeS - object.stampS,
      goal,
      isReached: distanceToGoal({ goal, objects, tip }) < scene.thresholdM,
      action: this.action,
      rule: this.rule,
      interventions: { ...this.interventions },
      stateNorm: this.stateNorm,
      loop: { rateHz: Number.NaN, jitterS: Math.max(0, ...this.lateness) },
    }
    this.strip.push({ timeS, state })
  }
}

function placeAt({ position: p, orientation: q }: RosPose): ObjectPlace {
  return { position: [p.x, p.y, p.z], quaternion: [q.x, q.y, q.z, q.w] }
}

/** On the table, and with any yaw, where nothing else is said. */
function goalAt(pose: RosPose): GoalPlace {
  const { position, quaternion } = placeAt(pose)
  const [x, y, z] = position
  const yawRad = yawOf(quaternion)
  return { x, y, ...(z !== 0 && { z }), ...(yawRad !== 0 && { yawRad }) }
}
