/**
 * A policy as the bytes of one ONNX model. Writing is canonical, so reading can check everything: it
 * decodes the weights and the metadata, writes the file again from them and compares the bytes.
 */
import { CodedError } from '../../configs/load/coded-error.ts'
import { canonicalJson, observationSize, specHash } from '../../robot/io/spec.ts'
import {
  type ActorParameters,
  type ActorShape,
  actorTensorNames,
  memoryOf,
} from '../networks/actor-parameters.ts'
import { checkActorParameters } from '../networks/check-actor-parameters.ts'
import {
  POLICY_FORMAT_VERSIONS,
  type PolicyFacts,
  type PolicyMetadata,
  policyMetadataSchema,
} from './metadata.schema.ts'
import { actorFromTensors, actorToGraph, stateInputs } from './onnx.ts'
import { decodeModel, encodeModel } from './onnx-records.ts'
import { invalid } from './protobuf-reader.ts'
import { sha256Hex } from './sha256.ts'

const METADATA_KEY = 'sim2arm'
const ZERO_DIGEST = '0'.repeat(64)

export interface PolicyFile {
  readonly parameters: ActorParameters
  readonly metadata: PolicyMetadata
}

/** Throws POLICY_FILE_INVALID or POLICY_MISMATCH when parameters and metadata do not make a policy. */
export function writePolicyFile(policy: {
  readonly parameters: ActorParameters
  readonly metadata: PolicyFacts
}): Uint8Array {
  const { parameters, metadata } = policy
  const { shape } = parameters
  const unsigned = {
    arm: metadata.arm,
    task: metadata.task,
    control: metadata.control,
    training: metadata.training,
    seed: metadata.seed,
    commit: metadata.commit,
    evaluation: metadata.evaluation,
    formatVersion: formatVersion(shape),
    specHash: specHash(metadata.control),
    recurrentState: stateInputs(shape),
    network: { shape, normClip: parameters.normClip },
    digest: ZERO_DIGEST,
  }
  const checked = parseMetadata(unsigned)
  checkPolicy({ parameters, metadata: checked })
  return sign(parameters, checked).bytes
}

/**
 * Throws POLICY_FILE_INVALID for bytes that are no policy file of a known version, POLICY_FILE_EDITED
 * for one that was changed after it was written.
 */
export function readPolicyFile(bytes: Uint8Array): PolicyFile {
  const model = decodeModel(bytes, METADATA_KEY)
  const metadata = parseMetadata(parseJson(model.metadata))
  const { shape, normClip } = metadata.network
  const parameters = actorFromTensors(model.tensors, shape, normClip)
  checkPolicy({ parameters, metadata })
  const rewritten = sign(parameters, metadata)
  if (rewritten.digest !== metadata.digest || !areEqual(rewritten.bytes, bytes)) {
    throw new CodedError(
      'POLICY_FILE_EDITED',
      'the policy file was changed after it was written: its bytes do not match its digest',
      { hint: 'use the original file, or export the policy again from its run folder' },
    )
  }
  return { parameters, metadata }
}

/** Files that every version can read stay as they are. */
function formatVersion(shape: ActorShape): PolicyMetadata['formatVersion'] {
  return memoryOf(shape) === 'lstm' ? 1 : 2
}

function sign(
  parameters: ActorParameters,
  metadata: PolicyMetadata,
): { bytes: Uint8Array; digest: string } {
  const graph = actorToGraph(parameters)
  const encode = (digest: string) =>
    encodeModel(graph, METADATA_KEY, canonicalJson({ ...metadata, digest }))
  const digest = sha256Hex(encode(ZERO_DIGEST))
  return { bytes: encode(digest), digest }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('its metadata is not JSON')
  }
}

function parseMetadata(stored: unknown): PolicyMetadata {
  const version = (stored as { formatVersion?: unknown } | null)?.formatVersion
  if (!(POLICY_FORMAT_VERSIONS as readonly unknown[]).includes(version)) {
    throw new CodedError(
      'POLICY_FILE_INVALID',
      `expected policy format ${POLICY_FORMAT_VERSIONS.join(' or ')}, found ${JSON.stringify(version)}`,
      { hint: 'update sim2arm to read files of a newer format' },
    )
  }
  const result = policyMetadataSchema.safeParse(stored)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new CodedError(
    'POLICY_FILE_INVALID',
    `policy metadata at ${issue.path.join('.') || '(top)'}: ${issue.message}`,
    { hint: 'the file was not written by this program, or by another version of it' },
  )
}

/** Network, observation and action must fit each other, and every weight must be a number. */
function checkPolicy({ parameters, metadata }: PolicyFile): void {
  const { shape, tensors } = parameters
  checkActorParameters(parameters)
  const expected = [
    ['observation', observationSize(metadata.control), shape.observation],
    ['action', metadata.control.actionNames.length, shape.action],
  ] as const
  for (const [name, described, found] of expected) {
    if (described === found) continue
    throw new CodedError(
      'POLICY_MISMATCH',
      `the control spec describes ${described} ${name} entries, the network has ${found}`,
    )
  }
  if (canonicalJson(metadata.recurrentState) !== canonicalJson(stateInputs(shape))) {
    throw invalid('its recurrent state is not that of its network')
  }
  if (specHash(metadata.control) !== metadata.specHash) {
    throw invalid('its spec hash is not that of its control spec')
  }
  for (const name of actorTensorNames(parameters.shape)) {
    if (!tensors[name]!.every(Number.isFinite))
      throw invalid(`${name} holds a value that is no number`)
  }
  if (!tensors.normStd.every((std) => std > 0)) throw invalid('normStd must be positive')
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false
  return true
}
