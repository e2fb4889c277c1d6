import { describe, expect, it } from 'vitest'
import { centimetres } from '../../../bridge/cli/centimetres.ts'
import { runInProcess } from './run-in-process.ts'

interface EpisodeEvent {
  readonly type: string
  readonly episode: number
  readonly finalDistanceM: number
  readonly isSuccess: boolean
}

interface Attempt {
  readonly success: { readonly rate: number }
}

describe('eval', () => {
  it('says each threshold as it was asked for, also those that are no whole centimetres', async () => {
    const argv = ['eval', 'still', '--task', 'reach', '--randomization', 'none', '--episodes', '1']
    const { exitCode, out } = await runInProcess(...argv, '--thresholds', '0.002,0.015,0.07,0.9')
    expect(exitCode).toBe(0)
    const said = [...out.matchAll(/within (.*?): (.*?) %/g)].map(([, within, rate]) => [
      within,
      rate,
    ])
    expect(said).toEqual([
      ['0.2 cm', '0.0'],
      ['1.5 cm', '0.0'],
      ['7 cm', expect.any(String)],
      ['90 cm', '100.0'],
    ])
  })
})

it('refuses a card in a folder that is not there before it has played', async () => {
  const argv = ['eval', 'still', '--episodes', '1', '--append', 'nowhere/card.jsonl']
  const { exitCode, out, err } = await runInProcess(...argv)
  expect(err).toMatch(/^BRIDGE_DISK: cannot write nowhere\/card\.jsonl \(ENOENT\)/)
  expect(out).toBe('')
  expect(exitCode).toBe(2)
})

it('tells how each episode of an emulated arm ended, by its number', async () => {
  const argv = ['eval', 'still', '--world', 'twin', '--reality', 'nominal', '--episodes', '2']
  const { exitCode, out } = await runInProcess(...argv, '--json')
  expect(exitCode).toBe(0)
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EpisodeEvent)
  const told = events.filter(({ type }) => type === 'episode')
  expect(told.map(({ episode }) => episode)).toEqual([0, 1])
  // A puck that nobody touches stays as far from the goal as it was put: 12 cm and more.
  const [nearer, farther] = told.map(({ finalDistanceM }) => finalDistanceM).sort((a, b) => a - b)
  expect(nearer).toBeGreaterThan(0.115)
  expect(told.map(({ isSuccess }) => isSuccess)).toEqual([false, false])
  expect(events.at(-1)).toMatchObject({
    finalDistanceM: { mean: expect.closeTo((nearer! + farther!) / 2, 9) },
  })
})

it.each(['twin', 'arm'])('asks nothing of memory in world %s', async (world) => {
  for (const asked of [['--goals', '3'], ['--readout'], ['--goals', '3', '--readout']]) {
    const { err, exitCode } = await runInProcess('eval', 'push-so101', '--world', world, ...asked)
    expect(err).toMatch(/^BRIDGE_USAGE: --goals, --readout .* in rapier or mujoco/)
    expect(exitCode).toBe(2)
  }
})

it.each([
  [['--goals', '3', '--thresholds', '0.01'], '--thresholds says nothing about --goals'],
  [['--goals', '3', '--append', 'card.jsonl'], '--append says nothing about --goals'],
  [['--readout', '--thresholds', '0.01'], '--thresholds says nothing about --readout'],
  [['--readout', '--append', 'card.jsonl'], '--append says nothing about --readout'],
])('says what memory is not asked by: %j', async (asked, message) => {
  const { err, exitCode } = await runInProcess('eval', 'push-so101', ...asked)
  expect(err).toContain(`BRIDGE_USAGE: ${message}`)
  expect(exitCode).toBe(2)
})

it('lets MuJoCo take shorter steps, where that is asked', async () => {
  const argv = ['eval', 'scripted', '--world', 'mujoco', '--episodes', '2', '--json']
  const play = async (...more: string[]) => {
    const { out } = await runInProcess(...argv, ...more)
    const { finalDistanceM, substeps } = JSON.parse(out.trimEnd().split('\n').at(-1)!)
    return { substeps, meanM: finalDistanceM.mean as number }
  }
  const { meanM } = await play()
  expect(await play('--substeps', '4')).toEqual({ substeps: 4, meanM })
  const shorter = await play('--substeps', '8')
  expect(shorter.meanM).not.toBe(meanM)
})

it.each([
  [[], '--substeps says nothing about Rapier'],
  [['--world', 'mujoco', '--readout'], '--substeps says nothing about --readout'],
  [['--world', 'twin'], '--substeps says nothing'],
])('refuses steps of MuJoCo where it takes none: %j', async (asked, message) => {
  const { err, exitCode } = await runInProcess('eval', 'push-so101', '--substeps', '8', ...asked)
  expect(err).toContain(`BRIDGE_USAGE: ${message}`)
  expect(exitCode).toBe(2)
})

it('plays several goals with sensors that do not err, where that is asked', async () => {
  const argv = ['eval', 'scripted', '--task', 'lift', '--goals', '2', '--episodes', '8', '--json']
  const play = async (...more: string[]) => {
    const { out } = await runInProcess(...argv, ...more)
    const { attempts, hasPerfectSensing } = JSON.parse(out.trimEnd().split('\n').at(-1)!)
    return { hasPerfectSensing, rates: attempts.map(({ success }: Attempt) => success.rate) }
  }
  expect(await play('--perfect-sensing')).toEqual({ hasPerfectSensing: true, rates: [1, 1] })
  const { hasPerfectSensing, rates } = await play()
  expect(hasPerfectSensing).toBe(undefined)
  expect(rates[0]).toBeLessThan(1)
})

it('refuses a randomization that has no rules for the arm, instead of playing it unrandomized', async () => {
  const argv = ['eval', 'scripted', '--arm', 'koch', '--episodes', '1']
  const { err, exitCode } = await runInProcess(...argv, '--randomization', 'peng2018')
  expect(err).toMatch(/^CONFIG_UNKNOWN_NAME: .*peng2018 has rules for so101, panda, not for koch/)
  expect(exitCode).toBe(2)
  expect((await runInProcess(...argv, '--randomization', 'none')).exitCode).toBe(0)
})

it('knows no more digits of a length than were meant', () => {
  expect([0.03, 0.07, 0.29, 0.0125].map(centimetres)).toEqual(['3 cm', '7 cm', '29 cm', '1.25 cm'])
})

it.each([
  [['--reality', 'workshop'], '--reality says nothing about --world rapier', '--world twin'],
  [['--real-time', '--world', 'mujoco'], '--real-time says nothing', '--world twin'],
  [['--against', 'mujoco', '--world', 'twin'], '--against says', '--world rapier or mujoco'],
  [['--randomization', 'none', '--world', 'arm'], '--randomization says', 'rapier or mujoco'],
  [['--randomization', 'wide', '--world', 'twin'], '--randomization says', 'rapier or mujoco'],
  [['--port', '/dev/null'], '--port says nothing', '--world arm'],
  [['--against', 'rapier'], '--against rapier is the world itself', '--world mujoco'],
  [['--sensor', 'object=sim:', '--world', 'twin'], '--sensor says nothing', '--world arm'],
])('an option that says nothing about the world is refused: %j', async (argv, message, hint) => {
  const { err, exitCode } = await runInProcess('eval', 'still', ...argv)
  expect(exitCode).toBe(2)
  expect(err).toContain(`BRIDGE_USAGE: ${message}`)
  expect(err.split('Hint: ')[1]).toContain(hint)
})

it('takes no threshold below zero', async () => {
  const { err, exitCode } = await runInProcess('eval', 'still', '--thresholds', '0.05,-0.01')
  expect(exitCode).toBe(2)
  expect(err).toMatch(/^BRIDGE_USAGE: --thresholds: expected a number ≥ 0, found "-0\.01"/)
})

it.each([
  [['--world', 'arm'], '--view says nothing about --world arm', '--world rapier or mujoco or twin'],
  [['--world', 'twin'], 'virtual time is too fast for --view', '--real-time'],
  [['--against', 'mujoco'], '--view shows nothing of --against', 'leave --view or --against out'],
  [['--goals', '3'], '--view shows nothing of --goals', 'leave --view or --goals out'],
])(
  'what cannot be looked at is refused before anything is played: %j',
  async (argv, message, hint) => {
    const { err, exitCode } = await runInProcess('eval', 'still', ...argv, '--view')
    expect(exitCode).toBe(2)
    expect(err).toContain(`BRIDGE_USAGE: ${message}`)
    expect(err.split('Hint: ')[1]).toContain(hint)
  },
)

it('tells what success depends on, for people and as JSON', async () => {
  const argv = ['eval', 'still', '--task', 'reach', '--sensitivity', '--episodes', '20']
  const { out, exitCode } = await runInProcess(...argv)
  expect(exitCode).toBe(0)
  expect(out).toMatch(/\| drawn +\| χ² per degree/)
  const json = await runInProcess(...argv, '--json')
  const result = JSON.parse(json.out.trimEnd().split('\n').at(-1)!)
  expect(result.sensitivity.length).toBeGreaterThan(10)
  for (const { groups } of result.sensitivity) {
    const episodes = groups.map((group: { episodes: number }) => group.episodes)
    expect(episodes.reduce((a: number, b: number) => a + b)).toBe(20)
  }
})
