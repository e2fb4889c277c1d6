import { describe, expect, it } from 'vitest'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import type { TaskConfig } from '../../../sim/tasks/task.schema.ts'
import { task } from '../push-setup.ts'

const changed = (changes: Partial<TaskConfig>): TaskConfig => ({ ...task, ...changes })
const codeAndHint = (code: string, hint: RegExp) =>
  expect.objectContaining({ code, hint: expect.stringMatching(hint) as string })

describe('a task on an arm', () => {
  it('is the section of that arm', () => {
    expect(taskOnArm(task, 'panda').objects[0]!.massKg).toBe(0.2)
  })

  it('names what there is when asked for an arm, kind or reward term that there is not', () => {
    const unknown = 'CONFIG_UNKNOWN_NAME'
    expect(() => taskOnArm(task, 'so100')).toThrow(codeAndHint(unknown, /so101.*panda/))
    const kind = changed({ kind: 'pusch' })
    expect(() => taskOnArm(kind, 'so101')).toThrow(codeAndHint(unknown, /push/))
    const rewards = changed({ rewards: { progres: 1 } })
    expect(() => taskOnArm(rewards, 'so101')).toThrow(codeAndHint(unknown, /progress/))
  })

  it('has the parameters of its kind, all of them and no others', () => {
    const with_ = (parameters: Record<string, number>) =>
      changed({ arms: [{ ...task.arms[0]!, parameters }] })
    const { reachRingM, ...rest } = task.arms[0]!.parameters
    expect(() => taskOnArm(with_(rest), 'so101')).toThrow(
      codeAndHint('CONFIG_INVALID', /reachRingM: the tip must reach a ring/),
    )
    const extra = with_({ ...task.arms[0]!.parameters, reachRing: reachRingM! })
    expect(() => taskOnArm(extra, 'so101')).toThrow(
      codeAndHint('CONFIG_UNKNOWN_NAME', /did you mean reachRingM/),
    )
  })
})
