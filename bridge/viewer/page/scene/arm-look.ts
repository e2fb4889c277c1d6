import { Color, MeshStandardMaterial } from 'three'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import type { Theme } from '../theme.ts'

/** `shell`: printed or cast parts; `motor`: motors, hands; `hub`: discs on the joint axes. */
export type Finish = 'shell' | 'motor' | 'hub' | 'screw'

export interface ArmLook {
  /** Whether the parts are printed around bus servos. */
  readonly isPrinted: boolean
  readonly materials: Readonly<Record<Finish, MeshStandardMaterial>>
  setTheme(theme: Theme): void
}

/** Printed arms with bus servos are coloured with dark motors; others are white with graphite. */
export function createArmLook(description: ArmDescription, theme: Theme): ArmLook {
  const isPrinted = description.joints.some(({ servo }) => servo !== undefined)
  const shell = new MeshStandardMaterial({ roughness: isPrinted ? 0.62 : 0.38 })
  const motor = new MeshStandardMaterial({ roughness: 0.45 })
  const hub = new MeshStandardMaterial({ color: 0xb9c0c6, roughness: 0.35, metalness: 0.15 })
  const screw = new MeshStandardMaterial({ color: 0x565d64, roughness: 0.5 })
  const setTheme = ({ arm, isDark }: Theme) => {
    motor.color = new Color(isDark ? 0x4a5158 : 0x3b4248)
    shell.color = isPrinted ? new Color(arm) : new Color(0xeceef0)
  }
  setTheme(theme)
  return { isPrinted, materials: { shell, motor, hub, screw }, setTheme }
}
