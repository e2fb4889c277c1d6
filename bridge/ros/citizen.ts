import { CodedError } from '../../configs/load/coded-error.ts'
import type { LoopTap } from '../deploy/loop-tap.ts'
import type { LoopRequests } from '../deploy/sources.ts'
import { numberRow, stampOf } from '../recording/ros-values.ts'
import type { RosNode, RosPublisher } from './graph.ts'
import type { DiagnosticStatus, MessageTypes } from './interfaces.ts'
import { COMMAND_QOS } from './qos.ts'
import type { RosConfig } from './ros.schema.ts'

export interface CitizenOptions {
  readonly node: RosNode
  readonly config: RosConfig
  /** Name of the arm. */
  readonly arm: string
  /** Counts that a diagnosis shows. */
  readonly counts: () => Readonly<Record<string, number>>
}

const OBSERVATION = '~/observation'
const OK = 0
const WARN = 1

/**
 * A deployment as a node of ROS 2: what the policy is told and answers on `~/observation` and `~/action`, its health on
 * /diagnostics; takes `~/start` (a new episode begins) and `~/stop` (the arm holds, the run ends).
 */
export class Citizen {
  readonly tap: LoopTap
  /** Aborts at `~/stop`. */
  readonly stopped: AbortSignal
  readonly #stop = new AbortController()
  readonly #node: RosNode
  readonly #options: CitizenOptions
  readonly #diagnostics: RosPublisher<MessageTypes['diagnostic_msgs/msg/DiagnosticArray']>
  #hasReset = false
  #rule = ''
  #steps = 0
  #diagnosedS = Number.NEGATIVE_INFINITY

  constructor(options: CitizenOptions) {
    const { config, node } = options
    this.#node = node
    this.#options = options
    this.stopped = this.#stop.signal
    const rows = 'std_msgs/msg/Float32MultiArray'
    const observation = node.publisher(rows, OBSERVATION, COMMAND_QOS)
    const action = node.publisher(rows, '~/action', COMMAND_QOS)
    this.#diagnostics = node.publisher(
      'diagnostic_msgs/msg/DiagnosticArray',
      '/diagnostics',
      COMMAND_QOS,
    )
    node.service('std_srvs/srv/Trigger', '~/start', () => {
      this.#hasReset = true
      return { success: true, message: 'a new episode begins' }
    })
    node.service('std_srvs/srv/Trigger', '~/stop', () => {
      this.#stop.abort(new CodedError('BRIDGE_INTERRUPTED', 'stopped by ~/stop'))
      return { success: true, message: 'the arm holds still with torque on' }
    })
    this.tap = {
      cycle: ({ rule, timeS }) => {
        this.#rule = rule
        if (timeS - this.#diagnosedS < 1 / config.publish.diagnosticsHz) return
        this.#diagnosedS = timeS
        this.#diagnose()
      },
      policyStep: (view) => {
        this.#steps++
        observation.publish(numberRow('observation', view.observation) as never)
        action.publish(numberRow('action', view.action) as never)
      },
      episode() {},
    }
  }

  /**
   * Once nodes have found each other: two of one name would both command the arm.
   * @throws BRIDGE_ROS_NAME
   */
  checkAlone(): void {
    const { name } = this.#node
    if (this.#node.publishersOf(OBSERVATION).length < 2) return
    throw new CodedError('BRIDGE_ROS_NAME', `another deployment runs as node ${name}`, {
      hint: 'end it, or name this one otherwise: --ros-args -r __node:=second_arm',
    })
  }

  /** Requests of others, and of `~/start`. */
  requests(others: LoopRequests): LoopRequests {
    return {
      takeReset: () => {
        const had = others.takeReset() || this.#hasReset
        this.#hasReset = false
        return had
      },
      get isStopped() {
        return others.isStopped
      },
    }
  }

  #diagnose(): void {
    const rule = this.#rule
    const values = { steps: this.#steps, ...this.#options.counts() }
    const status: DiagnosticStatus = {
      level: rule === '' ? OK : WARN,
      name: `${this.#node.name.slice(1)}: control loop`,
      message: rule === '' ? 'running' : `safety rule ${rule} steps in`,
      hardware_id: this.#options.arm,
      values: Object.entries(values).map(([key, value]) => ({ key, value: String(value) })),
    }
    const header = { stamp: stampOf(this.#node.now()), frame_id: '' }
    this.#diagnostics.publish({ header, status: [status] })
  }
}
