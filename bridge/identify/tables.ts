import type { ServoCandidate } from '../../robot/identification/choose-servo-model.ts'
import { mean } from '../../robot/identification/choose-servo-model.ts'
import type { ServoFitted } from '../../robot/identification/servo.schema.ts'
import type { ArmFit } from '../../sim/identify/fit-arm.ts'
import { formatTable } from '../bench/table.ts'

const rad = (value: number) => value.toFixed(4)

/** Candidates with their errors in training and on what was left out, the chosen one marked. */
export function candidateTable(
  candidates: readonly ServoCandidate[],
  chosen: ServoCandidate,
): string {
  const rows = candidates.map((candidate) => [
    `${candidate.model}${candidate === chosen ? ' *' : ''}`,
    candidate.problem.names.length,
    rad(mean(candidate.fit.errorsRad)),
    rad(mean(candidate.logOut.errorsRad)),
    candidate.gainOut === undefined ? '–' : rad(mean(candidate.gainOut.errorsRad)),
  ])
  return formatTable(['model', 'parameters', 'train rad', 'log out', 'gain out'], rows)
}

export function parameterTable({ parameters }: ServoFitted): string {
  const digits = (value: number) => value.toPrecision(3)
  const rows = Object.entries(parameters).map(([name, { value, low, high }]) => [
    name,
    digits(value),
    `${digits(low)} to ${digits(high)}`,
  ])
  return formatTable(['parameter', 'value', '95 %'], rows)
}

export function scoreTable(
  scores: readonly { file: string; trajectory: string; gain: number; maeRad: number }[],
): string {
  const rows = scores.map(({ file, trajectory, gain, maeRad }) => [
    file,
    trajectory,
    gain,
    rad(maeRad),
  ])
  return formatTable(['log', 'trajectory', 'gain', 'error rad'], rows)
}

/** Joint by joint what was found, with its intervals; the command delay last. */
export function armTable({ joints, commandDelayS, nominalRmsRad, rmsRad }: ArmFit): string {
  const digits = (value: number) => value.toPrecision(3)
  const rows = Object.entries(joints).flatMap(([joint, parameters]) =>
    Object.entries(parameters).map(([name, { value, low, high }]) => [
      joint,
      name,
      digits(value),
      `${digits(low)} to ${digits(high)}`,
    ]),
  )
  const { value, low, high } = commandDelayS
  rows.push(['all', 'commandDelayS', digits(value), `${digits(low)} to ${digits(high)}`])
  const errors = Object.keys(joints).map((joint) => [
    joint,
    rad(nominalRmsRad[joint]!),
    rad(rmsRad[joint]!),
  ])
  const heads = ['joint', 'as described, rad', 'as fitted, rad']
  return `${formatTable(['joint', 'parameter', 'value', '95 %'], rows)}\n\n${formatTable(heads, errors)}`
}
