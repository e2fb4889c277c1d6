import { describe, expect, it } from 'vitest'
import { benchFaults } from '../../../bridge/bench/bench-faults.ts'
import { PHASES, runDrill } from '../../../bridge/bench/faults/drill.ts'
import { drillFaults } from '../../../bridge/bench/faults/kinds.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

/** Two faults that pass, one that does not, and one that stops at nothing: before the arm moves and while it acts. */
const ONLY = ['drop', 'jammed', 'unplugged', 'power cut', 'enable', 'episode']

const setUp = async (name: string) => ({
  actor: await loadTaskActor({ name: 'scripted', arm: name }),
  reality: loadReality('nominal'),
  config: loadDeployConfig(name),
  seed: 5,
})

describe('a drill', () => {
  it.each(['so101', 'koch'])(
    'of a %s lasts in every phase, for things to go wrong in',
    async (name) => {
      const { begins, exitCode } = await runDrill(await setUp(name))
      expect(exitCode).toBe(0)
      const instants = [...PHASES, 'end' as const].map((phase) => begins[phase]!)
      for (const [k, atS] of instants.slice(1).entries()) expect(atS).toBeGreaterThan(instants[k]!)
      expect(begins.episode! - begins.approach!).toBeGreaterThan(1)
    },
  )

  it('looks for rest only after a gear that was jammed in the end has let go', async () => {
    const options = await setUp('so101')
    const { begins } = await runDrill(options)
    const jammed = drillFaults(options.actor.arm, 3).find(({ name }) => name === 'jammed')!
    // The elbow gets within what counts as parked, and slumps when it can.
    const found = await runDrill({ ...options, fault: jammed, atS: begins.end! - 0.7 })
    expect(found).toMatchObject({ exitCode: 0, isRestless: false })
  })
})

describe('a deployment in which something goes wrong', () => {
  it('gives in to a jammed wrist before its servo lets go by itself', async () => {
    const options = { ...(await setUp('so101')), seed: 0 }
    const jammed = drillFaults(options.actor.arm, 4).find(({ name }) => name === 'jammed for good')!
    // While parking it asks for 0.7 to 0.95 of the torque, for longer than the 2 s of the servo's own protection.
    const { end, exitCode } = await runDrill({ ...options, fault: jammed, atS: 3.99 })
    expect(end).toContain('safety rule stall')
    expect(exitCode).toBe(4)
  })

  it('lets no shoulder press the tool into the table when the elbow jams before a descent', async () => {
    const options = { ...(await setUp('so101')), seed: 0 }
    const jammed = drillFaults(options.actor.arm, 3).find(({ name }) => name === 'jammed')!
    const { clearanceM } = await runDrill({ ...options, fault: jammed, atS: 3.55 })
    // What a tool that touches the table may give; 5.9 mm where only commands are looked at.
    expect(clearanceM).toBeGreaterThan(-0.003)
  })

  it('is not looked for where it goes wrong by itself', async () => {
    const { supply, ...reality } = loadReality('nominal')
    const flat = { ...reality, supply: { ...supply, voltageScale: 0.55 } }
    const options = { ...(await setUp('so101')), reality: flat, instants: 1, only: ['jammed'] }
    await expect(benchFaults(options)).rejects.toMatchObject({
      code: 'BRIDGE_USAGE',
      message: expect.stringContaining('supplyVoltage') as string,
    })
  })

  it.each(['so101', 'koch'])('keeps its promises on the emulated %s', async (name) => {
    const rows = await benchFaults({ ...(await setUp(name)), instants: 1, only: ONLY })
    expect(rows).toHaveLength(8)
    for (const { fault, phase, broken } of rows)
      expect([fault, phase, broken]).toEqual([fault, phase, []])
    const exitsOf = (fault: string) =>
      rows.filter((row) => row.fault === fault).map(({ exits }) => Object.keys(exits)[0])
    expect(exitsOf('drop')).toEqual(['0', '0'])
    expect(exitsOf('unplugged')).toEqual(['3', '3'])
    expect(exitsOf('power cut')[1]).toBe('3')
  })

  it('is asked for by name', async () => {
    const options = { ...(await setUp('so101')), instants: 1, only: ['stop', 'unpluged'] }
    await expect(benchFaults(options)).rejects.toMatchObject({
      code: 'BRIDGE_USAGE',
      message: 'expected a fault or a phase, found "unpluged"',
      hint: expect.stringMatching(/^did you mean unplugged\?/),
    })
  })

  it('on an arm with worn gears is judged by what that does without a fault', async () => {
    const workshop = loadReality('workshop')
    const servos = { ...workshop.servos, backlashRad: [0.05, 0.05, 0.05, 0.05, 0.05, 0.05] }
    const options = { ...(await setUp('koch')), reality: { ...workshop, servos }, seed: 1 }
    const rows = await benchFaults({ ...options, instants: 1, only: ['camera jumping', 'stop'] })
    expect(rows).toMatchObject([{ fault: 'camera jumping', phase: 'stop', broken: [] }])
    // Through their play it hangs past an end stop by more than any arm may.
    expect(rows[0]!.outsideDeg).toBeGreaterThan(0.5)
  })
})
