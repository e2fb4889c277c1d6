import type { JointDirection } from './check-directions.ts'
import type { DeployConfig } from './deploy.schema.ts'

/** Somebody who wants to know how a first run goes. */
export interface FirstRunWatch {
  readonly onChecked?: (directions: readonly JointDirection[]) => void
  readonly onStage?: (stage: FirstRunStage) => void
  /** The arm has done all of it: the next run need not. */
  readonly onProven: () => void
}

/** `shadow` the policy acts, the arm holds · `slow` at a share of its speed · `full` as always. */
export type FirstRunStage = 'shadow' | 'slow' | 'full'

/** What a policy may do on an arm whose calibration has never been run: nothing at first, then little, then all. */
export class FirstRun {
  stage: FirstRunStage
  private readonly config: DeployConfig['firstRun']
  private readonly watch: FirstRunWatch | undefined
  private actedS = 0

  /** @param watch - left out: the arm is known, all is allowed */
  constructor(config: DeployConfig['firstRun'], watch?: FirstRunWatch) {
    this.config = config
    this.watch = watch
    this.stage = watch === undefined ? 'full' : 'shadow'
  }

  /** Share of the speed that is allowed now. */
  get speedShare(): number {
    return this.stage === 'full' ? 1 : this.config.speedShare
  }

  /** The policy has acted for so long [s]; whether another stage begins. */
  advance(stepS: number): boolean {
    if (this.stage === 'full') return false
    this.actedS += stepS
    const isShadow = this.stage === 'shadow'
    if (this.actedS < (isShadow ? this.config.shadowS : this.config.slowS)) return false
    this.actedS = 0
    this.stage = isShadow ? 'slow' : 'full'
    this.watch?.onStage?.(this.stage)
    if (this.stage === 'full') this.watch?.onProven()
    return true
  }
}
