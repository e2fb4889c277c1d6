import { describe, expect, it } from 'vitest'
import { benchFaults } from '../../../bridge/bench/bench-faults.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

/** Two faults that pass, one that does not, and one that stops at nothing: before the arm moves and while it acts. */
const ONLY = ['drop', 'jammed', 'unplugged', 'power cut', 'enable', 'episode']

describe('a deployment in which something goes wrong', () => {
  it.each(['so101', 'koch'])('keeps its promises on the emulated %s', async (name) => {
    const actor = await loadTaskActor({ name: 'scripted', arm: name })
    const rows = await benchFaults({
      ...{ actor, reality: loadReality('nominal'), config: loadDeployConfig(name) },
      ...{ seed: 5, instants: 1, only: ONLY },
    })
    expect(rows).toHaveLength(8)
    for (const { fault, phase, broken } of rows)
      expect([fault, phase, broken]).toEqual([fault, phase, []])
    const exitsOf = (fault: string) =>
      rows.filter((row) => row.fault === fault).map(({ exits }) => Object.keys(exits)[0])
    expect(exitsOf('drop')).toEqual(['0', '0'])
    expect(exitsOf('unplugged')).toEqual(['3', '3'])
    expect(exitsOf('power cut')[1]).toBe('3')
  })
})
