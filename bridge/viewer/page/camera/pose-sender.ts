import type { SeenObject } from '../../../../robot/sensors/camera/table-watch.ts'
import { ClockOffset } from '../../../../robot/sensors/clock-offset.ts'
import { secondsOf, stampOf, uprightPose } from '../../../recording/ros-values.ts'
import { epochNow } from '../../../streams/epoch-now.ts'

export interface PoseSenderOptions {
  /** `ws://host:port/…` */
  readonly url: string
  readonly frame: string
  readonly topic: string
  /** Height of what is seen [m]. */
  readonly heightM: number
  readonly onChange: (isConnected: boolean) => void
  /** What the other side complains about. */
  readonly onComplaint: (text: string) => void
}

const ASK_EVERY_MS = 1000
const AGAIN_MS = 1000
const MAX_WAITING_BYTES = 16 * 1024
const TYPE = 'geometry_msgs/PoseStamped'

/** Sends poses by rosbridge, stamped by the receiver's clock, which it asks for its time. */
export class PoseSender {
  private readonly options: PoseSenderOptions
  private readonly offset = new ClockOffset()
  private readonly asked = new Map<string, number>()
  private socket: WebSocket | undefined
  private numAsked = 0

  constructor(options: PoseSenderOptions) {
    this.options = options
    this.connect()
    setInterval(() => this.ask(), ASK_EVERY_MS)
  }

  /** @param captureS - when the image was taken, on this machine's clock since 1970 [s] */
  send(captureS: number, { xM, yM, yawRad }: SeenObject): void {
    const told = this.offset.estimate
    if (told === null || !this.isOpen() || this.socket!.bufferedAmount > MAX_WAITING_BYTES) return
    const stampS = captureS + told.offsetS
    const { frame, heightM, topic } = this.options
    this.tell({
      op: 'publish',
      topic,
      msg: {
        header: { stamp: stampOf(stampS), frame_id: frame },
        pose: uprightPose(xM, yM, heightM, yawRad),
      },
    })
  }

  private isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN
  }

  private connect(): void {
    const { onChange, topic, url } = this.options
    const socket = new WebSocket(url)
    this.socket = socket
    socket.onopen = () => {
      this.tell({ op: 'advertise', topic, type: TYPE })
      this.ask()
      onChange(true)
    }
    socket.onmessage = ({ data }) => this.receive(JSON.parse(String(data)))
    socket.onclose = () => {
      onChange(false)
      setTimeout(() => this.connect(), AGAIN_MS)
    }
  }

  private ask(): void {
    if (!this.isOpen()) return
    const id = `time:${this.numAsked++}`
    this.asked.clear()
    this.asked.set(id, epochNow())
    this.tell({ op: 'call_service', id, service: '/rosapi/get_time' })
  }

  private receive(operation: {
    readonly op: string
    readonly id?: string
    readonly msg?: string
    readonly values?: { readonly time?: { readonly sec: number; readonly nanosec: number } }
  }): void {
    if (operation.op === 'status') this.options.onComplaint(operation.msg ?? '')
    const sentS = this.asked.get(operation.id ?? '')
    const time = operation.values?.time
    if (sentS === undefined || time === undefined) return
    const theirsS = secondsOf(time)
    this.offset.add(sentS, theirsS, theirsS, epochNow())
  }

  private tell(operation: object): void {
    if (this.isOpen()) this.socket!.send(JSON.stringify(operation))
  }
}
