import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DrawPacer } from '../../../../bridge/viewer/page/scene/draw-pacer.ts'

const [SIGNALED, UNSIGNALED] = [0x9119, 0x9118]

/** A graphics card that is done with a picture after so many milliseconds. */
function cardThatTakes(drawMs: number): WebGL2RenderingContext {
  let doneMs = 0
  const card = {
    ...{ SYNC_STATUS: 0x9114, SYNC_GPU_COMMANDS_COMPLETE: 0x9117, SIGNALED, UNSIGNALED },
    fenceSync() {
      doneMs = performance.now() + drawMs
      return {}
    },
    flush() {},
    deleteSync() {},
    getSyncParameter: () => (performance.now() >= doneMs ? SIGNALED : UNSIGNALED),
  }
  return card as unknown as WebGL2RenderingContext
}

/** Pictures in ten seconds that are asked for every so many milliseconds and looked after at 60 Hz. */
function countPictures(pacer: DrawPacer, card: WebGL2RenderingContext, askEveryMs: number): number {
  let pictures = 0
  let askedMs = Number.NEGATIVE_INFINITY
  let isAsked = false
  for (let frame = 0; frame < 600; frame++) {
    vi.advanceTimersByTime(1000 / 60)
    const nowMs = performance.now()
    if (nowMs - askedMs >= askEveryMs) {
      askedMs = nowMs
      isAsked = true
    }
    if (!isAsked || !pacer.isReady()) continue
    isAsked = false
    pictures++
    pacer.begin(card)
  }
  return pictures
}

describe('the pace of drawing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('shows every state where drawing is quick, however seldom states come', () => {
    // Asked for every 40 ms, which is with every third of the frames: 20 times a second.
    expect(countPictures(new DrawPacer(), cardThatTakes(5), 40)).toBe(200)
  })

  it('leaves the rest of the time to others where drawing is slow', () => {
    const pacer = new DrawPacer()
    pacer.busyShare = 0.25
    // 100 ms of every 400 ms; then up to a frame and a look pass.
    const pictures = countPictures(pacer, cardThatTakes(100), 0)
    expect(pictures).toBeGreaterThan(10_000 / 430)
    expect(pictures).toBeLessThanOrEqual(25)
  })

  it('waits for a picture that is not done', () => {
    expect(countPictures(new DrawPacer(), cardThatTakes(60_000), 0)).toBe(1)
  })
})
