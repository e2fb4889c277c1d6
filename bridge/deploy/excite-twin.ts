import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { VirtualClock } from '../../robot/model/virtual-clock.ts'
import type { Reality } from '../../sim/world/reality.ts'
import type { MessageSink } from '../recording/topics.ts'
import { createExcitationSource, type ExcitationOptions } from './excitation-source.ts'
import { type ArmSessionReport, followSource } from './follow-source.ts'
import { createJitteredClock } from './jittered-clock.ts'
import { SESSION_RATE_HZ } from './source-cycles.ts'
import { createVirtualSerialArm } from './virtual-serial-arm.ts'

const HOST_STREAM = 3

export interface ExciteTwinOptions extends ExcitationOptions {
  /** With a servo bus. */
  readonly arm: ArmDescription
  readonly reality: Reality
  readonly seed: number
  readonly isParked: boolean
  readonly recorder: MessageSink
  readonly signal: AbortSignal
  readonly onStarted: () => void
}

/** What `exciteArm` does, with an emulated arm on virtual time: repeatable bit for bit. */
export async function exciteTwin(options: ExciteTwinOptions): Promise<ArmSessionReport> {
  const { arm, config, reality, seed } = options
  const clock = new VirtualClock()
  const periodS = 1 / SESSION_RATE_HZ
  const virtual = await createVirtualSerialArm({ arm, reality, clock, seed, config, periodS })
  const { driver } = virtual
  const follow = {
    ...{ ...options, driver },
    model: compileArm(arm),
    clock: createJitteredClock(clock, reality.host, new RandomStream(seed, HOST_STREAM)),
    isProven: true,
    epochOffsetS: Date.now() / 1000,
  }
  try {
    virtual.start()
    return await clock.run(async () => {
      try {
        return await followSource(follow, (session) => createExcitationSource(session, options))
      } finally {
        await driver.close()
      }
    })
  } finally {
    virtual.dispose()
  }
}
