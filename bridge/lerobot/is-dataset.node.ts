import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { FILES } from './dataset-layout.ts'

/** Whether a path is a LeRobotDataset's folder. */
export const isDataset = (path: string): boolean => existsSync(join(path, FILES.info))
