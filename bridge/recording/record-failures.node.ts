import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { onDisk } from '../../configs/load/disk-error.ts'
import { packageVersion } from '../../configs/load/load.node.ts'
import { FAILURE_KINDS } from '../../policy/evaluate/failure-kinds.ts'
import type { KnownFailure } from '../deploy/failure-watch.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { encodeRecording } from './encode-recording.ts'

/** What the episodes were drawn from; with the number of one it names its draw. */
export interface FailureFacts {
  readonly world: string
  readonly randomization: string
  readonly hasPerfectSensing: boolean
  readonly seed: number
}

/** Makes the folder that recordings are to come into. Throws BRIDGE_DISK: before minutes of work, not after them. */
export function makeFailureFolder(folder: string): void {
  onDisk(`cannot make ${folder}`, () => mkdirSync(folder, { recursive: true }))
  onDisk(`cannot write ${folder}`, () => accessSync(folder, constants.W_OK))
}

/**
 * Writes a recording of each kind of failure that was filmed, `push-so101.late.mcap`, in place of all that an evaluation
 * before wrote of the same name. Throws BRIDGE_DISK.
 *
 * @param folder - made by `makeFailureFolder`
 * @returns file names by kind
 */
export async function recordFailures(
  folder: string,
  actor: TaskActor,
  failures: readonly KnownFailure[],
  facts: FailureFacts,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  const version = packageVersion()
  const fileOf = (kind: string) => `${nameOf(actor)}.${kind}.mcap`
  for (const kind of Object.keys(FAILURE_KINDS)) {
    onDisk(`cannot write ${folder}`, () => rmSync(join(folder, fileOf(kind)), { force: true }))
  }
  for (const { kind, episode, film } of failures) {
    if (film === undefined) continue
    const bytes = await encodeRecording(`sim2arm ${version}`, film.messages, {
      version,
      policy: actor.name,
      policyDigest: actor.file?.metadata.digest ?? '',
      task: actor.task.name,
      control: JSON.stringify(actor.spec.control),
      world: facts.world,
      randomization: facts.randomization,
      hasPerfectSensing: String(facts.hasPerfectSensing),
      seed: String(facts.seed),
      episode: String(episode),
      failure: kind,
      scene: JSON.stringify(film.scene),
    })
    const file = fileOf(kind)
    onDisk(`cannot write ${join(folder, file)}`, () => writeFileSync(join(folder, file), bytes))
    files[kind] = file
  }
  return files
}

/** A policy by its file, `push-so101`; who is no file by task and arm too, `scripted-stack-so101`. */
const nameOf = ({ arm, file, name, task }: TaskActor): string =>
  file === undefined ? `${name}-${task.name}-${arm.name}` : basename(name, '.onnx')
