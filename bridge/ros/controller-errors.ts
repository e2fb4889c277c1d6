import { CodedError } from '../../configs/load/coded-error.ts'
import type { Clock } from '../../robot/model/clock.ts'

const POLL_S = 0.05

/** Something of a controller that was waited for did not come. */
export function controllerSilent(what: string, hint: string): CodedError {
  return new CodedError('ROBOT_CONTROLLER_SILENT', what, { hint })
}

export function controllerFault(what: string): CodedError {
  return new CodedError('ROBOT_CONTROLLER_FAULT', what, {
    hint: 'ros2 control list_controllers; look at the log of the controller manager',
  })
}

/** @param found - joints that the controller has */
export function controllerMismatch(
  controller: string,
  wanted: readonly string[],
  found: readonly string[],
): CodedError {
  return new CodedError(
    'ROBOT_CONTROLLER_MISMATCH',
    `${controller} moves ${found.join(', ')}; expected ${wanted.join(', ')}`,
    { hint: 'name the joints in ros.jointNames of the deploy config as ROS 2 does' },
  )
}

export interface WaitOptions {
  readonly clock: Clock
  readonly timeoutS: number
  readonly signal: AbortSignal | undefined
  readonly failure: () => Error
}

/** Resolves once `isThere`; rejects with `failure()` after `timeoutS`, or with the signal's reason. */
export async function waitUntil(isThere: () => boolean, options: WaitOptions): Promise<void> {
  const { clock, failure, signal, timeoutS } = options
  const endS = clock.now() + timeoutS
  while (!isThere()) {
    signal?.throwIfAborted()
    if (clock.now() >= endS) throw failure()
    await clock.sleepUntil(clock.now() + POLL_S, signal)
  }
}
