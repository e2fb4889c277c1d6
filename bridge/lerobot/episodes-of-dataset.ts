import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import { type Episode, SURROUNDINGS } from './episode.ts'
import type { MotorUnits } from './motor-units.ts'
import type { Dataset } from './read-dataset.node.ts'

/** A dataset as demonstrations: its episodes in joint angles [rad]. */
export function episodesOfDataset({ frames }: Dataset, units: MotorUnits): readonly Episode[] {
  const unseen = new Float64Array(SURROUNDINGS.length).fill(Number.NaN)
  const byEpisode = new Map<number, (typeof frames)[number][]>()
  for (const frame of frames) {
    const own = byEpisode.get(frame.episode)
    if (own === undefined) byEpisode.set(frame.episode, [frame])
    else own.push(frame)
  }
  return [...byEpisode.values()].map((own) => ({
    task: own[0]!.task,
    joints: units.joints,
    state: own.map(({ state }) => units.toRadians(state)),
    action: own.map(({ action }) => units.toRadians(action)),
    surroundings: own.map(({ surroundings }) =>
      surroundings === null ? unseen : Float64Array.from(surroundings),
    ),
    isSuccess: own.at(-1)!.isSuccess === null ? null : own.some(({ isSuccess }) => isSuccess),
  }))
}

/** An episode as a log of the arm: what it was told and what it did, frame by frame. */
export function trackOfEpisode({ action, joints, state }: Episode, fps: number): ArmTrack {
  return {
    jointNames: joints,
    beganS: 0,
    timeS: Float64Array.from(state, (_, frame) => frame / fps),
    measured: state,
    command: action,
  }
}
