import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { stringify } from 'yaml'
import { onDisk } from '../../configs/load/disk-error.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { randomizationFromArm, realityFromArm } from '../../sim/identify/arm-configs.ts'
import { type ArmFit, fitArm } from '../../sim/identify/fit-arm.ts'
import type { Output } from '../cli/command.ts'
import { type DatasetOptions, type LoggedRun, loadRuns } from '../replay/load-run.node.ts'
import { checkTrack, isTooShort } from './check-track.ts'

const MAX_ITERATIONS = 8
export interface IdentifyArmOptions {
  /** How a dataset is read; a recording says it all itself. */
  readonly dataset: Omit<DatasetOptions, 'episode'>
  /** What they are all said to be of, a name or a file; default: what the first one is of. */
  readonly armName: string | undefined
  readonly signal: AbortSignal
  readonly out: Output
}

export interface IdentifiedArm {
  readonly arm: ArmDescription
  readonly fit: ArmFit
  readonly recordings: readonly string[]
  readonly seconds: number
}

/**
 * Fits an arm's servos, zeros and command delay to recordings of it. Throws BRIDGE_RECORDING_INVALID where one is of
 * another arm, has no arm, or says too little. Rejects with the signal's reason.
 */
export async function identifyArm(
  files: readonly string[],
  { dataset, armName, signal, out }: IdentifyArmOptions,
): Promise<IdentifiedArm> {
  const loaded = await Promise.all(
    files.map((file) => loadRuns(file, { ...dataset, episode: undefined })),
  )
  const read = loaded.flatMap((runs) => longEnough(runs, out))
  const { arm } = read[0]!
  const model = compileArm(arm)
  const expected = armName === undefined ? model : compileArm(loadArmDescription(armName))
  for (const each of read) checkTrack(each, expected)
  const tracks = read.map(({ track }) => track)
  const fit = await fitArm(tracks, model, {
    maxIterations: MAX_ITERATIONS,
    onIteration: async (iteration) => {
      out.progress({ done: iteration, total: MAX_ITERATIONS, unit: 'rounds' })
      // Lets an interruption in.
      await setImmediate()
      signal.throwIfAborted()
    },
  })
  return {
    arm,
    fit,
    recordings: files.map((file) => basename(file)),
    seconds: tracks.reduce((sum, { timeS }) => sum + timeS.at(-1)!, 0),
  }
}

/** Of many episodes those that are long enough; a single one is left to be refused. */
function longEnough(runs: readonly LoggedRun[], out: Output): readonly LoggedRun[] {
  const long = runs.filter(({ track }) => !isTooShort(track))
  if (long.length === 0 || long.length === runs.length) return runs
  const left = runs.length - long.length
  out.line(`${runs[0]!.file}: ${left} of ${runs.length} episodes are too short and left out`)
  return long
}

/** Writes what was found in the forms that the options ask for; the files, in order. Throws BRIDGE_DISK. */
export function writeArm(
  { arm, fit, recordings }: IdentifiedArm,
  options: Readonly<Record<string, unknown>>,
): string[] {
  const base = options['base'] as string
  const contents = {
    out: () => ({ version: 1, arm: arm.name, recordings, ...fit }),
    randomizationOut: () => randomizationFromArm(fit, arm, base, recordings),
    realityOut: () => realityFromArm(fit, arm, recordings),
  }
  return Object.entries(contents).flatMap(([option, content]) => {
    const file = options[option] as string | undefined
    if (file === undefined) return []
    const text = stringify(content(), { lineWidth: 110 })
    onDisk(`cannot write ${file}`, () => writeFileSync(file, text))
    return [file]
  })
}
