import { z } from 'zod'
import { controlSchema } from '../../robot/io/control.schema.ts'
import type { ControlSpec } from '../../robot/io/spec.ts'

/** What a policy file says about itself: the JSON under `sim2arm` in the ONNX `metadata_props`. */

/**
 * Versions that readers know. 1: the memory is an LSTM. 2: it is one of the others. Writers take the lowest
 * that can say what they write.
 */
export const POLICY_FORMAT_VERSIONS = [1, 2] as const

const size = z.int().positive()

const controlSpecSchema = z.strictObject({
  version: z.literal(1),
  arm: z.string(),
  joints: z.array(z.string()).min(1),
  observation: z.array(
    z.strictObject({
      name: z.string(),
      size,
      unit: z.enum(['rad', 'm', 's', '1']),
      frame: z.enum(['joint', 'base', 'object', 'none']),
    }),
  ),
  actionNames: z.array(z.string()),
  control: controlSchema,
})

const vector3 = z.array(z.number()).length(3)

/** Active joints in base-to-tool order; frames as in `robot/model/arm.ts`, quaternions x, y, z, w. */
const armModelSchema = z.strictObject({
  joints: z.array(
    z.strictObject({
      name: z.string(),
      /** Index of the joint that carries this one, -1 for the base. */
      parent: z.int().min(-1),
      isPrismatic: z.boolean(),
      /** Joint frame in the parent's link frame. */
      originM: vector3,
      originQuaternion: z.array(z.number()).length(4),
      /** Unit, in the joint frame. */
      axis: vector3,
      /** Limits and rest pose [rad or m]. */
      lower: z.number(),
      upper: z.number(),
      rest: z.number(),
      /** Nominal mass and centre of mass of the moved link, in its frame. */
      massKg: z.number(),
      comM: vector3,
      stiffnessNmPerRad: z.number(),
    }),
  ),
  /** Tool point and direction out of the wrist, in the link frame of joint `joint`. */
  tool: z.strictObject({ joint: z.int(), positionM: vector3, approach: vector3 }),
  /** Only of a policy that opens and closes a gripper: its joint, open and closed [rad or m]. */
  gripper: z.strictObject({ joint: z.int(), open: z.number(), closed: z.number() }).optional(),
  /** Joints that follow another: q[follower] = ratio · q[leader] + offset. */
  mimics: z
    .array(
      z.strictObject({
        leader: z.int(),
        follower: z.int(),
        ratio: z.number(),
        offset: z.number(),
      }),
    )
    .optional(),
})

export type StoredArmModel = z.infer<typeof armModelSchema>

const armSchema = z.strictObject({
  name: z.string(),
  /** Supply the policy was trained for [V]; absent for an arm with its own controller. */
  supplyV: z.number().positive().optional(),
  /** Servo registers per joint, by the vendor's names: written, read back and compared before a run. */
  servoRegisters: z.record(z.string(), z.record(z.string(), z.int())),
  /** Nominal kinematics, masses and stiffness: what turns actions into joint targets. */
  model: armModelSchema,
})

const networkSchema = z.strictObject({
  shape: z
    .strictObject({
      observation: size,
      embed: size,
      hidden: size,
      head: size,
      action: size,
      /** Format 2; an LSTM where it is left out. */
      memory: z.enum(['gru', 'none', 'history']).exactOptional(),
      /** Observations that a history sees. */
      frames: size.min(2).exactOptional(),
    })
    .refine(({ memory, frames }) => (memory === 'history') === (frames !== undefined), {
      message: 'frames must be there for a history, and only there',
    }),
  /** Normalised observations are clipped to ± this. */
  normClip: z.number().positive(),
})

export const policyMetadataSchema = z.strictObject({
  formatVersion: z.literal(POLICY_FORMAT_VERSIONS),
  arm: armSchema,
  task: z.string(),
  control: controlSpecSchema,
  /** `specHash` of `control`. */
  specHash: z.string(),
  /** Shapes per environment of the inputs that carry it, if any; zeros begin an episode. */
  recurrentState: z.strictObject({
    h: z.tuple([size]).exactOptional(),
    c: z.tuple([size]).exactOptional(),
    history: z.tuple([size]).exactOptional(),
  }),
  network: networkSchema,
  /** Resolved training config. */
  training: z.record(z.string(), z.json()),
  seed: z.int(),
  commit: z.string(),
  /** Figures of the evaluation the policy was kept for. */
  evaluation: z.record(z.string(), z.json()),
  /** SHA-256 of the whole file, computed with 64 zeros in this place. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
})

type StoredMetadata = z.infer<typeof policyMetadataSchema>

/** What the writer is told; the rest of the metadata follows from the network and the bytes. */
export interface PolicyFacts {
  readonly arm: Readonly<StoredMetadata['arm']>
  readonly task: string
  readonly control: ControlSpec
  readonly training: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly commit: string
  readonly evaluation: Readonly<Record<string, unknown>>
}

export interface PolicyMetadata extends PolicyFacts {
  readonly formatVersion: (typeof POLICY_FORMAT_VERSIONS)[number]
  readonly specHash: string
  readonly recurrentState: StoredMetadata['recurrentState']
  readonly network: StoredMetadata['network']
  readonly digest: string
}
