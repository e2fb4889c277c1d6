import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { unknownNameHint } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import { listConfigs, loadConfig, readConfigText } from '../../configs/load/load.node.ts'
import { parseConfig } from '../../configs/load/parse-config.ts'
import { type ArmDescription, armSchema } from './arm.schema.ts'
import { checkPoses } from './check-poses.ts'
import { leaderSchema } from './leader.schema.ts'
import { armOfLeader } from './leader-arm.ts'
import { readUrdf } from './urdf/read-urdf.ts'
import { type UrdfArmDescription, urdfArmSchema } from './urdf/urdf-arm.schema.ts'
import { armFromUrdf } from './urdf/urdf-arm.ts'

/**
 * The arm `configs/arms/<name>.yaml`, or the file at a path, checked; with `urdf` in it, joined with its URDF. A name
 * of `configs/leaders` is the arm that the leader is.
 */
export function loadArmDescription(nameOrPath: string): ArmDescription {
  if (listConfigs('leaders').includes(nameOrPath)) {
    const leader = loadConfig('leaders', nameOrPath, leaderSchema)
    return armOfLeader(leader, loadArmDescription(leader.arm))
  }
  const arm = readDescription(nameOrPath)
  checkPoses(arm)
  return arm
}

function readDescription(nameOrPath: string): ArmDescription {
  const { file, text } = readConfigText('arms', nameOrPath)
  if (!/^urdf\s*:/m.test(text)) {
    const arm = parseConfig(text, armSchema, { file })
    checkMesh(arm, file)
    return arm
  }
  const arm = parseConfig(text, urdfArmSchema, { file })
  checkMesh(arm, file)
  const urdfFile = resolveFile(arm, dirname(file), arm.urdf)
  const robot = readUrdf(readFile(urdfFile, 'URDF').toString('utf8'), urdfFile)
  return armFromUrdf(arm, robot, (mesh) =>
    readFile(resolveFile(arm, dirname(file), mesh, dirname(urdfFile)), 'mesh'),
  )
}

function checkMesh({ mesh }: Pick<ArmDescription, 'mesh'>, file: string): void {
  const known = listConfigs('meshes')
  if (mesh === undefined || known.includes(mesh)) return
  throw new CodedError('CONFIG_UNKNOWN_NAME', `${file}: no mesh "${mesh}" in configs/meshes`, {
    hint: unknownNameHint(mesh, known),
  })
}

/** @param folder - of the arm's YAML; @param from - what plain paths start from, by default the same */
function resolveFile(arm: UrdfArmDescription, folder: string, path: string, from = folder): string {
  const inPackage = /^package:\/\/([^/]+)\/(.+)$/.exec(path)
  if (inPackage === null) return resolve(from, path.replace(/^file:\/\//, ''))
  const [, name, rest] = inPackage as unknown as [string, string, string]
  const root = arm.packages[name]
  if (root === undefined) {
    throw new CodedError('ROBOT_ARM_INVALID', `${arm.name}: the package of ${path} is not known`, {
      hint: `write its folder under packages: { ${name}: … }`,
    })
  }
  return resolve(folder, root, rest)
}

function readFile(file: string, what: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new CodedError('CONFIG_FILE_MISSING', `expected a readable ${what} at ${file}`, {
      hint: "check the path in the arm's YAML or in its URDF",
      cause,
    })
  }
}
