import { join } from 'node:path'
import { asCodedError, CodedError } from '../../configs/load/coded-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { writeApi } from './write-api.node.ts'

/** `npm run docs [-- FILE]` */
try {
  const file = process.argv[2] ?? join(packageRoot(), 'dist', 'api.html')
  writeApi(file)
  process.stdout.write(`${file}\n`)
} catch (caught) {
  const error = asCodedError(caught) ?? new CodedError('BRIDGE_INTERNAL', String(caught))
  process.stderr.write(`${error.line}\n`)
  process.exitCode = error.exitCode
}
