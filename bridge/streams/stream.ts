/**
 * Named topics that carry typed messages: a rosbridge connection, an own server, or memory. Messages are
 * the ROS types as JSON. Publishing never blocks; a slow reader loses the oldest.
 */
export interface Stream {
  /** @param type - ROS 2 type name, such as `geometry_msgs/msg/PoseStamped` */
  publish(topic: string, type: string, message: object): void
  /** Calls `listener` with every message of a topic until the returned function is called. */
  subscribe(topic: string, type: string, listener: (message: unknown) => void): () => void
  close(): Promise<void>
}
