import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writePrintables } from '../../bridge/printables/write-printables.node.ts'
import { loadConfig } from '../../configs/load/load.node.ts'
import { tableSheetSchema } from '../../robot/calibration/table-sheet.schema.ts'

/** A Python with pupil-apriltags and OpenCV: SIM2ARM_PYTHON, or python3. */
const { SIM2ARM_PYTHON: python = 'python3' } = process.env
const hasDetectors = spawnSync(python, ['-c', 'import pupil_apriltags, cv2.aruco']).status === 0
const reason = `needs a Python with detectors: ${python} -m pip install pupil-apriltags opencv-python-headless`

describe('the printed tags', () => {
  it.skipIf(!hasDetectors)(
    `are found where they should be, upright, by AprilTag and OpenCV${hasDetectors ? '' : ` (skipped: ${reason})`}`,
    () => {
      const { paper, tags } = loadConfig('sheets', 'table-sheet', tableSheetSchema)
      const folder = mkdtempSync(join(tmpdir(), 'sim2arm-tags-'))
      try {
        const files = writePrintables(folder)
        const detect = (name: string) => {
          const script = join(import.meta.dirname, 'april_tags.py')
          const file = files.find((each) => each.endsWith(name))!
          return JSON.parse(execFileSync(python, [script, file], { encoding: 'utf8' }))
        }
        const sheet = detect('table-sheet.svg')
        expect(sheet.upright).toBe(true)
        for (const found of [sheet.apriltag, sheet.opencv]) {
          expect(Object.keys(found)).toEqual(tags.placed.map(({ id }) => String(id)))
          for (const { id, xM, yM } of tags.placed) {
            expect(Math.abs(found[id].xMm - (paper.widthM / 2 - yM) * 1000)).toBeLessThan(0.3)
            expect(Math.abs(found[id].yMm - (paper.depthM - xM) * 1000)).toBeLessThan(0.3)
            expect(Math.abs(found[id].sideMm - tags.sizeM * 1000)).toBeLessThan(0.5)
          }
        }
        expect(Object.keys(detect('puck-tag.svg').apriltag)).toEqual(['0'])
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )
})
