import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { stringify } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { listConfigs, loadConfig } from '../../configs/load/load.node.ts'
import { type ServoDescription, servoSchema } from './servo.schema.ts'
import { parseServoLog, type ServoLog } from './servo-log.ts'

const LOG = /\.json(\.gz)?$/

/**
 * The servo logs at some paths: JSON files, also gzipped, or folders of them, in the order given and by name.
 * Throws ROBOT_LOG_INVALID, CONFIG_FILE_MISSING.
 */
export function loadServoLogs(paths: readonly string[]): ServoLog[] {
  return paths.flatMap(logFiles).map((file) => {
    const bytes = readable(file, () => readFileSync(file))
    const text = file.endsWith('.gz') ? unzipped(bytes, file) : bytes.toString('utf8')
    return parseServoLog(text, basename(file).replace(LOG, ''))
  })
}

/** The servo `configs/servos/<name>.yaml`, or the file at a path. */
export function loadServo(nameOrPath: string, set: readonly string[] = []): ServoDescription {
  return loadConfig('servos', nameOrPath, servoSchema, { set })
}

/** The shipped servo that logs are of, by the name that they carry. Throws BRIDGE_OPTION_MISSING. */
export function servoNameOf(logs: readonly ServoLog[]): string {
  const known = listConfigs('servos')
  const names = [...new Set(logs.map(({ servo }) => servo))]
  if (names.length === 1 && known.includes(names[0]!)) return names[0]!
  throw new CodedError(
    'BRIDGE_OPTION_MISSING',
    `expected logs of one servo of configs/servos, found ${names.join(', ')}`,
    {
      hint: `--servo ${known.join(', ')}, or the file of your own`,
    },
  )
}

/** Throws BRIDGE_DISK. */
export function saveServo(file: string, servo: ServoDescription): void {
  const text = stringify(servo, { lineWidth: 110 })
  onDisk(`cannot write ${file}`, () => writeFileSync(file, text))
}

function logFiles(path: string): string[] {
  if (!readable(path, () => statSync(path)).isDirectory()) return [path]
  const files = readdirSync(path).filter((file) => LOG.test(file))
  if (files.length === 0) {
    throw new CodedError('ROBOT_LOG_INVALID', `no log in the folder ${path}`, {
      hint: 'logs end in .json or .json.gz',
    })
  }
  return files.sort().map((file) => join(path, file))
}

function unzipped(bytes: Buffer, file: string): string {
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch (cause) {
    const hint = 'was the file cut short?'
    throw new CodedError('ROBOT_LOG_INVALID', `${file} is no gzip file`, { hint, cause })
  }
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const message = `expected a readable log at ${path}`
    throw new CodedError('CONFIG_FILE_MISSING', message, { hint: 'check the path', cause })
  }
}
