import { CodedError } from '../../../configs/load/coded-error.ts'
import type { EventClock } from '../../model/clock.ts'
import type { ServoProtocol } from '../protocols/servo-protocol.ts'
import { wireTimeS } from '../protocols/wire.ts'
import type { Transport } from '../transports/transport.ts'
import { ServoClient } from './servo-client.ts'
import { SERVO_FAMILIES } from './servo-families.ts'
import type { ServoIdentity } from './servo-family.ts'

/** Longer than return delay and USB, short enough to try many. */
const PING_MARGIN_S = 0.015
/** Ids up to here are tried one by one; who has another answers a ping to all. */
const LAST_ID_TRIED = 20
/** Servos answer a ping to all in order of id, each in a slot that is longer than the answer by so much. */
const SLOT_PAUSE_BYTES = 3
const TRIES = 3
const ROUNDS = 3
const NOTHING = new Uint8Array(0)

export interface ScanOptions {
  readonly protocol: ServoProtocol
  /** Not yet open; closed again afterwards. */
  readonly transport: Transport
  readonly clock: EventClock
  readonly baudsBps?: readonly number[]
  /**
   * Rates that are scanned in all, by several calls; `baudsBps` when left out. Behind an adapter that has a rate of its
   * own, whatever the host's, servos answer at any: each is told at that in its register alone.
   */
  readonly allBaudsBps?: readonly number[]
  readonly ids?: readonly number[]
  readonly signal?: AbortSignal
}

export interface FoundServo extends ServoIdentity {
  readonly id: number
  readonly baudBps: number
  /** As in arm files, or the bare number. */
  readonly model: string
  /** What it complains of, in words; left out: of nothing. */
  readonly complaint?: string
}

/** An id under which something answers that nobody can understand: two servos at once. */
export interface IdClash {
  readonly id: number
  readonly baudBps: number
}

export interface ScanResult {
  readonly servos: readonly FoundServo[]
  readonly clashes: readonly IdClash[]
}

/**
 * Servos that answer on a port, asked one by one: Feetech forbids broadcast pings on a shared bus, as the answers may
 * spoil each other. One tells nevertheless whether there is anybody beside those.
 */
export async function scanServos(options: ScanOptions): Promise<ScanResult> {
  const { protocol, transport, clock, baudsBps = protocol.baudRatesBps, signal } = options
  const servos: FoundServo[] = []
  const clashes: IdClash[] = []
  const heard = countReceived(transport)
  for (const baudBps of baudsBps) {
    const client = new ServoClient({
      ...{ protocol, clock, baudBps },
      transport: heard.transport,
      replyMarginS: PING_MARGIN_S,
      tolerated: () => protocol.stateErrors,
    })
    await client.open(signal)
    try {
      const found = await scanRate(client, heard, options)
      servos.push(...found.servos)
      clashes.push(...found.clashes)
    } finally {
      await client.close()
    }
  }
  return { servos, clashes }
}

/** Who answers at the client's rate. */
async function scanRate(
  client: ServoClient,
  heard: Heard,
  { ids: wanted, signal, baudsBps, allBaudsBps = baudsBps }: ScanOptions,
): Promise<ScanResult> {
  const servos: FoundServo[] = []
  const clashes: IdClash[] = []
  const { ids, guesses } =
    wanted === undefined ? await possibleIds(client, heard) : { ids: wanted, guesses: [] }
  let silent: number[] = [...ids]
  let hasHeard = false
  // Where some answer, another's reply may have been lost, or be late on a busy computer: only silence at a rate is
  // certain. Who stays silent is waited for twice as long each time.
  for (let round = 0; round < ROUNDS && (round === 0 || hasHeard); round++) {
    const asked = round === 0 ? [...silent, ...guesses] : silent.filter((id) => ids.includes(id))
    silent = []
    for (const id of asked) {
      signal?.throwIfAborted()
      const answer = await ask(client, id, heard, 2 ** round * client.pingTimeoutS)
      if (answer === 'clash') clashes.push({ id, baudBps: client.baudBps })
      else if (answer === 'nobody') silent.push(id)
      else if (!isElsewhere(client, answer, allBaudsBps)) servos.push(answer.servo)
    }
    hasHeard = servos.length + clashes.length > 0
  }
  return { servos, clashes }
}

/** Ids that are worth asking, and those that somebody has perhaps. */
async function possibleIds(
  client: ServoClient,
  heard: Heard,
): Promise<{ ids: readonly number[]; guesses: readonly number[] }> {
  const { baudBps, protocol } = client
  const usual = Array.from({ length: LAST_ID_TRIED + 1 }, (_, id) => id)
  const rest = Array.from({ length: protocol.maxId - LAST_ID_TRIED }, (_, n) => usual.length + n)
  const answerBytes = protocol.statusOverheadBytes + protocol.pingParameters
  const slotsBytes = (protocol.maxId + 1) * (answerBytes + SLOT_PAUSE_BYTES)
  const before = heard.numBytes
  const found = new Set<number>()
  await client.exchange(
    protocol.encodePing(protocol.broadcastId),
    (id, _error, { length }) => {
      if (length !== protocol.pingParameters) return 'stray'
      found.add(id)
      return 'more'
    },
    wireTimeS(slotsBytes, baudBps) + PING_MARGIN_S,
  )
  // Some may have spoilt each other's answers.
  const isClear = heard.numBytes - before === found.size * answerBytes
  const ids = [...usual, ...rest.filter((id) => found.has(id))]
  return { ids, guesses: isClear ? [] : rest.filter((id) => !found.has(id)) }
}

interface Answer {
  readonly servo: FoundServo
  /** As its register says; undefined where that is no rate. */
  readonly ownBaudBps: number | undefined
}

/** Whether a servo is told at another of the rates that are scanned. */
function isElsewhere(
  { baudBps, protocol }: ServoClient,
  { ownBaudBps }: Answer,
  baudsBps: readonly number[] = protocol.baudRatesBps,
): boolean {
  return ownBaudBps !== undefined && ownBaudBps !== baudBps && baudsBps.includes(ownBaudBps)
}

/** What is under an id; noise on the line that comes once is nobody. */
async function ask(
  client: ServoClient,
  id: number,
  heard: Heard,
  timeoutS: number,
): Promise<Answer | 'clash' | 'nobody'> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = heard.numBytes
    if (await client.ping(id, timeoutS)) {
      // Two of a kind may answer a ping with the same bytes; what they are set to differs.
      return identify(client, id).catch((error: unknown) => {
        const isSilent = error instanceof CodedError && error.code === 'ROBOT_SERVO_SILENT'
        if (isSilent) return 'clash' as const
        throw error
      })
    }
    if (heard.numBytes === before) return 'nobody'
  }
  return 'clash'
}

interface Heard {
  readonly numBytes: number
}

/** The same transport, counting the bytes that come, but for the host's own where the adapter gives them back. */
function countReceived(transport: Transport): Heard & { readonly transport: Transport } {
  let sent = NOTHING
  let numEchoed = 0
  const counted = {
    numBytes: 0,
    transport: {
      path: transport.path,
      open: (signal) => transport.open(signal),
      write(bytes) {
        sent = bytes.slice()
        numEchoed = 0
        return transport.write(bytes)
      },
      onReceive: (listener) =>
        transport.onReceive((bytes) => {
          for (const byte of bytes) {
            if (byte === sent[numEchoed]) {
              numEchoed++
              continue
            }
            // What only begins as the host's bytes do is somebody's answer.
            if (numEchoed < sent.length) {
              counted.numBytes += numEchoed
              sent = NOTHING
              numEchoed = 0
            }
            counted.numBytes++
          }
          listener(bytes)
        }),
      onClose: (listener) => transport.onClose(listener),
      setBaud: (baudBps) => transport.setBaud(baudBps),
      close: () => transport.close(),
    } satisfies Transport,
  }
  return counted
}

async function identify(client: ServoClient, id: number): Promise<Answer> {
  const { baudRatesBps, modelNumbers, name } = client.protocol
  const { identify: look, registers } = SERVO_FAMILIES[name]
  const identity = await look(client, id)
  const ownBaudBps = baudRatesBps[await client.readRegister(id, registers.baud)]
  const { modelNumber } = identity
  const known = Object.entries(modelNumbers).find(([, number]) => number === modelNumber)
  const model = known?.[0] ?? String(modelNumber)
  const complaint = await client.complaint(id)
  const servo = {
    ...{ id, baudBps: client.baudBps, model },
    ...identity,
    ...(complaint !== undefined && { complaint }),
  }
  return { servo, ownBaudBps }
}
