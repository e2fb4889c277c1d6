/**
 * ROS 2 interfaces that the common definitions leave out, as `.msg` text of Jazzy: the parts of a service are
 * `_Request` and `_Response`, those of an action `_Goal`, `_Result` and `_Feedback`.
 * Fields as in ros-controls/control_msgs and ros2_control (Apache-2.0), christianrauch/apriltag_msgs (MIT), ros2/common_interfaces
 * and ros2/rcl_interfaces (Apache-2.0).
 */
export const MORE_DEFINITIONS: Readonly<Record<string, string>> = {
  'control_msgs/JointTolerance': `
string name
float64 position
float64 velocity
float64 acceleration`,
  'control_msgs/JointComponentTolerance': `
string joint_name
uint16 component
float64 position
float64 velocity
float64 acceleration`,
  'control_msgs/JointJog': `
std_msgs/Header header
string[] joint_names
float64[] displacements
float64[] velocities
float64 duration`,
  'control_msgs/FollowJointTrajectory_Goal': `
trajectory_msgs/JointTrajectory trajectory
trajectory_msgs/MultiDOFJointTrajectory multi_dof_trajectory
control_msgs/JointTolerance[] path_tolerance
control_msgs/JointComponentTolerance[] component_path_tolerance
control_msgs/JointTolerance[] goal_tolerance
control_msgs/JointComponentTolerance[] component_goal_tolerance
duration goal_time_tolerance`,
  'control_msgs/FollowJointTrajectory_Result': `
int32 error_code
string error_string`,
  'control_msgs/FollowJointTrajectory_Feedback': `
std_msgs/Header header
string[] joint_names
trajectory_msgs/JointTrajectoryPoint desired
trajectory_msgs/JointTrajectoryPoint actual
trajectory_msgs/JointTrajectoryPoint error
int32 index
string[] multi_dof_joint_names
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_desired
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_actual
trajectory_msgs/MultiDOFJointTrajectoryPoint multi_dof_error
int32 multi_dof_index`,
  'control_msgs/ParallelGripperCommand_Goal': 'sensor_msgs/JointState command',
  'control_msgs/ParallelGripperCommand_Result': `
sensor_msgs/JointState state
bool stalled
bool reached_goal`,
  'control_msgs/ParallelGripperCommand_Feedback': 'sensor_msgs/JointState state',
  'control_msgs/GripperCommand': `
float64 position
float64 max_effort`,
  'control_msgs/GripperCommand_Goal': 'control_msgs/GripperCommand command',
  'control_msgs/GripperCommand_Result': `
float64 position
float64 effort
bool stalled
bool reached_goal`,
  'control_msgs/GripperCommand_Feedback': `
float64 position
float64 effort
bool stalled
bool reached_goal`,
  'apriltag_msgs/Point': `
float64 x
float64 y`,
  'apriltag_msgs/AprilTagDetection': `
string family
int32 id
int32 hamming
float32 goodness
float32 decision_margin
apriltag_msgs/Point centre
apriltag_msgs/Point[4] corners
float64[9] homography`,
  'apriltag_msgs/AprilTagDetectionArray': `
std_msgs/Header header
apriltag_msgs/AprilTagDetection[] detections`,
  'std_srvs/Trigger_Request': '',
  'std_srvs/Trigger_Response': `
bool success
string message`,
  'controller_manager_msgs/ChainConnection': `
string name
string[] reference_interfaces`,
  'controller_manager_msgs/ControllerState': `
string name
string state
string type
string[] claimed_interfaces
string[] required_command_interfaces
string[] required_state_interfaces
bool is_chainable
bool is_chained
string[] reference_interfaces
controller_manager_msgs/ChainConnection[] chain_connections`,
  'controller_manager_msgs/ListControllers_Request': '',
  'controller_manager_msgs/ListControllers_Response':
    'controller_manager_msgs/ControllerState[] controller',
  'rcl_interfaces/GetParameters_Request': 'string[] names',
  'rcl_interfaces/GetParameters_Response': 'rcl_interfaces/ParameterValue[] values',
}
