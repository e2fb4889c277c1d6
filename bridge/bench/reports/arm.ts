import { loadConfig } from '../../../configs/load/load.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { PushParameter } from '../../../sim/tasks/push.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { type ArmStudy, type ModelStudy, studyArm } from '../study/arm-study.ts'
import { PUBLIC_EPISODES } from '../study/public-episodes.ts'
import { formatTable } from '../table.ts'

const REALITIES = ['nominal', 'workshop']
const DEG = 180 / Math.PI

/** The study of an arm as tables; see configs/arms for the written one. */
export async function reportArm({ options, out, signal }: CommandContext): Promise<CommandOutcome> {
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const task = loadConfig('tasks', (options['task'] as string | undefined) ?? 'push', taskSchema)
  const names = options['reality'] as readonly string[]
  const study = await studyArm({
    arm,
    task: taskOnArm<PushParameter>(task, arm.name),
    realities: (names.length > 0 ? names : REALITIES).map((name) => loadReality(name)),
    signal,
    onModel: (name) => out.event({ type: 'model', name }),
  })
  for (const [title, table] of studyTables(study)) out.line(`${title}\n\n${table}\n`)
  return {
    result: { ...study },
    summary: `${study.arm}: ${study.models.map(({ model }) => model).join(', ')}`,
  }
}

/** Titled Markdown tables, in the order of the written study. */
export function studyTables(study: ArmStudy): [string, string][] {
  const { models } = study
  return [
    [`Reach at z ${mm(study.reachHeightM)} mm, from the first joint's axis`, reachTable(study)],
    ['Tool point below the commanded one, mm: plain / with feed-forward', sagTable(models)],
    ['Lag behind a sine of ± 0.3 rad, ms (gain)', sineTable(models)],
    ['Step of 0.5 rad: delay to 10 % / 10 to 90 % / to 90 %, ms; overshoot', stepTable(models)],
    [
      'Commands at 30 frames/s: lag in frames (residual at the best whole frame)',
      replayTable(models),
    ],
    [
      'Led through a pick and a place at 30 frames/s: lag in frames (residual, 100 is half the range)',
      handLedTable(study, 'handLed'),
    ],
    ['The same, the tool leaning by 45°', handLedTable(study, 'handLedLeaning')],
    ['The same, tipped to 80° while it carries', handLedTable(study, 'handLedTipping')],
    ['Command lost at a reversal, degrees', deadBandTable(models)],
    ['Top speed in a sudden swing: joints rad/s, tool point m/s', speedTable(models)],
    ['Torque left at a speed, Nm', torqueTable(study)],
  ]
}

function mm(metres: number, digits = 0): string {
  return (1e3 * metres).toFixed(digits)
}

function reachTable({ reach }: ArmStudy): string {
  const rows = reach.map(({ leanRad, radiusMinM, radiusMaxM }) => [
    (DEG * leanRad).toFixed(0),
    mm(radiusMinM),
    mm(radiusMaxM),
  ])
  return formatTable(['lean °', 'from mm', 'to mm'], rows)
}

function sagTable(models: readonly ModelStudy[]): string {
  const rows = models[0]!.sag.map(({ xM }, k) => [
    xM.toFixed(2),
    ...models.map(({ sag }) => `${mm(sag[k]!.plainM, 1)} / ${mm(sag[k]!.feedForwardM, 1)}`),
    ...models.map(({ sag }) => (DEG * sag[k]!.jointRad).toFixed(1)),
  ])
  const names = models.map(({ model }) => model)
  return formatTable(['x m', ...names, ...names.map((name) => `joint °, ${name}`)], rows)
}

function sineTable(models: readonly ModelStudy[]): string {
  const frequencies = models[0]!.joints[0]!.sines.map(({ frequencyHz }) => frequencyHz)
  const head = models.flatMap(({ model }) => frequencies.map((hz) => `${model} ${hz} Hz`))
  return jointTable(head, models, ({ sines }) =>
    sines.map(({ lagS, gain }) => `${mm(lagS)} (${gain.toFixed(2)})`),
  )
}

function stepTable(models: readonly ModelStudy[]): string {
  return jointTable(names(models), models, ({ step }) => [
    `${mm(step.delayS)} / ${mm(step.riseS)} / ${mm(step.to90S)}; ${(100 * step.overshoot).toFixed(0)} %`,
  ])
}

function replayTable(models: readonly ModelStudy[]): string {
  return jointTable(names(models), models, ({ replay }) => [
    `${replay.lagFrames.toFixed(1)} (${(DEG * replay.residualRad).toFixed(2)}°)`,
  ])
}

/** The last column is that of public episodes of a real arm, where there are any. */
function handLedTable(
  { arm, models, rangeRad }: ArmStudy,
  led: 'handLed' | 'handLedLeaning' | 'handLedTipping',
): string {
  const real = PUBLIC_EPISODES[arm]
  const rows = models[0]!.joints.map(({ joint }, k) => [
    joint,
    ...models.map((model) => {
      const { lagFrames, residualRad } = model[led][k]!
      return `${lagFrames.toFixed(1)} (${((200 * residualRad) / rangeRad[k]!).toFixed(2)})`
    }),
    ...(real === undefined ? [] : [`${real.lagFrames.join('–')} (${real.residual[joint] ?? '–'})`]),
  ])
  return formatTable(['joint', ...names(models), ...(real === undefined ? [] : ['real'])], rows)
}

function deadBandTable(models: readonly ModelStudy[]): string {
  return jointTable(names(models), models, ({ deadBandRad }) => [(DEG * deadBandRad).toFixed(2)])
}

function speedTable(models: readonly ModelStudy[]): string {
  const joints = models[0]!.joints.map(({ joint }) => joint)
  const rows = models.map(({ model, speed }) => [
    model,
    ...speed.jointRadPerS.map((value) => value.toFixed(2)),
    speed.tipMPerS.toFixed(2),
  ])
  return formatTable(['model', ...joints, 'tool point'], rows)
}

function torqueTable({ torqueSpeed }: ArmStudy): string {
  const rows = torqueSpeed.map(({ speedRadPerS, trainingNm, motorNm }) => [
    speedRadPerS,
    trainingNm.toFixed(2),
    motorNm.toFixed(2),
  ])
  return formatTable(['rad/s', 'training', 'twin nominal'], rows)
}

function names(models: readonly ModelStudy[]): string[] {
  return models.map(({ model }) => model)
}

function jointTable(
  head: readonly string[],
  models: readonly ModelStudy[],
  cells: (joint: ModelStudy['joints'][number]) => readonly string[],
): string {
  const rows = models[0]!.joints.map(({ joint }, k) => [
    joint,
    ...models.flatMap(({ joints }) => cells(joints[k]!)),
  ])
  return formatTable(['joint', ...head], rows)
}
