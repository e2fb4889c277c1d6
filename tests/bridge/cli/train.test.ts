import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { command } from '../../../bridge/cli/commands/train.ts'
import { isInstalled } from '../../../configs/load/load-optional.node.ts'
import { TENSORFLOW_PACKAGES, WEBGPU_PACKAGES } from '../../../policy/backends/optional-packages.ts'
import { runInProcess } from './run-in-process.ts'

describe('sim2arm train', () => {
  it('asks for a config or a run to go on with', async () => {
    const { err, exitCode } = await runInProcess('train')
    expect(exitCode).toBe(2)
    expect(err).toContain('expected a training config or --resume DIR')
  })

  it.each([['--seed', '3'], ['--set', 'a=1'], ['push-so101'], ['--demonstrations', 'x.mcap']])(
    'goes on only with the config a run was made with: %s %s',
    async (...words) => {
      const { err, exitCode } = await runInProcess('train', '--resume', 'runs/a', ...words)
      expect(exitCode).toBe(2)
      expect(err).toContain('BRIDGE_USAGE: --resume goes on with the stored config')
    },
  )

  it.each([
    ['its evaluations', '--seed', '900001'],
    ['eval', '--seed', '777001'],
    ['eval, to choose by', '--set', 'evaluation.seed=777001'],
  ])('draws nothing from the seed of %s', async (_whose, ...words) => {
    const { err, exitCode } = await runInProcess('train', 'push-so101', ...words)
    expect(exitCode).toBe(2)
    expect(err).toMatch(/^CONFIG_INVALID: expected seeds that differ, found seed \d+, /)
  })

  it('refuses several goals to hindsight before there is a run', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-goals-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const words = ['push-panda-sparse', '--set', 'goalsPerEpisode=2', '--out', join(folder, 'run')]
    const { err, exitCode } = await runInProcess('train', ...words)
    expect(exitCode).toBe(2)
    expect(err).toContain(
      'CONFIG_INVALID: hindsight replays episodes of one goal, found goalsPerEpisode 2',
    )
    expect(existsSync(join(folder, 'run'))).toBe(false)
  })

  it('takes no token where there is no page', async () => {
    const { err, exitCode } = await runInProcess('train', 'push-so101', '--token', 'secret')
    expect(exitCode).toBe(2)
    expect(err).toContain('BRIDGE_USAGE: --token says nothing without --view')
  })

  const [absent] = [
    ...(WEBGPU_PACKAGES.every(isInstalled) ? [] : ['webgpu']),
    ...(TENSORFLOW_PACKAGES.some(isInstalled) ? [] : ['tensorflow']),
  ]
  it.runIf(absent)(`refuses a backend that is not there (${absent ?? 'all are'})`, async () => {
    const { err, exitCode } = await runInProcess('train', 'push-so101', '--backend', absent!)
    expect(exitCode).toBe(2)
    expect(err).toContain('POLICY_BACKEND_MISSING')
  })

  it('reads its goal as a share of successes, or as steps', () => {
    const parse = command.options.find(({ flags }) => flags.startsWith('--until'))!.parse!
    expect(parse('success=0.9')).toEqual({ success: 0.9 })
    expect(parse('steps=3e6')).toEqual({ steps: 3_000_000 })
    const wrongs = [
      '0.9',
      'success=',
      'success=90',
      'success=0',
      'reward=1',
      'steps=0',
      'steps=1.5',
    ]
    for (const wrong of wrongs) {
      expect(() => parse(wrong), wrong).toThrow('expected success=')
    }
  })
})
