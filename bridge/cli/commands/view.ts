import type { CodedError } from '../../../configs/load/coded-error.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger } from '../option-values.ts'

const MAX_PORT = 65_535

export const command: CommandDefinition = {
  example: 'sim2arm view --arm panda --port 8081',
  arguments: [],
  options: [
    { flags: '--arm <name>', description: 'arm shown at rest', defaultValue: 'so101' },
    { flags: '--host <address>', description: 'address to listen on', defaultValue: '127.0.0.1' },
    {
      flags: '--port <N>',
      description: 'port to listen on, 0 for a free one',
      defaultValue: 8080,
      parse: parseInteger(0, MAX_PORT),
    },
  ],
  run: view,
}

async function view({ options, out, signal }: CommandContext): Promise<CommandOutcome> {
  const { loadArmDescription } = await import('../../../robot/model/load-arm.node.ts')
  const { startViewer } = await import('../../viewer/start-viewer.node.ts')
  const { restingScene, restingState } = await import('../../viewer/resting-scene.ts')
  const arm = loadArmDescription(options['arm'] as string)
  let lost: CodedError | undefined
  const ended = new AbortController()
  const viewer = await startViewer({
    host: options['host'] as string,
    port: options['port'] as number,
    scene: restingScene(arm),
    onLost(error) {
      lost = error
      ended.abort()
    },
  })
  viewer.state(restingState(arm))
  out.event({ type: 'ready', url: viewer.url })
  out.line(`Viewer: ${viewer.url} (Ctrl-C ends it)`)
  await aborted(AbortSignal.any([signal, ended.signal]))
  await viewer.close()
  if (lost !== undefined) throw lost
  return { result: { url: viewer.url } }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
