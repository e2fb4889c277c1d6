import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { stringify } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { randomizationFromArm, realityFromArm } from '../../sim/identify/arm-configs.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import { type ArmFit, fitArm } from '../../sim/identify/fit-arm.ts'
import type { Output } from '../cli/command.ts'
import { loadRun } from '../replay/load-run.node.ts'

const MAX_ITERATIONS = 8
/** A recording says it all itself. */
const RECORDED = { arm: '', calibration: undefined, units: undefined, episode: undefined }
/** Below which a recording tells next to nothing [s]. */
const LEAST_S = 5

export interface IdentifyArmOptions {
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
 * another arm, has no arm, or is too short. Rejects with the signal's reason.
 */
export async function identifyArm(
  files: readonly string[],
  { signal, out }: IdentifyArmOptions,
): Promise<IdentifiedArm> {
  const read = await Promise.all(files.map((file) => loadRun(file, RECORDED)))
  const { arm } = read[0]!
  const model = compileArm(arm)
  for (const each of read) checkTrack(each, arm)
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

function checkTrack(
  { file, track, arm }: { file: string; track: ArmTrack; arm: ArmDescription },
  first: ArmDescription,
): void {
  const invalid = (found: string, hint: string) =>
    new CodedError('BRIDGE_RECORDING_INVALID', `${file} ${found}`, { hint })
  if (arm.name !== first.name) {
    throw invalid(`is of a ${arm.name}, not of a ${first.name}`, 'one arm at a time')
  }
  const missing = compileArm(first).jointNames.find((name) => !track.jointNames.includes(name))
  if (missing !== undefined) throw invalid(`has no joint ${missing}`, 'record the whole arm')
  if (track.timeS.at(-1)! < LEAST_S) {
    throw invalid(`is ${track.timeS.at(-1)!.toFixed(1)} s long`, `record ${LEAST_S} s or more`)
  }
}

/** Writes what was found in the forms that the options ask for; the files, in order. Throws BRIDGE_DISK. */
export function writeArm(
  { arm, fit, recordings }: IdentifiedArm,
  options: Readonly<Record<string, unknown>>,
): string[] {
  const base = options['base'] as string
  const contents = {
    out: () => ({ version: 1, arm: arm.name, recordings, ...fit }),
    randomization: () => randomizationFromArm(fit, arm, base, recordings),
    reality: () => realityFromArm(fit, arm, recordings),
  }
  return Object.entries(contents).flatMap(([option, content]) => {
    const file = options[option] as string | undefined
    if (file === undefined) return []
    const text = stringify(content(), { lineWidth: 110 })
    onDisk(`cannot write ${file}`, () => writeFileSync(file, text))
    return [file]
  })
}
