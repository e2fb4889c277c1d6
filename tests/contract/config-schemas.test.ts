import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { deploySchema } from '../../bridge/deploy/deploy.schema.ts'
import { evidenceSchema } from '../../bridge/evidence/evidence.schema.ts'
import { printablesSchema } from '../../bridge/printables/printables.schema.ts'
import { armMeshSchema } from '../../bridge/viewer/meshes/arm-mesh.schema.ts'
import { listConfigs } from '../../configs/load/load.node.ts'
import { AlgorithmSchema } from '../../policy/algorithms/stages.schema.ts'
import { TrainConfigSchema } from '../../policy/learning/train-config.schema.ts'
import { tableSheetSchema } from '../../robot/calibration/table-sheet.schema.ts'
import { servoSchema } from '../../robot/identification/servo.schema.ts'
import { armSchema } from '../../robot/model/arm.schema.ts'
import { leaderSchema } from '../../robot/model/leader.schema.ts'
import { urdfArmSchema } from '../../robot/model/urdf/urdf-arm.schema.ts'
import { sensorSchema } from '../../robot/sensors/sensor.schema.ts'
import { randomizationSchema } from '../../sim/randomization/randomization.schema.ts'
import { taskSchema } from '../../sim/tasks/task.schema.ts'
import { realitySchema } from '../../sim/world/reality.schema.ts'
import { ROOT } from './source-files.ts'

const SCHEMAS = {
  algorithms: AlgorithmSchema,
  arms: z.union([armSchema, urdfArmSchema]),
  deploy: deploySchema,
  evidence: evidenceSchema,
  leaders: leaderSchema,
  meshes: armMeshSchema,
  printables: printablesSchema,
  sheets: tableSheetSchema,
  randomization: randomizationSchema,
  realities: realitySchema,
  sensors: sensorSchema,
  servos: servoSchema,
  tasks: taskSchema,
  train: TrainConfigSchema,
}

/** Editors read these; `npx vitest run tests/contract/config-schemas.test.ts -u` writes them. */
describe.each(Object.entries(SCHEMAS))('configs/schemas/%s.json', (kind, schema) => {
  it('says what the loader accepts', async () => {
    const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'ref' })
    const text = `${JSON.stringify(described, null, 2)}\n`
    await expect(text).toMatchFileSnapshot(join(ROOT, 'configs', 'schemas', `${kind}.json`))
  })

  it('is named by every shipped config of its kind', () => {
    const names = listConfigs(kind)
    expect(names).not.toEqual([])
    for (const name of names) {
      const [first] = readFileSync(join(ROOT, 'configs', kind, `${name}.yaml`), 'utf8').split('\n')
      expect(first, name).toBe(`# yaml-language-server: $schema=../schemas/${kind}.json`)
    }
  })
})
