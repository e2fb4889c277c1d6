import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { endPrograms, expectFailure, run, start } from './sim2arm-process.ts'
import { smallPolicy } from './small-policy.ts'

let folder: string
const file = (name: string) => join(folder, name)
const isRoot = process.getuid?.() === 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-bad-'))
  writeNominalCalibration(file('arm.yaml'))
})
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

/** A deployment that lacks nothing but an arm: there is no device at the port, and no sensor either. */
function deploy(policy: string, changes: Record<string, string | undefined> = {}) {
  const options: Record<string, string | undefined> = {
    '--port': file('no-device'),
    '--calibration': file('arm.yaml'),
    '--sensor': 'object=rosbridge://127.0.0.1:9/object/pose',
    ...changes,
  }
  const given = Object.entries(options).flatMap(([flag, value]) =>
    value === undefined ? [] : [flag, value],
  )
  return run('deploy', policy, ...given, '--goal', '0.25,0.05', '--json')
}

describe('a command line with a mistake', () => {
  it('names the command that was probably meant', async () => {
    await expectFailure(await run('deplyo'), 2, 'BRIDGE_USAGE', /"deplyo".*did you mean deploy\?/)
  })

  it('names the option that was probably meant', async () => {
    const program = await run('train', 'push-so101', '--minuts', '3', '--json')
    await expectFailure(program, 2, 'BRIDGE_USAGE', /--minuts.*did you mean --minutes\?/)
  })

  it('names the baseline that was probably meant', async () => {
    const program = await run('eval', 'teachr')
    await expectFailure(program, 2, 'CONFIG_UNKNOWN_NAME', /"teachr".*did you mean teacher\?/)
  })

  it('says which value an option takes', async () => {
    const program = await run('eval', 'scripted', '--world', 'bullet')
    await expectFailure(
      program,
      2,
      'BRIDGE_USAGE',
      /--world: no "bullet"\. Hint: valid: arm, mujoco, rapier, twin$/,
    )
  })

  it('shows the stack only with --verbose', async () => {
    const program = await run('train', 'nothing', '--verbose')
    expect(await program.ended).toBe(2)
    expect(program.stderr).toMatch(/^CONFIG_UNKNOWN_NAME: .*\n.*\n\s+at /)
  })
})

describe('a config with a typo', () => {
  it('is refused with file, line, column and the key that was probably meant', async () => {
    const shipped = new URL('../../configs/train/push-so101.yaml', import.meta.url)
    const text = readFileSync(shipped, 'utf8').replace('goalsPerEpisode', 'goalPerEpisode')
    const line = text.split('\n').findIndex((row) => row.startsWith('goalPerEpisode')) + 1
    writeFileSync(file('train.yaml'), text)
    const program = await run('train', file('train.yaml'), '--out', file('typo'), '--json')
    const words = new RegExp(`train\\.yaml:${line}:1 .*did you mean goalsPerEpisode\\?`)
    await expectFailure(program, 2, 'CONFIG_INVALID', words)
    expect(readdirSync(folder)).not.toContain('typo')
  })

  it('is refused as a reality of the twin before there is a device', async () => {
    writeFileSync(file('reality.yaml'), 'version: 1\ngravty: [0, 0, -9.8]\n')
    const link = file('twin-link')
    const options = ['--reality', file('reality.yaml'), '--link', link, '--stream', '127.0.0.1:0']
    const program = await run('twin', 'so101', ...options)
    await expectFailure(program, 2, 'CONFIG_INVALID', /reality\.yaml:2:1 /)
    expect(readdirSync(folder)).not.toContain('twin-link')
  })

  it('is refused in an override by its own words', async () => {
    const program = await run('deploy', 'scripted', '--set', 'safety.maxJointSpedRadPerS=1')
    await expectFailure(program, 2, 'CONFIG_SET_INVALID', /did you mean maxJointSpeedRadPerS\?/)
  })
})

describe('a deployment that lacks something', () => {
  it('is refused without a calibration file', async () => {
    const program = await deploy('scripted', { '--calibration': undefined })
    await expectFailure(program, 2, 'ROBOT_CALIBRATION_MISSING', /--calibration/)
  })

  it('is refused when the calibration file is not there or is none', async () => {
    const absent = await deploy('scripted', { '--calibration': file('absent.yaml') })
    await expectFailure(absent, 2, 'ROBOT_CALIBRATION_MISSING', /absent\.yaml/)
    writeFileSync(file('half.yaml'), readFileSync(file('arm.yaml'), 'utf8').slice(0, 300))
    const half = await deploy('scripted', { '--calibration': file('half.yaml') })
    await expectFailure(half, 2, 'ROBOT_CALIBRATION_INVALID', /half\.yaml/)
  })

  it('is refused without a port, with the ports that are there at one that is not', async () => {
    await expectFailure(await deploy('scripted', { '--port': undefined }), 2, 'BRIDGE_USAGE')
    await expectFailure(await deploy('scripted'), 3, 'ROBOT_PORT_MISSING', /ports here: /)
  })

  it('is refused at something that is no serial port', async () => {
    const program = await deploy('scripted', { '--port': file('arm.yaml') })
    await expectFailure(program, 3, 'ROBOT_PORT_MISSING', /arm\.yaml/)
  })

  it('is refused without a sensor, and with one that nobody can read', async () => {
    await expectFailure(await deploy('scripted', { '--sensor': undefined }), 2, 'BRIDGE_USAGE')
    const strange = await deploy('scripted', { '--sensor': 'object=smoke://signal' })
    await expectFailure(strange, 2, 'ROBOT_SENSOR_INVALID', /rosbridge:\/\//)
  })
})

describe('a policy file', () => {
  const intact = () => smallPolicy('so101')

  it('passes when it is whole and for this arm: only the port is missing then', async () => {
    writeFileSync(file('good.onnx'), intact())
    await expectFailure(await deploy(file('good.onnx')), 3, 'ROBOT_PORT_MISSING')
  })

  it('is refused when it was cut short', async () => {
    const bytes = intact()
    writeFileSync(file('short.onnx'), bytes.subarray(0, bytes.length - 100))
    await expectFailure(await deploy(file('short.onnx')), 2, 'POLICY_FILE_INVALID', /short\.onnx/)
  })

  it('is refused when a weight was edited', async () => {
    const bytes = intact()
    // Weights come first in the file; flip a low bit of one of them.
    const at = bytes.length >> 2
    bytes[at] = bytes[at]! ^ 1
    writeFileSync(file('edited.onnx'), bytes)
    const program = await deploy(file('edited.onnx'))
    await expectFailure(program, 2, 'POLICY_FILE_EDITED', /edited\.onnx/)
  })

  it('is refused when it is something else, or nothing', async () => {
    writeFileSync(file('text.onnx'), 'no policy at all')
    await expectFailure(await deploy(file('text.onnx')), 2, 'POLICY_FILE_INVALID')
    await expectFailure(await deploy(file('absent.onnx')), 2, 'CONFIG_FILE_MISSING')
    await expectFailure(await deploy('no-such-policy'), 2, 'CONFIG_UNKNOWN_NAME')
  })

  it('is refused when its joints come in another order, the first difference named', async () => {
    const swapped = smallPolicy('so101', {
      change(spec) {
        const [first = '', second = '', ...rest] = spec.joints
        return { ...spec, joints: [second, first, ...rest] }
      },
    })
    writeFileSync(file('swapped.onnx'), swapped)
    const program = await deploy(file('swapped.onnx'))
    await expectFailure(program, 2, 'POLICY_MISMATCH', /joints\.0: expected "\w+", found "\w+"/)
  })

  it('is refused when it counts in another unit', async () => {
    const degrees = smallPolicy('so101', {
      change(spec) {
        const [first, ...rest] = spec.observation
        return { ...spec, observation: [{ ...first!, unit: 'm' }, ...rest] }
      },
    })
    writeFileSync(file('unit.onnx'), degrees)
    await expectFailure(
      await deploy(file('unit.onnx')),
      2,
      'POLICY_MISMATCH',
      /observation\.0\.unit/,
    )
  })

  it('is refused when the servos it was trained for were set up otherwise', async () => {
    const policy = smallPolicy('so101', {
      registers: { elbow_flex: { P_Coefficient: 99 } },
    })
    writeFileSync(file('gains.onnx'), policy)
    const program = await deploy(file('gains.onnx'))
    await expectFailure(program, 2, 'POLICY_MISMATCH', /does not fit arm so101: elbow_flex\./)
  })

  it('is refused on an arm that it was not trained for', async () => {
    writeFileSync(file('panda.onnx'), smallPolicy('panda'))
    const named = await deploy(file('panda.onnx'), { '--arm': 'so101' })
    await expectFailure(named, 2, 'POLICY_MISMATCH', /for arm panda, asked for arm so101/)
    const unnamed = await deploy(file('panda.onnx'))
    await expectFailure(unnamed, 2, 'ROBOT_ARM_INVALID', /panda, which has no servo bus/)
  })
})

describe('a network port that is in use', () => {
  let server: Server
  let port: number
  beforeAll(async () => {
    server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as { port: number }).port
  })
  afterAll(() => server.close())

  it('is named by the viewer, with another to try', async () => {
    const program = await run('view', '--port', String(port), '--json')
    await expectFailure(
      program,
      3,
      'BRIDGE_PORT_BUSY',
      new RegExp(`${port}.*another port, ${port + 1} say`),
    )
  })

  it('stops the demo before it starts an arm', async () => {
    const program = await run('demo', '--policy', 'scripted', '--port', String(port), '--json')
    await expectFailure(program, 3, 'BRIDGE_PORT_BUSY', new RegExp(String(port)))
  })

  it('is named by the twin, and leaves no device', async () => {
    const link = file('busy-link')
    const program = await run('twin', 'so101', '--stream', `127.0.0.1:${port}`, '--link', link)
    await expectFailure(program, 3, 'BRIDGE_PORT_BUSY', new RegExp(String(port)))
    expect(readdirSync(folder)).not.toContain('busy-link')
  })
})

describe('a place that cannot be written to', () => {
  it('ends training before it began when a part of the path is a file', async () => {
    const program = await run('train', 'push-so101', '--out', file('arm.yaml/run'), '--json')
    await expectFailure(program, 2, 'BRIDGE_DISK', /arm\.yaml/)
  })

  it.skipIf(isRoot)(
    `ends training without the right to write${isRoot ? ' (skipped: root may write anywhere)' : ''}`,
    async () => {
      mkdirSync(file('locked'), { mode: 0o555 })
      const program = await run('train', 'push-so101', '--out', file('locked/run'))
      await expectFailure(program, 2, 'BRIDGE_DISK', /no permission/)
    },
  )

  it('does not lose an evaluation whose card cannot be written', async () => {
    const card = file('arm.yaml/card.jsonl')
    const options = ['--episodes', '2', '--randomization', 'none', '--append', card]
    const program = await run('eval', 'still', ...options)
    await expectFailure(program, 2, 'BRIDGE_DISK', /card\.jsonl/)
    expect(program.stdout).toContain('still in rapier: 2 episodes')
  })
})

describe('a folder that is no run', () => {
  it('is not resumed', async () => {
    await expectFailure(await run('train', '--resume', file('nowhere')), 2, 'CONFIG_FILE_MISSING')
    mkdirSync(file('empty'))
    writeFileSync(file('empty/config.yaml'), '')
    await expectFailure(
      await run('train', '--resume', file('empty'), '--json'),
      2,
      'CONFIG_INVALID',
    )
    expect(readdirSync(file('empty'))).toEqual(['config.yaml'])
  })
})

describe('a machine without a browser', () => {
  it('is told how to get one, and is ready all the same', async () => {
    const program = start(['doctor', '--json'], { ...process.env, PATH: folder })
    expect(await program.ended).toBe(0)
    const browser = program.events.find(({ name }) => name === 'chromium')
    expect(browser).toMatchObject({ status: 'absent', hint: 'apt install chromium' })
    expect(program.events.at(-1)).toMatchObject({ type: 'result', ready: true })
  })
})
