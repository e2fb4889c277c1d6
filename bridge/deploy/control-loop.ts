import {
  createMeasurement,
  type ObjectMeasurement,
  writeObservation,
} from '../../robot/io/observation.ts'
import { SetpointTrack } from '../../robot/io/setpoint-track.ts'
import { observationSize } from '../../robot/io/spec.ts'
import { ToolController } from '../../robot/io/tool-controller.ts'
import type { SafetyReport } from '../../robot/safety/safety-filter.ts'
import { ArmPort } from './arm-port.ts'
import { atSpeed } from './at-speed.ts'
import { tryJoints } from './check-directions.ts'
import type { ControlLoopOptions } from './control-loop-options.ts'
import { deferred } from './deferred.ts'
import { EpisodeJudge, type EpisodeResult } from './episode-judge.ts'
import { FirstRun } from './first-run.ts'
import { Intermission } from './intermission.ts'
import { createJogSource } from './jog-source.ts'
import type { JointSource } from './joint-source.ts'
import { LoopStatistics } from './loop-statistics.ts'
import { type CycleView, createCycleView, type LoopTap, type LoopView } from './loop-tap.ts'
import { createLoopView } from './loop-view.ts'
import { Pace } from './pace.ts'
import { layDown } from './park.ts'
import { SensorWatch } from './sensor-watch.ts'
import { moveToStart } from './soft-start.ts'
import { laidDown, policyNotANumber, stoppedBy } from './stop-errors.ts'
import { Yielding } from './yielding.ts'

export type LoopEnd = 'episodes' | 'interrupted' | 'emergencyStop'

export interface LoopReport {
  readonly steps: number
  readonly episodes: readonly EpisodeResult[]
  readonly end: LoopEnd
}

/**
 * The control loop of a deployment: reads the arm, runs the policy at its rate, interpolates set-points,
 * lets safety narrow them, writes them. Whatever happens, it leaves the arm holding still with torque on.
 */
export class ControlLoop {
  readonly statistics = new LoopStatistics()
  readonly port: ArmPort
  /** Watches from the first policy step on; set before `run`. */
  tap: LoopTap | undefined
  private readonly options: ControlLoopOptions
  private readonly firstRun: FirstRun
  private controller: ToolController
  private readonly track: SetpointTrack
  private readonly observation: Float32Array
  private readonly state: Float32Array
  private readonly action: Float32Array
  private readonly setpoint: Float64Array
  private readonly objects: readonly ObjectMeasurement[]
  private readonly sensors: SensorWatch
  private readonly judge: EpisodeJudge
  private readonly view: LoopView
  private readonly inference = { now: () => performance.now() / 1000 }
  private readonly start = deferred()
  private steps = 0
  private readonly jog: JointSource
  private isInHand = false
  private isHolding = false
  private isLaidDown = false
  private readonly intermission: Intermission
  private readonly yielding: Yielding

  constructor(options: ControlLoopOptions) {
    const { config, hand, model, spec, policy } = options
    this.options = options
    this.objects = options.objects.map(() => ({ ...createMeasurement(), ageS: Infinity }))
    this.sensors = new SensorWatch(options, this.objects)
    this.port = new ArmPort(options)
    this.intermission = new Intermission(options, this.port)
    this.yielding = new Yielding(config.safety.yield, options.clock)
    this.jog = createJogSource({
      ...{ model, port: this.port, speeds: config.jog },
      asked: () => (this.isHolding ? undefined : hand?.asked()),
      share: () => hand?.share() ?? 0,
    })
    this.firstRun = new FirstRun(config.firstRun, options.isShadow ? undefined : options.firstRun)
    this.controller = this.createController()
    this.track = new SetpointTrack(model.numJoints, 1 / spec.control.policyRateHz)
    this.action = new Float32Array(spec.actionNames.length)
    this.observation = new Float32Array(observationSize(spec))
    this.state = new Float32Array(policy.stateSize)
    this.setpoint = new Float64Array(model.numJoints)
    const judgement = options.judge?.(this.port.activeQ)
    this.judge = new EpisodeJudge(options.episodeS, options.thresholdM, judgement)
    this.judge.repeats = options.hasFixedGoal === true
    const { action, objects, observation, setpoint, state } = this
    this.view = createLoopView(
      {
        ...{ measuredQ: this.port.activeQ, command: setpoint, objects, goal: options.goal.goal },
        ...{ observation, action, acting: options.handOver?.acting, state },
      },
      () => this.controller,
    )
  }

  /** Resolves when the arm stands at its start and the policy may act; rejects when that failed. */
  get started(): Promise<void> {
    return this.start.promise
  }

  /** Connects to the arm and checks it; no torque yet. */
  async open(): Promise<void> {
    await this.options.driver.open(this.options.signal)
  }

  /**
   * Runs until the episodes are done or `signal` aborts, then leaves the arm holding with torque on.
   * Rejects with the signal's reason when it aborts before torque is on, and with whatever went wrong.
   */
  async run(): Promise<LoopReport> {
    const { isShadow, requests, signal } = this.options
    signal.throwIfAborted()
    try {
      await this.port.readArm()
      if (requests.isStopped) return this.endedBy('emergencyStop')
      if (!isShadow) {
        await this.port.enable()
        await this.tryJoints()
        await moveToStart(this.port, this.controller, this.options)
      }
      this.start.resolve()
      return this.endedBy(await this.cycles())
    } catch (error) {
      this.start.reject(error)
      if (!signal.aborted || error !== signal.reason) throw error
      return this.endedBy('interrupted')
    } finally {
      if (!this.isLaidDown) await this.port.holdStill()
    }
  }

  /** After `run`: a slow move to the arm's park pose, then torque off; an arm that did not get there keeps it. */
  async park(): Promise<void> {
    if (!this.options.isShadow) await layDown(this.port, this.options)
  }

  private async tryJoints(): Promise<void> {
    const { firstRun, model } = this.options
    if (firstRun === undefined) return
    const found = await tryJoints(this.port, model, this.options)
    if (found.length > 0) firstRun.onChecked?.(found)
  }

  /** At the speed that is allowed now. */
  private createController(): ToolController {
    const { model, spec, speed } = this.options
    const share = Math.min(speed, this.firstRun.speedShare)
    return new ToolController(model, atSpeed(spec.control.action, share))
  }

  private endedBy(end: LoopEnd): LoopReport {
    return { end, episodes: this.judge.results, steps: this.steps }
  }

  private async cycles(): Promise<LoopEnd> {
    const { clock, spec, signal, requests, episodes } = this.options
    const rateHz = spec.control.setpointRateHz
    const perStep = Math.round(rateHz / spec.control.policyRateHz)
    const periodS = 1 / rateHz
    const pace = new Pace(clock, periodS, this.statistics)
    const { stages } = pace
    const view = createCycleView(this.port, pace)
    this.sensors.begin()
    this.beginEpisode()
    for (let cycle = 0; ; cycle++) {
      if (signal.aborted) return 'interrupted'
      if (requests.isStopped) return 'emergencyStop'
      await this.port.readArm(pace.readByS)
      stages.end('read')
      this.lookForHand()
      if (cycle % perStep === 0 && !this.isInHand) {
        if (requests.takeReset()) this.beginEpisode()
        this.policyStep()
        if (!this.yielding.isUnderWay && (await this.intermission.goBack(this.controller))) {
          this.sensors.rest()
          pace.restart()
        }
        if (episodes !== undefined && this.judge.results.length >= episodes) return 'episodes'
      }
      if (this.isInHand) await this.jog.next(clock.now(), this.setpoint)
      else this.nextSetpoint()
      // A hand needs no sensor but the joints.
      const ageS = this.isInHand ? 0 : this.sensors.ageS
      stages.end('decide')
      const report = await this.port.sendSafely(this.setpoint, ageS, periodS)
      stages.end('send')
      this.showCycle(view)
      stages.end('show')
      await this.afterSend(report)
      await pace.next(signal)
    }
  }

  /** A hand begins from rest; a policy that is given back its arm anew, from where the arm is. */
  private lookForHand(): void {
    const isOn = this.options.hand?.isOn === true
    if (isOn) this.judge.drop()
    if (isOn && !this.isInHand) this.jog.goOn?.()
    if (this.isInHand && !isOn) this.beginEpisode()
    this.isInHand = isOn
  }

  private showCycle(view: CycleView): void {
    view.timeS = this.options.clock.now()
    view.rule = this.port.lastRule
    view.isInHand = this.isInHand
    this.tap?.cycle?.(view)
  }

  private policyStep(): void {
    const { goal, handOver, objects, policy, spec, clock } = this.options
    const nowS = clock.now()
    for (const [k, object] of objects.entries()) object.read(nowS, this.objects[k]!)
    if (goal.version === 0 || this.objects.some(({ ageS }) => ageS === Infinity)) return
    if (this.intermission.isOn) {
      if (goal.version === this.judge.goalVersion || this.yielding.isUnderWay) return
      this.beginEpisode()
    }
    if (this.firstRun.stage === 'full') this.judgeEpisode(nowS)
    if (this.isHolding || this.sensors.isLost) return
    const q = this.port.activeQ
    this.controller.measure(q)
    this.sensors.look(this.controller.measuredTip)
    writeObservation(spec, this.controller, q, this.objects, goal.goal, this.observation, 0)
    const beganS = this.inference.now()
    policy.step(this.observation, this.state, this.action)
    this.statistics.inferenceS.add(this.inference.now() - beganS)
    if (!this.action.every(Number.isFinite)) throw policyNotANumber()
    this.view.acting = handOver?.act(nowS, this.controller, this.action)
    if (this.view.acting === 'leader') this.judge.noteLed()
    this.controller.step(this.action, 0, q)
    if (this.firstRun.stage !== 'shadow') this.track.push(this.controller.setpoint, nowS)
    this.steps++
    this.view.timeS = nowS
    this.view.rule = this.port.lastRule
    this.tap?.policyStep(this.view)
    if (this.firstRun.advance(1 / spec.control.policyRateHz)) {
      this.controller = this.createController()
      this.beginEpisode()
    }
  }

  private judgeEpisode(nowS: number): void {
    const finished = this.judge.observe(nowS, this.options.goal, this.objects)
    if (finished === null) return
    this.tap?.episode(finished)
    if (!this.judge.isUnderWay) this.intermission.begin()
  }

  private nextSetpoint(): void {
    const { restQ } = this.intermission
    if (this.isHolding) this.setpoint.set(this.port.commandedQ())
    else if (restQ !== undefined) this.setpoint.set(restQ)
    else this.track.at(this.options.clock.now(), this.setpoint)
  }

  /** Clears recurrent state, previous action and filters; the arm is where it is. */
  private beginEpisode(): void {
    this.state.fill(0)
    this.action.fill(0)
    this.standHere()
    this.judge.restart()
    this.isHolding = false
    if (this.intermission.end() || this.isInHand) this.sensors.begin()
  }

  /** What is commanded begins anew, where the arm is now. */
  private standHere(): void {
    this.controller.reset(this.port.activeQ)
    this.track.reset(this.controller.setpoint, this.options.clock.now())
    this.options.handOver?.restart()
  }

  private async afterSend({ verdict, rule }: SafetyReport): Promise<void> {
    if (verdict === 'stop') throw rule === 'lostSensor' ? this.sensors.lost() : stoppedBy(rule)
    if (verdict === 'park') {
      await this.park()
      this.isLaidDown = true
      throw laidDown(rule)
    }
    if (verdict === 'yield') await this.giveIn(rule)
    const isHolding = verdict === 'hold' || this.yielding.isOn
    if (this.isHolding && !isHolding) await this.goOn()
    this.isHolding = isHolding
  }

  /** What is in the way gets time to leave. */
  private async giveIn(rule: string): Promise<void> {
    await this.port.giveIn()
    this.yielding.begin(rule)
  }

  /** From where the arm is now. */
  private async goOn(): Promise<void> {
    await this.port.recover()
    if (this.yielding.end()) this.intermission.resume()
    this.jog.goOn?.()
    this.standHere()
  }
}
