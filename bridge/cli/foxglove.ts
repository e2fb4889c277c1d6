import type { FoxgloveLive } from '../streams/foxglove/foxglove-live.node.ts'
import type { MessageType } from '../streams/messages.ts'
import { STEERING_SERVER } from '../streams/shared-steering.ts'
import type { CommandContext, CommandOption } from './command.ts'
import { parseHostPort } from './option-values.ts'

/** Where Foxglove looks when nothing else is said. */
const DEFAULT_PLACE = '127.0.0.1:8765'

export const FOXGLOVE_OPTIONS: readonly CommandOption[] = [
  {
    flags: '--foxglove [host:port]',
    description: `show the run live in Foxglove (${DEFAULT_PLACE} without a place)`,
  },
  {
    flags: '--token <text>',
    description:
      'who may connect to --foxglove, and move the arm from the viewer’s page; left out: a random one where it matters; none: everybody',
  },
]

/** The server of `--foxglove`, if it is asked for. */
export async function openFoxglove(
  { options, out }: CommandContext,
  name: string,
  accepts: Readonly<Record<string, MessageType>>,
  steering: SharedArrayBuffer,
): Promise<FoxgloveLive | undefined> {
  const place = options['foxglove']
  if (place === undefined) return undefined
  const { accessToken } = await import('../streams/access-token.ts')
  const { startFoxgloveLive } = await import('../streams/foxglove/foxglove-live.node.ts')
  const { host, port } = parseHostPort(place === true ? DEFAULT_PLACE : String(place))
  const token = accessToken(host, options['token'] as string | undefined)
  const onLost = (error: { readonly line: string }) => out.line(error.line)
  const live = await startFoxgloveLive({
    ...{ host, port, name, accepts, onLost },
    steering: { memory: steering, server: STEERING_SERVER.foxglove },
    ...(token !== undefined && { token }),
  })
  const url = token === undefined ? live.url : `${live.url}/?token=${token}`
  out.event({ type: 'foxglove', url })
  out.line(`Foxglove: open a connection to ${url}`)
  return live
}
