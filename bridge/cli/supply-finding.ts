import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { Finding } from './machine-findings.ts'

/** A supply may be so far from what its servos are made for: less pulls weakly, more burns them. */
const MOST_OVER = 1.15
const LEAST_UNDER = 0.75

/** What one servo of an arm measures. */
export interface MeasuredSupply {
  readonly joint: string
  readonly voltageV: number
}

/** Whether the supply is that of the arm's variant: servos of one make are sold for several. */
export function supplyFinding(arm: ArmDescription, measured: readonly MeasuredSupply[]): Finding {
  const name = `supply-${arm.name}`
  const wrong = measured.filter(({ joint, voltageV }) => {
    const share = voltageV / madeForV(arm, joint)
    return share > MOST_OVER || share < LEAST_UNDER
  })
  const [first] = wrong
  if (first === undefined) {
    const found = [...new Set(measured.map(({ voltageV }) => `${voltageV.toFixed(1)} V`))].join(
      ', ',
    )
    return { name, status: 'present', found }
  }
  const wantedV = madeForV(arm, first.joint)
  const found = `${first.joint} has ${first.voltageV.toFixed(1)} V, ${arm.name} is made for ${wantedV} V`
  const hint =
    first.voltageV > wantedV
      ? 'switch it off: is this the arm with the other servos? then give it an arm file of its own'
      : 'check the supply and its cable, under load too'
  return { name, status: 'missing', found, hint }
}

function madeForV({ bus, joints }: ArmDescription, name: string): number {
  return joints.find((joint) => joint.name === name)?.servo?.supplyV ?? bus!.supplyV
}

/** Asks every servo of an arm at a serial device. Nothing moves. Throws what the bus throws. */
export async function measureSupply(
  arm: ArmDescription,
  port: string,
  signal: AbortSignal,
): Promise<MeasuredSupply[]> {
  const [{ SerialTransport }, { lookAtServos }, { RealClock }] = await Promise.all([
    import('../../robot/bus/transports/serial-transport.node.ts'),
    import('../../robot/bus/drivers/look-at-servos.ts'),
    import('../../robot/model/real-clock.node.ts'),
  ])
  const transport = new SerialTransport({ path: port, baudBps: arm.bus!.baudBps })
  return lookAtServos(arm, transport, new RealClock(), signal)
}
