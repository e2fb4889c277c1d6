/**
 * Quality of service as far as the bridge uses it; history is always keep-last. What JavaScript cannot set
 * (deadline, lifespan, liveliness) stays at the middleware's default.
 */
export interface Qos {
  readonly reliability: 'reliable' | 'bestEffort'
  readonly durability: 'volatile' | 'transientLocal'
  /** Messages kept for a receiver, or for those who come later. */
  readonly depth: number
}

/** What ros2_controllers take and give (rclcpp::SystemDefaultsQoS on the usual middlewares). */
export const COMMAND_QOS: Qos = { reliability: 'reliable', durability: 'volatile', depth: 10 }
/**
 * Heard from any publisher; a value that was lost is not sent again: the next one is better. As
 * rmw_qos_profile_sensor_data: a publisher that is too fast for JavaScript is never more than five messages ahead.
 */
export const SENSOR_QOS: Qos = { reliability: 'bestEffort', durability: 'volatile', depth: 5 }
/** Heard by all, also by those who come later. */
export const LATCHED_QOS: Qos = { reliability: 'reliable', durability: 'transientLocal', depth: 1 }
/**
 * A stop, asked for in each of these ways: no one of them hears what is best effort, asks again for what was lost and is
 * told what was said before it came. Several who latch do not push each other out.
 */
export const STOP_QOS: readonly Qos[] = [COMMAND_QOS, SENSOR_QOS, { ...LATCHED_QOS, depth: 10 }]
/** `/tf` as tf2_ros has it. */
export const TF_QOS: Qos = { reliability: 'reliable', durability: 'volatile', depth: 100 }
/** `/tf_static` as tf2_ros listens to it: every publisher keeps its newest. */
export const TF_STATIC_QOS: Qos = {
  reliability: 'reliable',
  durability: 'transientLocal',
  depth: 100,
}

/** Why a subscription that asks for `requested` gets nothing from a publisher that offers `offered`, or null. */
export function mismatch(offered: Qos, requested: Qos): 'reliability' | 'durability' | null {
  if (requested.reliability === 'reliable' && offered.reliability === 'bestEffort')
    return 'reliability'
  if (requested.durability === 'transientLocal' && offered.durability === 'volatile')
    return 'durability'
  return null
}
