import { ARM_OPTIONS, leftAs, PARK_OPTION, readArmAtPort } from '../arm-at-port.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { JOG_HELP, JogKeys } from '../jog-keys.ts'

export const command: CommandDefinition = {
  examples: ['sim2arm jog --port /dev/ttyACM0 --calibration my_arm.yaml --park'],
  arguments: [],
  options: [...ARM_OPTIONS, PARK_OPTION],
  settable: 'the deploy config',
  run,
}

/** Moves an arm while a key is held: joint by joint, or its tool along an axis. */
async function run(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const [{ runArmSession }, { createJogSource }] = await Promise.all([
    import('../../deploy/arm-session.node.ts'),
    import('../../deploy/jog-source.ts'),
  ])
  const jogged = await readArmAtPort(context)
  const { arm, config, port } = jogged
  const joints = arm.joints.filter(({ servo }) => servo !== undefined).map(({ name }) => name)
  const keys = new JogKeys(joints.length, config.jog.deadManS)
  const now = () => performance.now() / 1000
  const stopListening = listen(keys, now)
  const isParked = options['park'] === true
  let where: (() => readonly number[]) | undefined
  const report = await runArmSession(
    {
      ...jogged,
      ...{ joints, signal, isParked },
      onStarted() {
        out.event({ type: 'started', arm: arm.name, port, joints })
        for (const line of JOG_HELP) out.line(line)
        out.line(`Joints: ${joints.map((name, index) => `${index + 1} ${name}`).join(', ')}`)
      },
    },
    async ({ model, port: armPort }) => {
      where = () => [...armPort.commandedQ()]
      return createJogSource({
        ...{ model, port: armPort, speeds: config.jog },
        asked: () => keys.held(now()),
        share: () => keys.share,
        isOver: () => keys.isOver,
      })
    },
  ).finally(stopListening)
  const { cycles, interventions, seconds, timing } = report
  const jointsRad = Object.fromEntries(joints.map((name, index) => [name, where?.()[index]]))
  return {
    result: { arm: arm.name, cycles, seconds, interventions, jointsRad, loop: timing.loop },
    summary: `Moved by hand for ${seconds.toFixed(1)} s. The arm ${leftAs(isParked)}.`,
  }
}

/** Hands the keys on as they are typed, from a terminal or a pipe; gives what ends that. */
function listen(keys: JogKeys, now: () => number): () => void {
  const { stdin } = process
  const onBytes = (bytes: Buffer) => {
    keys.hear(bytes.toString(), now())
    // In raw mode the terminal hands Ctrl-C on instead of sending the signal.
    if (keys.isInterrupted) process.kill(process.pid, 'SIGINT')
    keys.isInterrupted = false
  }
  const onEnd = () => {
    keys.isOver = true
  }
  if (stdin.isTTY) stdin.setRawMode(true)
  stdin.on('data', onBytes)
  stdin.once('end', onEnd)
  return () => {
    stdin.off('data', onBytes)
    stdin.off('end', onEnd)
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.pause()
  }
}
