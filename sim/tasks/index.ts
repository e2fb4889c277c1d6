import { lift } from './lift.ts'
import { pickPlace } from './pick-place.ts'
import { push } from './push.ts'
import { pushPose } from './push-pose.ts'
import { reach } from './reach.ts'
import { slide } from './slide.ts'
import { stack } from './stack.ts'
import type { TaskDefinition } from './task.ts'

/** Every kind of task, by the name that `kind` in a task's YAML gives. */
export const TASKS: Readonly<Record<string, TaskDefinition>> = {
  lift,
  'pick-place': pickPlace,
  push,
  'push-pose': pushPose,
  reach,
  slide,
  stack,
}
