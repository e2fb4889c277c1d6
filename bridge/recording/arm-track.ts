import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import type { ReadMessage } from './read-recording.node.ts'
import { type Stamp, secondsOf } from './ros-values.ts'

/** Topics that a track is made of. */
export const TRACK_TOPICS = ['/joint_states', '/joint_commands'] as const

interface JointState {
  readonly header: { readonly stamp: Stamp }
  readonly name: readonly string[]
  readonly position: Float64Array
}

/**
 * Joins measurements, as of their capture, and commands of a recording by their order: one of each per cycle. Keeps no
 * message.
 */
export function trackArm(messages: Iterable<ReadMessage>): ArmTrack {
  const jointNames: string[] = []
  const timeS: number[] = []
  const measuredS: number[] = []
  const measured: Float64Array[] = []
  const command: Float64Array[] = []
  let latest: { readonly epochS: number; readonly position: Float64Array } | undefined
  let beganS = Number.NaN
  for (const { topic, epochS, message } of messages) {
    const { header, name, position } = message as JointState
    if (topic === '/joint_states') {
      // A copy: what was decoded holds on to the whole message.
      latest = { epochS: secondsOf(header.stamp), position: position.slice() }
      if (jointNames.length === 0) jointNames.push(...name)
    } else if (topic === '/joint_commands' && latest !== undefined) {
      if (Number.isNaN(beganS)) beganS = epochS
      timeS.push(epochS - beganS)
      measuredS.push(latest.epochS - beganS)
      measured.push(latest.position)
      command.push(position.slice())
    }
  }
  return {
    ...{ jointNames, beganS, measured, command },
    timeS: Float64Array.from(timeS),
    measuredS: Float64Array.from(measuredS),
  }
}
