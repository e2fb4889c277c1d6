import { describe, expect, it } from 'vitest'
import { createOutput } from '../../../bridge/cli/output.ts'
import { formatProgress } from '../../../bridge/cli/progress.ts'

function output(isTerminal: boolean) {
  const written = { out: '', err: '', nowS: 0 }
  const out = createOutput({
    writeOut: (text) => {
      written.out += text
    },
    writeErr: (text) => {
      written.err += text
    },
    isJson: false,
    isTerminal,
    columns: 60,
    now: () => written.nowS,
  })
  return { out, written }
}

describe('formatProgress', () => {
  it('tells count, share, rate and time left', () => {
    // 250 of 1000 after 5 s: 50 a second, 750 left = 15 s; a quarter of 8 bars is 2.
    expect(formatProgress({ done: 250, total: 1000, unit: 'steps' }, 5, 8)).toBe(
      '250/1k steps  25%  ━━──────  50/s  15 s left',
    )
  })

  it('takes share and time left from a deadline where the end is a time', () => {
    const time = { share: 0.5, leftS: 600 }
    const report = { done: 1_234_000, unit: 'steps', ratePerS: 2000, time, text: 'success 0.8' }
    expect(formatProgress(report, 5, 0)).toBe('1.23M steps  50%  2k/s  10 min left  success 0.8')
  })

  it('tells what it knows when the end is unknown', () => {
    expect(formatProgress({ done: 10, unit: 'episodes' }, 2, 8)).toBe('10 episodes  5/s')
  })
})

describe('progress', () => {
  it('redraws one line on a terminal and clears it before other output', () => {
    const { out, written } = output(true)
    out.progress({ done: 1, total: 2, unit: 'steps' })
    written.nowS = 1
    out.progress({ done: 2, total: 2, unit: 'steps' })
    out.line('note')
    expect(written.err.split('\r').length - 1).toBe(3)
    expect(written.err).not.toContain('\n')
    expect(written.err.endsWith('\x1b[2K')).toBe(true)
    expect(written.out).toBe('note\n')
  })

  it('never exceeds the width of the terminal', () => {
    const { out, written } = output(true)
    out.progress({ done: 1, total: 2, unit: 'steps', text: 'x'.repeat(200) })
    expect(written.err.replace('\r\x1b[2K', '').length).toBeLessThan(60)
  })

  it('writes a plain line at most every ten seconds elsewhere', () => {
    const { out, written } = output(false)
    for (written.nowS = 0; written.nowS < 25; written.nowS += 0.5) {
      out.progress({ done: written.nowS, total: 25, unit: 'steps' })
    }
    expect(written.err.split('\n')).toHaveLength(4)
    expect(written.err).not.toContain('\r')
  })
})
