import type { PolicyFacts } from '../../../policy/file/metadata.schema.ts'
import {
  type ActorParameters,
  type ActorShape,
  actorTensorNames,
  actorTensorShapes,
} from '../../../policy/networks/actor-parameters.ts'
import { type ControlSpec, observationSize } from '../../../robot/io/spec.ts'
import { RandomStream } from '../../../robot/model/random.ts'

/** A control spec of an invented two-joint arm; 5 observations, 3 actions. */
export const SPEC: ControlSpec = {
  version: 1,
  arm: 'two-joint',
  joints: ['shoulder', 'elbow'],
  observation: [
    { name: 'jointPosition', size: 2, unit: 'rad', frame: 'joint' },
    { name: 'objectPosition', size: 2, unit: 'm', frame: 'base' },
    { name: 'objectAge', size: 1, unit: 's', frame: 'none' },
  ],
  actionNames: ['toolStepX', 'toolStepY', 'toolHeight'],
  control: {
    policyRateHz: 25,
    setpointRateHz: 50,
    action: {
      kind: 'tool',
      stepM: 0.01,
      height: { centreM: 0.02, spanM: 0.04, minM: 0.005, maxM: 0.06, stepM: 0.006 },
      workspace: { radiusMinM: 0.1, radiusMaxM: 0.3, xMinM: 0.05, yMaxM: 0.2 },
      lean: { maxRad: 0.6, startM: 0.2, spanM: 0.1, limit: 1 },
      feedForwardJoints: ['shoulder'],
      trim: { joints: [], gain: 0, maxRad: 0, maxErrorRad: 0.15, lagAlpha: 0.33 },
    },
  },
}

export const SMALL_SHAPE: ActorShape = {
  observation: observationSize(SPEC),
  embed: 8,
  hidden: 12,
  head: 6,
  action: 3,
}

export const FACTS: PolicyFacts = {
  arm: {
    name: 'two-joint',
    supplyV: 7.4,
    servoRegisters: { shoulder: { P_COEFFICIENT: 16 } },
    model: {
      joints: [],
      tool: { joint: 0, positionM: [0, 0, 0.1], approach: [0, 0, 1] },
    },
  },
  task: 'push',
  control: SPEC,
  training: { algorithm: 'ppo', learningRate: 0.0015, note: 'größer' },
  seed: 7,
  commit: '0123abc',
  evaluation: { success: { '0.05': { rate: 0.96, low: 0.95, high: 0.97 } } },
}

/** Weights from a fixed seed, as large as PyTorch's initial ones (standard deviation 1/√(3 · inputs)). */
export function randomParameters(shape: ActorShape, normClip = 5): ActorParameters {
  const random = new RandomStream(11, 1)
  const shapes = actorTensorShapes(shape)
  const drawn = actorTensorNames(shape).map((name) => {
    const dimensions = shapes[name]!
    const scale = dimensions.length === 2 ? 1 / Math.sqrt(3 * dimensions[0]!) : 0.1
    const length = dimensions.reduce((a, b) => a * b, 1)
    return [name, Float32Array.from({ length }, () => scale * random.normal())] as const
  })
  const tensors = Object.fromEntries(drawn) as Record<(typeof drawn)[number][0], Float32Array>
  const normStd = tensors.normStd.map((x) => 0.4 + Math.abs(x))
  return { shape, normClip, tensors: { ...tensors, normStd } }
}

/** Observations of `steps` steps, [steps][batch · size]; some beyond the normaliser's clip. */
export function randomObservations(steps: number, length: number): Float32Array[] {
  const random = new RandomStream(12, 2)
  return Array.from({ length: steps }, () =>
    Float32Array.from({ length }, () => 2 * random.normal()),
  )
}
