import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../../../bridge/init/create-project.node.ts'
import { packageRoot, packageVersion } from '../../../configs/load/load.node.ts'
import { loadTrainConfig, resolveTrainJob } from '../../../policy/learning/train-job.node.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { importTask } from '../../../sim/tasks/import-task.node.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { createInstalledFolder } from '../../installed-folder.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sim2arm-init-'))
const installed = createInstalledFolder()
afterAll(() => {
  for (const folder of [scratch, installed]) rmSync(folder, { recursive: true })
})

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

describe('a new project', () => {
  const folder = join(installed, 'My Arm!')
  beforeAll(() => void createProject(folder))

  it('is a package of ESM that depends on the version at hand', () => {
    expect(manifestOf(folder)).toMatchObject({
      name: 'my-arm',
      type: 'module',
      dependencies: { sim2arm: packageVersion() },
    })
  })

  it('names schemas that exist, for editors', () => {
    const yamls = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
    expect(yamls).toHaveLength(4)
    for (const file of yamls) {
      const [, path] = /^# yaml-language-server: \$schema=(\S+)/.exec(
        readFileSync(join(folder, file), 'utf8'),
      )!
      expect(existsSync(join(folder, path!)), path).toBe(true)
    }
  })

  it('has a task and an arm that fit each other, and a training config that names them', async () => {
    const before = process.cwd()
    const [taskFile, armFile] = [join(folder, 'clear.yaml'), join(folder, 'my-arm.yaml')]
    const task = loadTask(taskFile)
    const arm = loadArmDescription(armFile)
    const { definition, solver } = await importTask(task)
    expect(taskOnArm(task, arm.name, definition).parameters).toEqual({ radiusM: 0.08 })
    expect(solver).toBeTypeOf('function')
    const config = loadTrainConfig(join(folder, 'train.yaml'))
    expect([config.task, config.arm, config.randomization]).toEqual([
      'clear.yaml',
      'my-arm.yaml',
      'draws.yaml',
    ])
    const absolute = ['task', 'arm', 'randomization'].map(
      (key) => `${key}=${join(folder, String(config[key as 'task' | 'arm' | 'randomization']))}`,
    )
    resolveTrainJob(loadTrainConfig(join(folder, 'train.yaml'), absolute))
    expect(process.cwd()).toBe(before)
  })

  it('rests with the finger straight down where its YAML says: 20 cm in front, 5 cm up', () => {
    const model = compileArm(loadArmDescription(join(folder, 'my-arm.yaml')))
    const kinematics = new ArmKinematics(model)
    kinematics.forward(model.restPose)
    const { tip, approach } = kinematics
    for (const [i, expected] of [0.2, 0, 0.05].entries()) expect(tip[i]).toBeCloseTo(expected, 3)
    expect(approach[2]).toBeCloseTo(-1, 3)
  })

  it('is found by Node without an install below a folder that has the package, else it needs one', () => {
    expect(createProject(join(installed, 'second')).needsInstall).toBe(false)
    const alone = createProject(join(scratch, 'alone'))
    expect(alone.needsInstall).toBe(true)
    const { sim2arm } = manifestOf(alone.folder).dependencies as { sim2arm: string }
    expect(resolve(alone.folder, sim2arm.replace('file:', ''))).toBe(packageRoot())
  })

  it('takes a folder that is empty, and no other', () => {
    const taken = join(scratch, 'taken')
    mkdirSync(taken)
    createProject(taken)
    expect(() => createProject(taken)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_FOLDER_TAKEN', exitCode: 2 }),
    )
  })

  it('says when a folder cannot be made, and makes none', () => {
    const deep = join(scratch, 'no', 'such')
    expect(() => createProject(deep)).toThrow(expect.objectContaining({ code: 'BRIDGE_DISK' }))
    expect(existsSync(dirname(deep))).toBe(false)
  })
})
