import { closeSync, openSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { onDisk } from '../../configs/load/disk-error.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { renderGapReport } from '../recording/gap-report.ts'
import { gapTable } from '../recording/gap-table.ts'
import { measureObjectGap, type ObjectGap } from '../recording/object-gap.ts'
import { type GapOptions, measureGap, type RealityGap } from '../recording/reality-gap.ts'
import type { LoggedRun } from '../replay/load-run.node.ts'
import { checkFolders } from './check-folders.ts'
import type { CommandContext, CommandOutcome, Output } from './command.ts'

const DEG = 180 / Math.PI
const MM = 1000

/** The recorded commands in simulation, beside what was measured: the reality gap of each joint and of the object. */
export async function replayInSimulation(
  { options, out }: CommandContext,
  load: () => Promise<LoggedRun>,
  gapOptions: GapOptions,
): Promise<CommandOutcome> {
  checkFolders([options['csv'], options['report']])
  const logged = await load()
  const { arm, file, isComplete, track } = logged
  const gap = measureGap(track, compileArm(arm), gapOptions)
  const object = await objectGap(logged, gapOptions)
  sayJoints(gap, out)
  if (object !== null) sayObject(object, out)
  const csv = options['csv'] as string | undefined
  if (csv !== undefined) {
    onDisk(`cannot write ${csv}`, () => {
      const sheet = openSync(csv, 'w')
      try {
        for (const piece of gapTable(track, gap)) writeFileSync(sheet, piece)
      } finally {
        closeSync(sheet)
      }
    })
  }
  const report = options['report'] as string | undefined
  if (report !== undefined) {
    const page = renderGapReport({ title: `Replay of ${basename(file)}`, track, gap, object })
    onDisk(`cannot write ${report}`, () => writeFileSync(report, page))
  }
  const { cycles, joints, seconds } = gap
  return {
    result: {
      ...{ recording: file, isComplete, arm: arm.name, cycles, seconds, joints },
      object: object === null ? null : withoutSamples(object),
    },
    summary: `${seconds.toFixed(1)} s in ${cycles} cycles; simulated minus measured, root mean square.`,
  }
}

async function objectGap(
  { arm, onArm, sights, track }: LoggedRun,
  options: GapOptions,
): Promise<ObjectGap | null> {
  // Where there are several, only the first was tracked.
  if (onArm === null || onArm.objects.length !== 1) return null
  return measureObjectGap(track, sights, { arm, onArm }, options)
}

function withoutSamples({ samples: _, ...figures }: ObjectGap) {
  return figures
}

function sayJoints({ joints }: RealityGap, out: Output): void {
  for (const joint of joints) {
    out.event({ type: 'joint', ...joint })
    out.line(
      `${joint.joint.padEnd(14)} gap ${degrees(joint.rmsRad)}  bias ${degrees(joint.biasRad)}  ` +
        `lag ${(joint.lagS * 1000).toFixed(0).padStart(4)} ms  left ${degrees(joint.residualRad)}  ` +
        `(command to arm ${degrees(joint.trackingRad)})`,
    )
  }
}

function sayObject({ endM, endYawRad, movedM, rmsM, windows }: ObjectGap, out: Output): void {
  const yaw = endYawRad === null ? '' : `, turned by ${degrees(endYawRad).trim()}`
  out.line(
    `object         gap ${(rmsM * MM).toFixed(1)} mm  at the end ${(endM * MM).toFixed(1)} mm${yaw}, ` +
      `of ${(movedM * MM).toFixed(0)} mm that it came, mean of ${windows}`,
  )
}

const degrees = (rad: number): string => `${(rad * DEG).toFixed(2).padStart(6)}°`
