import {
  chooseCandidate,
  judgeServoModel,
  type ServoCandidate,
  searchAgain,
} from '../../robot/identification/choose-servo-model.ts'
import { dutyLawRatio } from '../../robot/identification/duty-law.ts'
import type { ServoDescription } from '../../robot/identification/servo.schema.ts'
import type { ServoLog } from '../../robot/identification/servo-log.ts'
import { SERVO_MODEL_NAMES, type ServoModelName } from '../../robot/identification/servo-models.ts'
import { type ServoProblem, servoErrors } from '../../robot/identification/servo-objective.ts'
import type { ServoParameters } from '../../robot/identification/servo-parameters.ts'
import { createRollout } from '../../robot/identification/servo-rollout.ts'
import type { Output } from '../cli/command.ts'
import { FitPool } from './fit-pool.node.ts'

export interface SearchOptions {
  readonly model: ServoModelName | 'auto'
  readonly seed: number
  /** Searches of all logs for the model that is chosen; one for each other fit. */
  readonly searches: number
  readonly maxEvaluations: number
  /** Threads that fit. */
  readonly workers: number
  readonly signal: AbortSignal
  readonly out: Output
}

/** Fits and judges one model, or all of them, and chooses. Rejects with the signal's reason. */
export async function searchServo(
  servo: ServoDescription,
  logs: readonly ServoLog[],
  options: SearchOptions,
): Promise<{ candidates: readonly ServoCandidate[]; chosen: ServoCandidate }> {
  const { model, searches, signal, out } = options
  const rollouts = logs.map((log) => createRollout(log, servo.firmware))
  const models = model === 'auto' ? SERVO_MODEL_NAMES : [model]
  const numGains = new Set(logs.map(({ gain }) => gain)).size
  const total = models.length * (1 + logs.length + (numGains > 1 ? numGains : 0)) + searches - 1
  let done = 0
  const onFitted = (name: ServoModelName, to: string) => {
    out.progress({ done: ++done, total, unit: 'fits', text: `${name} to ${to}` })
  }
  const candidates: ServoCandidate[] = []
  const pool = new FitPool(options.workers, signal)
  try {
    const before = servo as Pick<ServoProblem, 'priors' | 'known'>
    const search = { ...options, fit: pool.fit.bind(pool), onFitted }
    for (const name of models) {
      candidates.push(await judgeServoModel(name, rollouts, before, search, candidates.at(-1)))
    }
    const best = chooseCandidate(candidates)
    const chosen = await searchAgain(best, searches - 1, search)
    candidates[candidates.indexOf(best)] = chosen
    return { candidates, chosen }
  } finally {
    await pool.close()
  }
}

/** Mean absolute error of open-loop simulations of logs [rad]. */
export function scoreServo(
  servo: ServoDescription,
  parameters: ServoParameters,
  logs: readonly ServoLog[],
): { file: string; trajectory: string; gain: number; maeRad: number }[] {
  const errors = servoErrors(
    logs.map((log) => createRollout(log, servo.firmware)),
    parameters,
  )
  return logs.map(({ name, trajectory, gain }, i) => ({
    file: name,
    trajectory,
    gain,
    maeRad: errors[i]!,
  }))
}

/** Share by which a log's duty register may differ from the firmware's law. */
const LAW_TOLERANCE = 0.05

/** A line for each log whose duty register contradicts its gain and the servo's law. */
export function lawWarnings(servo: ServoDescription, logs: readonly ServoLog[]): string[] {
  return logs.flatMap((log) => {
    const ratio = dutyLawRatio(log, servo.firmware)
    if (ratio === undefined || Math.abs(ratio - 1) <= LAW_TOLERANCE) return []
    return [
      `${log.name}: the duty register shows ${ratio.toFixed(2)} of the law: is gain ${log.gain} right?`,
    ]
  })
}
