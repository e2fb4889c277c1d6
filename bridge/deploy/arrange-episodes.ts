import { awaitRest } from './await-rest.ts'
import { Referee, type RefereeOptions, type RefereeVerdict } from './referee.ts'

export interface ArrangeOptions extends RefereeOptions {
  /** Whether the arm's servos have torque. */
  readonly isHeld: () => boolean
  readonly episodes: number
  readonly signal: AbortSignal
  readonly onVerdict: (verdict: RefereeVerdict) => void
}

/** Episodes one after the other, from when whoever drives the emulated arm holds it at rest. */
export async function arrangeEpisodes(options: ArrangeOptions): Promise<void> {
  const { clock, episodes, isHeld, onVerdict, plant, signal } = options
  const referee = new Referee(options)
  const held = {
    get isHeld() {
      return isHeld()
    },
    velocityRadPerS: plant.velocityRadPerS,
  }
  await awaitRest(held, clock, signal)
  for (let episode = 0; episode < episodes; episode++) {
    onVerdict(await referee.episode(episode, signal))
  }
}
