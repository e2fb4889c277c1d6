import type { ReadMessage } from '../../../bridge/recording/read-recording.node.ts'

/** When the recording begins, since 1970 [s]. */
export const BEGAN_S = 1_700_000_000
export const JOINTS = ['lift', 'turn']

const at = (timeS: number, topic: string, message: unknown): ReadMessage => ({
  ...{ topic, message, epochS: BEGAN_S + timeS },
})

/** A set-point cycle: joints where `measured` says, told to go where `command` says. */
export const cycle = (timeS: number, measured: number, command: number): ReadMessage[] => [
  at(timeS, '/joint_states', { name: JOINTS, position: Float64Array.of(measured, -measured) }),
  at(timeS, '/joint_commands', { name: JOINTS, position: Float64Array.of(command, -command) }),
]

export const policyStep = (timeS: number): ReadMessage => at(timeS, '/policy/action', {})

export const verdict = (timeS: number, isSuccess: boolean, durationS?: number): ReadMessage =>
  at(timeS, '/episode', {
    data: JSON.stringify({ episode: 0, finalDistanceM: 0, isSuccess, durationS }),
  })

export function seenAt(
  timeS: number,
  topic: '/object/pose' | '/goal/pose',
  x: number,
): ReadMessage {
  const orientation = { x: 0, y: 0, z: Math.SQRT1_2, w: Math.SQRT1_2 }
  return at(timeS, topic, { pose: { position: { x, y: 0.1, z: 0.02 }, orientation } })
}
