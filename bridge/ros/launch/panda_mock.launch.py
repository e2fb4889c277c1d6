"""A Panda of ros2_control's mock hardware, with the controllers that sim2arm sends set-points to.

The mock arm is where it was told to be at once: it is for trying the wiring, not for pushing.

    ros2 launch panda_mock.launch.py controller:=forward_position_controller
"""

import subprocess
import tempfile
from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

CONFIG = Path(__file__).resolve().parent.parent / "config" / "panda_controllers.yaml"
JOINTS = [f"panda_joint{i}" for i in range(1, 8)]
# The rest pose of configs/arms/panda.yaml: tool straight down, 10 cm above the table.
REST = [0.0, 0.2719, 0.0, -2.39903, 0.0, 2.67093, 0.7853981633974483]


def describe_robot() -> str:
    """The arm's URDF, as sim2arm writes it, with a ros2_control section of mock hardware."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "panda.urdf"
        subprocess.run(["sim2arm", "export", "panda", "--out", str(file)], check=True)
        urdf = file.read_text()
    joints = "".join(
        f'<joint name="{name}"><command_interface name="position"/>'
        f'<state_interface name="position"><param name="initial_value">{q}</param></state_interface>'
        '<state_interface name="velocity"/></joint>'
        for name, q in zip(JOINTS, REST)
    )
    hardware = (
        '<ros2_control name="panda" type="system"><hardware>'
        "<plugin>mock_components/GenericSystem</plugin>"
        '<param name="calculate_dynamics">true</param>'
        f"</hardware>{joints}</ros2_control>"
    )
    return urdf.replace("</robot>", f"{hardware}</robot>")


def start(context):
    description = {"robot_description": ParameterValue(describe_robot(), value_type=str)}
    controller = LaunchConfiguration("controller").perform(context)
    return [
        Node(
            package="robot_state_publisher",
            executable="robot_state_publisher",
            parameters=[description],
        ),
        Node(
            package="controller_manager",
            executable="ros2_control_node",
            parameters=[str(CONFIG)],
            remappings=[("~/robot_description", "/robot_description")],
        ),
        Node(
            package="controller_manager",
            executable="spawner",
            arguments=["joint_state_broadcaster", controller],
        ),
    ]


def generate_launch_description() -> LaunchDescription:
    return LaunchDescription(
        [
            DeclareLaunchArgument("controller", default_value="joint_trajectory_controller"),
            OpaqueFunction(function=start),
        ]
    )
