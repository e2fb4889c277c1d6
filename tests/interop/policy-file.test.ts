import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../configs/load/load.node.ts'
import { describeArm } from '../../policy/file/describe-arm.ts'
import { loadPolicyFile, savePolicyFile } from '../../policy/file/policy-file.node.ts'
import { createPolicy } from '../../policy/runtime/policy.ts'
import {
  createMeasurement,
  type ObjectMeasurement,
  writeObservation,
} from '../../robot/io/observation.ts'
import { createControlSpec, observationSize } from '../../robot/io/spec.ts'
import { ToolController } from '../../robot/io/tool-controller.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../sim/tasks/task.schema.ts'
import { FACTS, randomParameters } from '../policy/file/policy-fixture.ts'

/** A Python with onnxruntime and numpy (and onnx, for its checker): SIM2ARM_PYTHON, or python3. */
const { SIM2ARM_PYTHON: python = 'python3' } = process.env
const canImport = (modules: string) => spawnSync(python, ['-c', `import ${modules}`]).status === 0
const hasRuntime = canImport('onnxruntime, numpy')
const hasChecker = canImport('onnx')
const skipped = (isPossible: boolean, packages: string) =>
  isPossible ? '' : ` (skipped: needs ${python} -m pip install ${packages})`
const client = join(import.meta.dirname, 'python_client.py')
const STEPS = 60

describe('a policy file outside this program', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'policy-interop-'))
  })

  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it.skipIf(!hasChecker)(`passes the ONNX checker${skipped(hasChecker, 'onnx')}`, () => {
    const path = join(folder, 'checked.onnx')
    savePolicyFile(path, policyOn('so101').policy)
    const check = 'import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)'
    const { stderr, status } = spawnSync(python, ['-c', check, path], { encoding: 'utf8' })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  })

  it.skipIf(!hasRuntime).each(['so101', 'panda'])(
    `gives a Python client our joint targets to 1e-4 rad (%s)${skipped(hasRuntime, 'onnxruntime numpy')}`,
    (arm) => {
      const path = join(folder, `${arm}.onnx`)
      const { policy, model } = policyOn(arm)
      savePolicyFile(path, policy)
      const { episode, targets } = play(path, model)
      const episodePath = join(folder, `${arm}.json`)
      writeFileSync(episodePath, JSON.stringify(episode))
      const run = spawnSync(python, [client, path, episodePath], {
        encoding: 'utf8',
        env: { ...process.env, OPENBLAS_NUM_THREADS: '1' },
      })
      expect(run.stderr).toBe('')
      const theirs = JSON.parse(run.stdout) as number[][]
      expect(theirs.length).toBe(STEPS)
      let worst = 0
      theirs.forEach((target, step) => {
        target.forEach((q, i) => {
          worst = Math.max(worst, Math.abs(q - targets[step]![i]!))
        })
      })
      expect(worst).toBeLessThan(1e-4)
      const travel = model.jointNames.map((_, i) => spread(targets.map((target) => target[i]!)))
      expect(Math.max(...travel)).toBeGreaterThan(0.3)
    },
  )

  it('needs less than 100 lines of Python', () => {
    expect(readFileSync(client, 'utf8').trimEnd().split('\n').length).toBeLessThan(100)
  })
})

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values)
}

function policyOn(arm: string) {
  const model = compileArm(loadArmDescription(arm))
  const control = createControlSpec(
    model,
    taskOnArm(loadConfig('tasks', 'push', taskSchema), arm).control,
  )
  const shape = {
    observation: observationSize(control),
    embed: 32,
    hidden: 32,
    head: 32,
    action: 3,
  }
  const parameters = randomParameters(shape)
  parameters.tensors.normStd.fill(0.2)
  parameters.tensors.outW.forEach((w, k, all) => {
    all[k] = 4 * w
  })
  const facts = {
    ...FACTS,
    arm: { name: arm, servoRegisters: {}, model: describeArm(model) },
    control,
  }
  return { model, policy: { parameters, metadata: facts } }
}

/** An arm that follows its targets with a lag, and an object that is seen irregularly. */
function play(path: string, model: ReturnType<typeof compileArm>) {
  const random = new RandomStream(5)
  const policy = createPolicy(loadPolicyFile(path))
  const { control: spec } = policy.metadata
  const controller = new ToolController(model, spec.control.action)
  const q = Float64Array.from(model.restPose)
  const goal = Float64Array.of(0.25, -0.1)
  const object: ObjectMeasurement = {
    ...createMeasurement(),
    xM: 0.2,
    yM: 0.05,
    ageS: 0.05,
    isFresh: true,
  }
  const observation = new Float32Array(observationSize(spec))
  const state = new Float32Array(policy.stateSize)
  const action = new Float32Array(3)
  const episode: unknown[] = []
  const targets: number[][] = []
  controller.reset(q)
  for (let step = 0; step < STEPS; step++) {
    object.xM += 0.003 * random.normal()
    object.isFresh = random.uniform() < 0.6
    object.ageS = object.isFresh ? 0.06 : object.ageS + 0.4
    controller.measure(q)
    writeObservation(spec, controller, q, [object], goal, observation, 0)
    policy.step(observation, state, action)
    controller.step(action, 0, q)
    const { xM, yM, ageS, isFresh } = object
    episode.push({ q: [...q], object: [xM, yM, ageS, Number(isFresh)], goal: [...goal] })
    targets.push([...controller.setpoint])
    for (let i = 0; i < q.length; i++) {
      q[i] = q[i]! + 0.4 * (controller.setpoint[i]! - q[i]!) + 0.002 * random.normal()
    }
  }
  return { episode, targets }
}
