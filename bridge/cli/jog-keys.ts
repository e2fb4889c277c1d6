import type { JogMotion } from '../deploy/jog-source.ts'

const joint = (index: number, direction: 1 | -1): JogMotion => ({ kind: 'joint', index, direction })
const tool = (index: number, direction: 1 | -1): JogMotion => ({ kind: 'tool', index, direction })

/** The row of digits turns joints one way, the row of letters below the other. */
const MOTIONS: Readonly<Record<string, JogMotion>> = {
  '1': joint(0, 1),
  q: joint(0, -1),
  '2': joint(1, 1),
  w: joint(1, -1),
  '3': joint(2, 1),
  e: joint(2, -1),
  '4': joint(3, 1),
  r: joint(3, -1),
  '5': joint(4, 1),
  t: joint(4, -1),
  '6': joint(5, 1),
  // On some keyboards one is where the other is on others.
  y: joint(5, -1),
  z: joint(5, -1),
  up: tool(0, 1),
  down: tool(0, -1),
  left: tool(1, 1),
  right: tool(1, -1),
  pageUp: tool(2, 1),
  pageDown: tool(2, -1),
  u: tool(2, 1),
  j: tool(2, -1),
}

const SEQUENCES: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  '5~': 'pageUp',
  '6~': 'pageDown',
}
const ESC = '\x1b'
const KEY = new RegExp(`${ESC}[[O]([A-D]|[56]~)|${ESC}[[O][0-9;]*[A-Za-z~]|[\\s\\S]`, 'g')
const CTRL_C = '\x03'
const SLOWER = 0.7
const LEAST_SHARE = 0.05

export const JOG_HELP = [
  'Hold a key to move; the arm stands still when it is let go. A tap moves it for a fifth of a second.',
  '  1 2 3 4 5 6   turn joints forwards          ← →        tool to the left, to the right',
  '  q w e r t y   turn them backwards           ↑ ↓        tool away, closer',
  '  + -           faster, slower                u j        tool up, down (also page up, page down)',
  '  space         stand still                   x          end: the arm holds, torque on',
]

/**
 * What a person at a terminal asks for. A terminal tells that a key is pressed, over and over while it is held, but
 * not that it is let go: what has not been said again for `deadManS` is over.
 */
export class JogKeys {
  /** Of full speed. */
  share = 1
  isOver = false
  isInterrupted = false
  readonly #numJoints: number
  readonly #deadManS: number
  #motion: JogMotion | undefined
  #heardS = Number.NEGATIVE_INFINITY

  constructor(numJoints: number, deadManS: number) {
    this.#numJoints = numJoints
    this.#deadManS = deadManS
  }

  /** What has been typed. @param timeS - now [s] */
  hear(text: string, timeS: number): void {
    for (const [key, sequence] of text.matchAll(KEY)) {
      this.#press(sequence === undefined ? key.toLowerCase() : SEQUENCES[sequence]!, timeS)
    }
  }

  /** The motion whose key is held at `timeS` [s]. */
  held(timeS: number): JogMotion | undefined {
    return timeS - this.#heardS <= this.#deadManS ? this.#motion : undefined
  }

  #press(key: string, timeS: number): void {
    const motion = MOTIONS[key]
    if (key === CTRL_C) this.isInterrupted = true
    else if (key === 'x') this.isOver = true
    else if (key === '+' || key === '=') this.share = Math.min(1, this.share / SLOWER)
    else if (key === '-') this.share = Math.max(LEAST_SHARE, this.share * SLOWER)
    else if (motion === undefined || (motion.kind === 'joint' && motion.index >= this.#numJoints)) {
      // Any other key, the space bar above all, is a hand that is not on the motion's.
      this.#motion = undefined
    } else {
      this.#motion = motion
      this.#heardS = timeS
    }
  }
}
