import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../../bridge/cli/command.ts'
import { command } from '../../../bridge/cli/commands/train.ts'
import { isInstalled } from '../../../configs/load/load-optional.node.ts'
import { TENSORFLOW_PACKAGES, WEBGPU_PACKAGES } from '../../../policy/backends/optional-packages.ts'

function context(given: Partial<CommandContext>): CommandContext {
  return {
    args: [undefined],
    options: {},
    signal: new AbortController().signal,
    out: { event: () => undefined, line: () => undefined, progress: () => undefined },
    seed: undefined,
    set: [],
    isVerbose: false,
    rosArgs: [],
    ...given,
  }
}

describe('sim2arm train', () => {
  it('asks for a config or a run to go on with', async () => {
    await expect(command.run(context({}))).rejects.toMatchObject({ code: 'BRIDGE_USAGE' })
  })

  it('goes on only with the config a run was made with', async () => {
    const options = { resume: 'runs/a' }
    const refused = { code: 'BRIDGE_USAGE' }
    await expect(command.run(context({ options, seed: 3 }))).rejects.toMatchObject(refused)
    await expect(command.run(context({ options, set: ['a=1'] }))).rejects.toMatchObject(refused)
    await expect(command.run(context({ options, args: ['push'] }))).rejects.toMatchObject(refused)
  })

  const [absent] = [
    ...(WEBGPU_PACKAGES.every(isInstalled) ? [] : ['webgpu']),
    ...(TENSORFLOW_PACKAGES.some(isInstalled) ? [] : ['tensorflow']),
  ]
  it.runIf(absent)(`refuses a backend that is not there (${absent ?? 'all are'})`, async () => {
    const given = context({ args: ['push-so101'], options: { backend: absent } })
    await expect(command.run(given)).rejects.toMatchObject({ code: 'POLICY_BACKEND_MISSING' })
  })

  it('reads its goal as a share of successes', () => {
    const parse = command.options.find(({ flags }) => flags.startsWith('--until'))!.parse!
    expect(parse('success=0.9')).toBe(0.9)
    for (const wrong of ['0.9', 'success=', 'success=90', 'success=0', 'reward=1']) {
      expect(() => parse(wrong), wrong).toThrow('expected success=')
    }
  })
})
