import { CodedError } from '../../configs/load/coded-error.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { checkNames } from './check-names.ts'
import {
  type DrillOptions,
  type DrillResult,
  PHASES,
  type Phase,
  runDrill,
} from './faults/drill.ts'
import { type DrillFault, drillFaults } from './faults/kinds.ts'

const INSTANT_STREAM = 41
/** A joint may be so far outside its limits: rounding of servos, and the give of an end stop [rad]. */
const MAX_OUTSIDE_RAD = (0.5 * Math.PI) / 180
/** An arm whose zeros are off is outside without any fault: one may add so little to that [rad]. */
const MORE_OUTSIDE_RAD = (0.1 * Math.PI) / 180
/** Rods that stand for links differ from them by so much, and the table gives [m]. */
const TABLE_SLACK_M = 0.005

export interface FaultCampaign extends Omit<DrillOptions, 'fault' | 'atS'> {
  /** Random instants in each phase. */
  readonly instants: number
  /** Names of faults and phases; all when left out. */
  readonly only?: readonly string[]
  /** Of an earlier campaign of the same kind: not run again. */
  readonly known?: readonly FaultRow[]
  readonly onRun?: (done: number, total: number) => void
  readonly onRow?: (row: FaultRow) => void
}

/** All runs of one fault in one phase. */
export interface FaultRow {
  readonly fault: string
  readonly phase: Phase
  readonly runs: number
  /** How often it ended with which exit code. */
  readonly exits: Readonly<Record<string, number>>
  readonly outsideDeg: number
  readonly clearanceM: number
  /** Broken promises, with the instant of the first run that broke each. */
  readonly broken: readonly string[]
}

/**
 * Every fault in every phase of a deployment, at random instants. The arm's truth is compared with a quiet run. Throws
 * BRIDGE_USAGE where `only` names neither a fault nor a phase, and where the quiet run does not go through all phases.
 */
export async function benchFaults(campaign: FaultCampaign): Promise<FaultRow[]> {
  const { actor, instants, known = [], only = [], onRow, onRun } = campaign
  const ids = actor.arm.joints.flatMap(({ servo }) => (servo === undefined ? [] : [servo.id]))
  const names = drillFaults(actor.arm, ids[0]!).map(({ name }) => name)
  checkNames('a fault or a phase', only, [...names, ...PHASES])
  const quiet = await runDrill(campaign)
  if (quiet.exitCode !== 0) {
    const what = `in reality ${campaign.reality.name} a deployment fails without any fault`
    throw new CodedError('BRIDGE_USAGE', `${what}: ${quiet.end}`)
  }
  const isAsked = (kind: readonly string[], name: string) =>
    !only.some((each) => kind.includes(each)) || only.includes(name)
  const faults = names.filter((name) => isAsked(names, name))
  const phases = PHASES.filter((phase) => isAsked(PHASES, phase))
  const total = faults.length * phases.length * instants
  const rows: FaultRow[] = []
  let done = 0
  for (const name of faults) {
    for (const phase of phases) {
      const earlier = known.find((row) => row.fault === name && row.phase === phase)
      if (earlier !== undefined) {
        rows.push(earlier)
        done += instants
        continue
      }
      const path = [names.indexOf(name), PHASES.indexOf(phase)]
      const random = new RandomStream(campaign.seed, INSTANT_STREAM, ...path)
      const runs: FaultRun[] = []
      for (let k = 0; k < instants; k++) {
        const id = ids[(k + PHASES.indexOf(phase)) % ids.length]!
        const fault = drillFaults(actor.arm, id).find((each) => each.name === name)!
        const atS = instantIn(quiet, phase, random)
        runs.push({ fault, atS, id, result: await runDrill({ ...campaign, fault, atS }) })
        onRun?.(++done, total)
      }
      const row = rowOf(name, phase, runs, quiet)
      rows.push(row)
      onRow?.(row)
    }
  }
  return rows
}

interface FaultRun {
  readonly fault: DrillFault
  readonly atS: number
  readonly id: number
  readonly result: DrillResult
}

/** A random instant of a phase, as the quiet run went through it [s]. */
function instantIn({ begins }: DrillResult, phase: Phase, random: RandomStream): number {
  const next = PHASES[PHASES.indexOf(phase) + 1] ?? 'end'
  return random.between(begins[phase]!, begins[next]!)
}

function rowOf(
  fault: string,
  phase: Phase,
  runs: readonly FaultRun[],
  quiet: DrillResult,
): FaultRow {
  const exits: Record<string, number> = {}
  const broken = new Map<string, string>()
  for (const run of runs) {
    const { exitCode, end } = run.result
    exits[exitCode] = (exits[exitCode] ?? 0) + 1
    for (const promise of brokenBy(run, quiet)) {
      const where = `${promise} (servo ${run.id}, ${run.atS.toFixed(3)} s: ${end})`
      if (!broken.has(promise)) broken.set(promise, where)
    }
  }
  const results = runs.map(({ result }) => result)
  return {
    ...{ fault, phase, runs: runs.length, exits, broken: [...broken.values()] },
    outsideDeg: (Math.max(...results.map(({ outsideRad }) => outsideRad)) * 180) / Math.PI,
    clearanceM: Math.min(...results.map(({ clearanceM }) => clearanceM)),
  }
}

/** What a run did not keep of what a deployment promises. */
function brokenBy({ fault, result }: FaultRun, quiet: DrillResult): string[] {
  const broken: string[] = []
  if (!fault.exits.includes(result.exitCode)) broken.push(`exit ${result.exitCode}`)
  if (result.isDropped && !fault.isBlinding) broken.push('dropped')
  if (!result.isRecorded) broken.push('recording')
  // An arm whose servos have let go falls as it likes.
  if (fault.takesTorque) return broken
  const mayBeOutsideRad = Math.max(MAX_OUTSIDE_RAD, quiet.outsideRad + MORE_OUTSIDE_RAD)
  if (result.outsideRad > mayBeOutsideRad) broken.push('limits')
  const isBelow = result.clearanceM < Math.min(0, quiet.clearanceM) - TABLE_SLACK_M
  if (isBelow || result.hasLain) broken.push('table')
  if (result.isRestless) broken.push('restless')
  return broken
}
