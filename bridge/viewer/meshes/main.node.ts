import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asCodedError, CodedError } from '../../../configs/load/coded-error.ts'
import { listConfigs, loadConfig, packageRoot } from '../../../configs/load/load.node.ts'
import { armMeshSchema } from './arm-mesh.schema.ts'
import { buildArmMesh } from './build-arm-mesh.node.ts'

/** `npm run meshes -- FOLDER [NAME…]` */
async function main([clones, ...names]: readonly string[]): Promise<void> {
  if (clones === undefined) {
    throw new CodedError('BRIDGE_USAGE', 'expected the folder with clones of the makers’ files', {
      hint: 'for example npm run meshes -- .. so101',
    })
  }
  for (const name of names.length > 0 ? names : listConfigs('meshes')) {
    const glb = await buildArmMesh(loadConfig('meshes', name, armMeshSchema), clones)
    const file = join(packageRoot(), 'configs', 'meshes', `${name}.glb`)
    writeFileSync(file, glb)
    process.stdout.write(`${file} ${Math.round(glb.byteLength / 1000)} kB\n`)
  }
}

try {
  await main(process.argv.slice(2))
} catch (caught) {
  const error = asCodedError(caught) ?? new CodedError('BRIDGE_INTERNAL', String(caught))
  process.stderr.write(`${error.line}\n`)
  process.exitCode = error.exitCode
}
