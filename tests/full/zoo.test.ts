import { describe, it } from 'vitest'
import { examine, loadZoo } from '../zoo-exam.ts'

/** Lower end of the 95 % interval that each has to keep in MuJoCo. */
const KEPT: Readonly<Record<string, number>> = {
  'push-so101': 0.85,
  'push-panda': 0.85,
  'push-koch': 0.85,
  // 95.4 % (93.9–96.5), 98.5 % (95.7–99.5), 97.7 % (96.6–98.5), 98.5 % (95.7–99.5), 85.7 % (83.4–87.7), 94.4 % (92.8–95.7),
  // 94.5 % (90.4–96.9), sliding 95.0 % (93.5–96.2) by their cards.
  'lift-so101': 0.82,
  'lift-panda': 0.9,
  'pick-place-so101': 0.9,
  'pick-place-panda': 0.9,
  'stack-panda': 0.7,
  'push-pose-so101': 0.84,
  'push-pose-panda': 0.86,
  'slide-panda': 0.85,
}

const actors = await loadZoo()

describe.each(actors)('the shipped policy $name', (actor) => {
  it('still solves 200 held-out draws in MuJoCo', async () => {
    await examine(actor, { world: 'mujoco', episodes: 200, kept: KEPT[actor.name]! })
  })
})
