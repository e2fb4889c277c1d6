import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { checkLeader } from './check-leader.node.ts'
import {
  type DeploymentOptions,
  type DeploymentReport,
  type DeploymentWiring,
  runDeployment,
} from './deployment.node.ts'
import { startGuard } from './guard/guard.node.ts'
import { createSerialDriver } from './serial-driver.node.ts'

export interface SerialDeploymentOptions extends DeploymentOptions {
  readonly calibration: ArmCalibration
  /** Serial device. */
  readonly port: string
  /** A process of its own brings the arm down should this one die or hang. Not where the arm dies with it. */
  readonly isGuarded?: boolean
  readonly ros?: DeploymentWiring['ros']
}

/** Runs a policy on an arm at a serial port, real or emulated. */
export async function runSerialDeployment(
  options: SerialDeploymentOptions,
): Promise<DeploymentReport> {
  const { actor, calibration, config, isGuarded, isShadow, leader, port, ros, signal } = options
  const { arm, model } = actor
  if (leader) await checkLeader({ arm, calibration, port }, leader, new RealClock(), signal)
  const hasGuard = isGuarded === true && !isShadow
  return runDeployment(options, {
    createDriver: (clock) => createSerialDriver(port, arm, calibration, clock),
    ...(hasGuard && {
      startGuard: () => startGuard({ arm, calibration, config, port, joints: model.jointNames }),
    }),
    ...(ros && { ros }),
  })
}
