import { describe, it } from 'vitest'
import { examineInWide, loadZoo } from '../zoo-exam.ts'

/** Lower end of the 95 % interval that each has to keep in MuJoCo. */
const KEPT: Readonly<Record<string, number>> = {
  'push-so101': 0.85,
  'push-panda': 0.85,
  // 94.0 % (89.8–96.5) and 90.0 % (85.1–93.4) by their cards.
  'lift-panda': 0.82,
  'pick-place-panda': 0.8,
}

const actors = await loadZoo()

describe.each(actors)('the shipped policy $name', (actor) => {
  it('still solves 200 held-out wide draws in MuJoCo', async () => {
    await examineInWide(actor, { world: 'mujoco', episodes: 200, kept: KEPT[actor.name]! })
  })
})
