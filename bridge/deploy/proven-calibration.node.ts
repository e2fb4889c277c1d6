import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'

/**
 * Remembers with which calibrations an arm has run: beside the calibration file, or, where that place cannot be
 * written, in the user's own state folder. The same numbers in another file are the same calibration; one changed
 * number makes a new one.
 */
export class ProvenCalibration {
  private readonly digest: string
  private readonly places: readonly string[]

  /** @param file - the calibration file */
  constructor(file: string, arm: string, { joints }: Pick<ArmCalibration, 'joints'>) {
    this.digest = createHash('sha256').update(JSON.stringify({ arm, joints })).digest('hex')
    const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
    this.places = [`${file}.proven`, join(state, 'sim2arm', 'proven', this.digest)]
  }

  get isProven(): boolean {
    return this.places.some((place) => {
      try {
        return readFileSync(place, 'utf8').includes(this.digest)
      } catch {
        return false
      }
    })
  }

  /** Where it is remembered now; undefined when it can be written nowhere: the next run proves it again. */
  remember(): string | undefined {
    const text = `${JSON.stringify({ calibration: this.digest, provenAt: new Date().toISOString() })}\n`
    return this.places.find((place) => {
      try {
        mkdirSync(dirname(place), { recursive: true })
        writeFileSync(place, text)
        return true
      } catch {
        return false
      }
    })
  }
}
