import { asCodedError, CodedError } from '../../configs/load/coded-error.ts'
import { writePrintables } from './write-printables.node.ts'

/** `npm run printables -- FOLDER` */
function main([folder, ...rest]: readonly string[]): void {
  if (folder === undefined || rest.length > 0) {
    throw new CodedError('BRIDGE_USAGE', 'expected one folder to write into', {
      hint: 'for example npm run printables -- printables',
    })
  }
  for (const file of writePrintables(folder)) process.stdout.write(`${file}\n`)
}

try {
  main(process.argv.slice(2))
} catch (caught) {
  const error = asCodedError(caught) ?? new CodedError('BRIDGE_INTERNAL', String(caught))
  process.stderr.write(`${error.line}\n`)
  process.exitCode = error.exitCode
}
