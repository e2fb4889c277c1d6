import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import type { ReadMessage } from './read-recording.node.ts'

/** Topics that a track is made of. */
export const TRACK_TOPICS = ['/joint_states', '/joint_commands'] as const

interface JointState {
  readonly name: readonly string[]
  readonly position: Float64Array
}

/** Joins measurements and commands of a recording by their order: one of each per cycle. Keeps no message. */
export function trackArm(messages: Iterable<ReadMessage>): ArmTrack {
  const jointNames: string[] = []
  const timeS: number[] = []
  const measured: Float64Array[] = []
  const command: Float64Array[] = []
  let latest: Float64Array | undefined
  let beganS = Number.NaN
  for (const { topic, epochS, message } of messages) {
    const { name, position } = message as JointState
    if (topic === '/joint_states') {
      // A copy: what was decoded holds on to the whole message.
      latest = position.slice()
      if (jointNames.length === 0) jointNames.push(...name)
    } else if (topic === '/joint_commands' && latest !== undefined) {
      if (Number.isNaN(beganS)) beganS = epochS
      timeS.push(epochS - beganS)
      measured.push(latest)
      command.push(position.slice())
    }
  }
  return { jointNames, beganS, timeS: Float64Array.from(timeS), measured, command }
}
