import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { onDisk } from '../../configs/load/disk-error.ts'
import { packageVersion } from '../../configs/load/load.node.ts'
import type { KnownFailure } from '../deploy/failure-watch.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { encodeRecording } from './encode-recording.ts'

/** Makes the folder that recordings are to come into. Throws BRIDGE_DISK: before minutes of work, not after them. */
export function makeFailureFolder(folder: string): void {
  onDisk(`cannot make ${folder}`, () => mkdirSync(folder, { recursive: true }))
}

/**
 * Writes a recording of each kind of failure that was filmed, named by who acted, `push-so101.late.mcap`, in place of one of before. Throws
 * BRIDGE_DISK.
 *
 * @param folder - made by `makeFailureFolder`
 * @returns file names by kind
 */
export async function recordFailures(
  folder: string,
  actor: TaskActor,
  failures: readonly KnownFailure[],
): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  const version = packageVersion()
  for (const { kind, episode, film } of failures) {
    if (film === undefined) continue
    const bytes = await encodeRecording(`sim2arm ${version}`, film.messages, {
      version,
      policy: actor.name,
      policyDigest: actor.file?.metadata.digest ?? '',
      task: actor.task.name,
      control: JSON.stringify(actor.spec.control),
      episode: String(episode),
      failure: kind,
      scene: JSON.stringify(film.scene),
    })
    const file = `${basename(actor.name, '.onnx')}.${kind}.mcap`
    onDisk(`cannot write ${join(folder, file)}`, () => writeFileSync(join(folder, file), bytes))
    files[kind] = file
  }
  return files
}
