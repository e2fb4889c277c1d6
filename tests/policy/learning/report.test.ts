import { describe, expect, it } from 'vitest'
import { renderReport } from '../../../policy/learning/report.ts'
import type { TrainEvent, UpdateEvent } from '../../../policy/learning/train-events.ts'

const TIMES = { collectS: 1, simulateS: 0.9, inferS: 0.1, learnS: 0.5, gradientWaitS: 0 }

function update(iteration: number, figures: UpdateEvent['figures']): UpdateEvent {
  return {
    ...{ kind: 'update', iteration, steps: 100 * iteration, wallS: iteration, stepsPerS: 100 },
    ...{ success: 0.5, runningSuccess: 0.5, meanDistanceM: 0.1, meanReturn: -1, width: 0.1 },
    ...{ numNonFinite: 0, figures, times: TIMES },
  }
}

const render = (events: readonly TrainEvent[]) =>
  renderReport({ title: 'push <on> so101', events, sections: { Training: 'seed: 1' } })

/** Corners of the curves under a heading. */
function curvesOf(html: string, heading: string): string[] {
  const [figure] = html.split('</figure>').filter((part) => part.includes(`<b>${heading}`))
  return [...(figure ?? '').matchAll(/points="([^"]*)"/g)].map(([, points]) => points!)
}

describe('the report of a run', () => {
  it('draws KL, learning rate and exploration where the algorithm has them', () => {
    const html = render([
      update(1, { kl: 0, learningRate: 1e-3, std: 0.5 }),
      update(2, { kl: 0.04, learningRate: 5e-4, std: 0.5 }),
      update(3, { kl: 0.02, learningRate: 1e-3, std: 0.5 }),
    ])
    // From the left to the right, from 0 at the bottom (195) to the greatest at the top (5).
    expect(curvesOf(html, 'how far an update moved')).toEqual(['0.0,195.0 500.0,5.0 1000.0,100.0'])
    expect(curvesOf(html, 'learning rate')).toEqual(['0.0,5.0 500.0,100.0 1000.0,5.0'])
    expect(curvesOf(html, 'exploration')).toHaveLength(1)
    const without = render([update(1, { loss: 0.1 })])
    expect(without).not.toContain('learning rate')
    expect(curvesOf(without, 'return per episode')).toHaveLength(1)
  })

  it('begins with what went wrong, as text', () => {
    const html = render([
      update(1, {}),
      { kind: 'warning', iteration: 5, message: 'a reward < 0 & no other', hint: 'another task' },
      { kind: 'skipped', iteration: 7, reason: 'not finite after it: actor', path: 'poisoned/7' },
    ])
    expect(html).toContain('<li>update 5: a reward &lt; 0 &amp; no other. another task')
    expect(html).toContain(
      '<li>update 7: taken back, not finite after it: actor; what went in: poisoned/7',
    )
    expect(html.indexOf('update 5')).toBeLessThan(html.indexOf('<svg'))
    expect(html).toContain('push &lt;on> so101')
    expect(render([update(1, {})])).not.toContain('Warnings')
  })
})
