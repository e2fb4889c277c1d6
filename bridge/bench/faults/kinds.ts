import type { FaultName } from '../../../robot/bus/twin/fault-schedule.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'

/** What happens to the camera. */
export type CameraFault = 'lost' | 'jumping'

/** One thing that goes wrong in a drill. */
export interface DrillFault {
  readonly name: string
  readonly twin: readonly { readonly name: FaultName; readonly value: number }[]
  readonly camera?: CameraFault
  /** [s]; Infinity: for good. */
  readonly forS: number
  /** Exit codes with which a deployment may end: 0 it lived through it, 3 hardware, 4 stopped by safety. */
  readonly exits: readonly number[]
  /** Servos or their horns let go: no software holds such an arm. */
  readonly takesTorque: boolean
  /** Its encoders do not tell where the arm is: no software knows whether it is parked. */
  readonly isBlinding: boolean
}

/** Share of the supply that is left when it sags, and passes for a bad battery. */
const SAG_SHARE = 0.85
const FOR_GOOD = Number.POSITIVE_INFINITY

/** All that goes wrong in a campaign. @param id - of the servo that the fault of one servo strikes */
export function drillFaults(arm: ArmDescription, id: number): DrillFault[] {
  const one = (
    name: string,
    twin: DrillFault['twin'],
    forS: number,
    exits: readonly number[],
    takesTorque = false,
  ): DrillFault => ({ name, twin, forS, exits, takesTorque, isBlinding: false })
  const sagV = SAG_SHARE * arm.bus!.supplyV
  return [
    one('drop', [{ name: 'dropRate', value: 0.3 }], 1, [0]),
    one('corrupt', [{ name: 'corruptRate', value: 0.3 }], 1, [0]),
    one('duplicate', [{ name: 'duplicateRate', value: 0.5 }], 1, [0]),
    one(
      'delay',
      [
        { name: 'delayRate', value: 0.3 },
        { name: 'delayS', value: 0.02 },
      ],
      1,
      [0],
    ),
    one('brown-out', [{ name: 'brownOutV', value: sagV }], 1, [0]),
    one('power cut', [{ name: 'brownOutV', value: 0 }], 0.3, [0, 3, 4], true),
    one('warm', [{ name: 'warmId', value: id }], FOR_GOOD, [0, 4]),
    one('hot', [{ name: 'hotId', value: id }], FOR_GOOD, [3, 4], true),
    one('jammed', [{ name: 'jammedId', value: id }], 2, [0, 4]),
    one('jammed for good', [{ name: 'jammedId', value: id }], FOR_GOOD, [0, 4]),
    {
      ...one('slipping horn', [{ name: 'slippingId', value: id }], FOR_GOOD, [0, 4], true),
      isBlinding: true,
    },
    one('unplugged', [{ name: 'unplug', value: 1 }], 0.5, [3]),
    one('dead servo', [{ name: 'deadId', value: id }], FOR_GOOD, [3]),
    { ...one('camera lost', [], FOR_GOOD, [0, 3]), camera: 'lost' },
    { ...one('camera jumping', [], 1, [0]), camera: 'jumping' },
  ]
}
