import { loadConfig } from '../../configs/load/load.node.ts'
import { type DeployConfig, deploySchema } from './deploy.schema.ts'

/** How an arm is run: `configs/deploy/<arm>.yaml`, or the file at a path. */
export function loadDeployConfig(nameOrPath: string, set: readonly string[] = []): DeployConfig {
  return loadConfig('deploy', nameOrPath, deploySchema, { set })
}
