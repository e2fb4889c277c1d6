import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import type { ObjectEye, TouchResult } from '../../robot/calibration/touch-arm.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { createDialog } from './calibration-dialog.ts'
import type { CommandContext, CommandOption, CommandOutcome } from './command.ts'
import { parseAssignment } from './option-values.ts'

const DEG = Math.PI / 180

const DEFAULT_SHEET = 'table-sheet'

export const TOUCH_OPTIONS: readonly CommandOption[] = [
  { flags: '--touch', description: 'refine a calibration: a hand puts the tip on printed points' },
  { flags: '--calibration <file>', description: 'with --touch: what to refine, ours or LeRobot’s' },
  {
    flags: '--sheet <name>',
    description: `with --touch: the sheet with the points, as npm run printables prints it (default ${DEFAULT_SHEET})`,
  },
  {
    flags: '--sensor <name=uri>',
    description: 'with --touch: object=rosbridge://host:port/topic, to find its camera too',
  },
  { flags: '--camera <file>', description: 'with --sensor: where to write the camera’s place' },
]

/** What says nothing about a calibration by hand alone. */
export const TOUCH_ONLY = ['calibration', 'sheet', 'sensor', 'camera']

/** Joint zeros from touches, and where a camera stands. Nothing moves by itself. */
export async function touch(
  { options, out, signal }: Pick<CommandContext, 'options' | 'out' | 'signal'>,
  { arm, file, port }: { arm: ArmDescription; file: string; port: string },
): Promise<CommandOutcome> {
  const [
    { loadConfig },
    { loadCalibration, saveCalibration },
    { tableSheetSchema },
    { touchArm },
    { RealClock },
    { createSerialDriver },
  ] = await Promise.all([
    import('../../configs/load/load.node.ts'),
    import('../../robot/calibration/load-calibration.node.ts'),
    import('../../robot/calibration/table-sheet.schema.ts'),
    import('../../robot/calibration/touch-arm.ts'),
    import('../../robot/model/real-clock.node.ts'),
    import('../deploy/serial-driver.node.ts'),
  ])
  const calibration = loadCalibration(options['calibration'] as string | undefined, arm)
  const sheetName = (options['sheet'] as string | undefined) ?? DEFAULT_SHEET
  const sheet = loadConfig('sheets', sheetName, tableSheetSchema)
  const clock = new RealClock()
  const eye = await openEye(options['sensor'] as string | undefined, arm, clock, signal)
  const driver = createSerialDriver(port, arm, calibration, clock)
  const dialog = createDialog(out, signal)
  try {
    await driver.open(signal)
    const measuredAt = new Date().toISOString()
    const facts = { driver, arm, calibration, sheet, dialog, measuredAt, ...(eye && { eye }) }
    const result = await touchArm(facts)
    saveCalibration(file, result.ours)
    for (const line of describe(result, sheet.touchPoints)) out.line(line)
    const cameraFile = options['camera'] as string | undefined
    const camera = result.camera && (await describeCamera(result.camera))
    if (camera !== undefined && cameraFile !== undefined) {
      const text = stringify({ frames: camera.frames })
      onDisk(`cannot write ${cameraFile}`, () => writeFileSync(cameraFile, text))
    }
    const { fit, seenJoints } = result
    return {
      result: {
        ...{ arm: arm.name, port, file, residualM: fit.residualM, seenJoints },
        distanceM: fit.distanceM,
        zeroRad: fit.zeroRad,
        sigmaRad: fit.sigmaRad,
        sheet: fit.sheet,
        camera: camera ?? null,
      },
      summary: `Wrote ${file}. Tip and points agree to ${millimetres(fit.residualM)}. The arm is limp.`,
    }
  } finally {
    dialog.close()
    await driver.close()
    await eye?.close()
  }
}

type Eye = ObjectEye & { close(): Promise<void> }

async function openEye(
  text: string | undefined,
  arm: ArmDescription,
  clock: import('../../robot/model/real-clock.node.ts').RealClock,
  signal: AbortSignal,
): Promise<Eye | undefined> {
  if (text === undefined) return undefined
  const [{ parseSensorUri }, { openRosbridgeEye }, { loadTask }, { armSection }] =
    await Promise.all([
      import('../streams/index.ts'),
      import('./rosbridge-eye.ts'),
      import('../../sim/tasks/load-task.node.ts'),
      import('../../sim/tasks/resolve-task.ts'),
    ])
  const { name, value } = parseAssignment(text)
  const uri = parseSensorUri(value)
  if (name !== 'object' || uri.kind !== 'rosbridge') {
    throw new CodedError('ROBOT_SENSOR_INVALID', `cannot look through ${text}`, {
      hint: 'use --sensor object=rosbridge://host:port/topic',
    })
  }
  const [object] = armSection(loadTask('push'), arm.name).objects
  return openRosbridgeEye({ ...uri, middleM: object!.halfSizeM[2], clock, signal })
}

function* describe(
  { fit, ours, seenJoints }: TouchResult,
  points: readonly { readonly name: string }[],
): Generator<string> {
  const { distanceM, sheet, sigmaRad, zeroRad } = fit
  for (const [k, { name }] of points.entries()) {
    yield `point ${name}  ${millimetres(distanceM[k]!)}`
  }
  const names = Object.keys(ours.joints)
  for (const [i, zero] of zeroRad.entries()) {
    const name = names[i]!.padEnd(14)
    if (!seenJoints.includes(names[i]!)) yield `${name} the touches do not tell`
    else yield `${name} zero off by ${degrees(zero)}, give or take ${degrees(sigmaRad[i]!)}`
  }
  const { xM, yM, yawRad } = sheet
  yield `the sheet lies at ${millimetres(xM)}, ${millimetres(yM)}, turned by ${degrees(yawRad)}`
}

/** In the form that sensor configs have. */
async function describeCamera({
  frame,
  position,
  quaternion,
  residualM,
}: NonNullable<TouchResult['camera']>) {
  const { rpyFromQuaternion } = await import('../../robot/model/pose.ts')
  const rpyRad = new Float64Array(3)
  rpyFromQuaternion(quaternion, rpyRad)
  const frames = { [frame]: { positionM: [...position], rpyRad: [...rpyRad] } }
  return { frames, residualM }
}

const millimetres = (lengthM: number): string => `${(lengthM * 1000).toFixed(1)} mm`
const degrees = (angleRad: number): string => `${(angleRad / DEG).toFixed(2)}°`
