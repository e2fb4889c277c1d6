import type { ScheduledEvent } from './clock.ts'

/** An event in an `EventQueue`; `run` is undefined once cancelled or taken. */
export class QueuedEvent implements ScheduledEvent {
  readonly timeS: number
  readonly order: number
  run: (() => void) | undefined

  constructor(timeS: number, order: number, run: () => void) {
    this.timeS = timeS
    this.order = order
    this.run = run
  }

  cancel(): void {
    this.run = undefined
  }
}

/** Binary heap of events by time, then by order of scheduling. Cancelled events are dropped lazily. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = []
  #numScheduled = 0

  schedule(timeS: number, run: () => void): QueuedEvent {
    if (Number.isNaN(timeS)) throw new RangeError('an event needs a time, got NaN')
    const event = new QueuedEvent(timeS, this.#numScheduled++, run)
    this.#heap.push(event)
    this.#siftUp(this.#heap.length - 1)
    return event
  }

  /** The earliest live event, left in the queue. */
  peek(): QueuedEvent | undefined {
    let first = this.#heap[0]
    while (first !== undefined && first.run === undefined) {
      this.#removeFirst()
      first = this.#heap[0]
    }
    return first
  }

  /** Takes the earliest live event out. */
  pop(): QueuedEvent | undefined {
    const first = this.peek()
    if (first !== undefined) this.#removeFirst()
    return first
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    heap[0] = last
    this.#siftDown()
  }

  #siftUp(start: number): void {
    const heap = this.#heap
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(heap[index]!, heap[parent]!)) return
      swap(heap, index, parent)
      index = parent
    }
  }

  #siftDown(): void {
    const heap = this.#heap
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      let smallest = index
      if (left < heap.length && isBefore(heap[left]!, heap[smallest]!)) smallest = left
      if (left + 1 < heap.length && isBefore(heap[left + 1]!, heap[smallest]!)) smallest = left + 1
      if (smallest === index) return
      swap(heap, index, smallest)
      index = smallest
    }
  }
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.timeS < b.timeS || (a.timeS === b.timeS && a.order < b.order)
}

function swap(heap: QueuedEvent[], a: number, b: number): void {
  const kept = heap[a]!
  heap[a] = heap[b]!
  heap[b] = kept
}
