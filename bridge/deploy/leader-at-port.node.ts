import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { type Acting, HandOver } from './hand-over.ts'
import { LeaderFeed } from './leader-feed.ts'
import { createSerialDriver } from './serial-driver.node.ts'

/** An arm that is led by hand, not yet open. */
export interface LeaderAtPort {
  readonly arm: ArmDescription
  readonly calibration: ArmCalibration
  /** Serial device. */
  readonly port: string
}

export interface LeaderOptions {
  readonly clock: EventClock
  readonly config: DeployConfig
  readonly onActing?: (acting: Acting) => void
}

/** A leader beside a deployment, to be opened and closed with it, and the hand-over between policy and hand. */
export function createLeader(
  { arm, calibration, port }: LeaderAtPort,
  { clock, config, onActing }: LeaderOptions,
): { readonly feed: LeaderFeed; readonly handOver: HandOver } {
  const model = compileArm(arm)
  const feed = new LeaderFeed(createSerialDriver(port, arm, calibration, clock), model, clock)
  const handOver = new HandOver({
    ...{ leader: feed, model, config: config.handOver },
    ...(onActing && { onChange: onActing }),
  })
  return { feed, handOver }
}
