import { describe, expect, it } from 'vitest'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { openObjects } from '../../../bridge/deploy/open-objects.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import { parseSensorUri, type SensorUri } from '../../../bridge/streams/sensor-uri.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'

/** Which streams are opened for a task whose object is seen at `uri`. */
async function open(task: string, uri: string): Promise<SensorUri['kind'][]> {
  const actor = await loadTaskActor({ name: 'scripted', task })
  const opened: SensorUri['kind'][] = []
  const streams = {
    open: async ({ kind }: SensorUri, topic: string) => {
      opened.push(kind)
      return { stream: new TopicGraph(), topic }
    },
  }
  const config = loadDeployConfig(actor.arm.name)
  const clock = { now: () => 0, epochNow: () => 0 }
  await openObjects({ actor, config, object: parseSensorUri(uri) }, streams, clock)
  return opened
}

describe('an object that a camera page sees', () => {
  it('is pushed', async () => {
    expect(await open('push', 'camera:')).toEqual(['camera'])
  })

  it.each(['lift', 'pick-place'])(
    'is nothing to take hold of in %s: the page sees no heights, and is not opened',
    async (task) => {
      await expect(open(task, 'camera:')).rejects.toMatchObject({
        code: 'ROBOT_SENSOR_INVALID',
        message: expect.stringMatching(new RegExp(`heights that ${task} needs`)),
      })
    },
  )

  it('is taken hold of where something else sees it', async () => {
    expect(await open('lift', 'rosbridge://127.0.0.1:9090/object/pose')).toEqual(['rosbridge'])
  })
})
