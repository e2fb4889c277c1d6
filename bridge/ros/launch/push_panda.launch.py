"""A policy on a Panda behind ros2_control, or, with twin:=true, on the emulated one.

    ros2 launch push_panda.launch.py twin:=true
    ros2 launch push_panda.launch.py controller:=panda_arm_controller object:=/puck/pose
"""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration


def generate_launch_description() -> LaunchDescription:
    arguments = {
        "policy": "push-panda",
        "controller": "joint_trajectory_controller",
        "object": "/object/pose",
        "goal": "/goal/pose",
        "twin": "false",
        "reality": "panda-lab",
        "episodes": "10",
    }
    given = {name: LaunchConfiguration(name) for name in arguments}
    twin = ExecuteProcess(
        cmd=["sim2arm", "twin", "panda", "--driver", "ros"]
        + ["--reality", given["reality"], "--episodes", given["episodes"]]
        + ["--set", ["ros.command.controller=", given["controller"]]],
        condition=IfCondition(given["twin"]),
        output="screen",
    )
    deploy = ExecuteProcess(
        cmd=["sim2arm", "deploy", given["policy"], "--driver", "ros"]
        + ["--sensor", ["object=ros:", given["object"]]]
        + ["--sensor", ["goal=ros:", given["goal"]]]
        # The twin takes a while to come up.
        + ["--ros-args", "-p", "waitS:=30.0", "-p", ["command.controller:=", given["controller"]]],
        output="screen",
        # Ctrl-C makes the arm slow down and hold: time for that.
        sigterm_timeout="10",
    )
    return LaunchDescription(
        [DeclareLaunchArgument(name, default_value=value) for name, value in arguments.items()]
        + [twin, deploy]
    )
