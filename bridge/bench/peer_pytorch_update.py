"""The update of bench-update.ts in PyTorch, as fast as its users write it.

    echo 15 | python peer_pytorch_update.py '{"steps": 50, "batch": 64, "observation": 26, "critic": 80,
                                    "action": 3, "actorHidden": 128, "criticHidden": 256, "threads": 1}'

First a JSON line that says what it is; then, for each number on a line of stdin, so many updates and a line
with their times, so that two programs can take turns.
"""
import json
import sys
import time

import torch
from torch import nn

sizes = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
T, B = sizes.get("steps", 50), sizes.get("batch", 64)
OBSERVATION, CRITIC, ACTION = sizes.get("observation", 26), sizes.get("critic", 80), sizes.get("action", 3)
HIDDEN, CRITIC_HIDDEN = sizes.get("actorHidden", 128), sizes.get("criticHidden", 256)
torch.set_num_threads(sizes.get("threads", 1))
torch.manual_seed(1)


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(OBSERVATION, HIDDEN)
        self.lstm = nn.LSTM(HIDDEN, HIDDEN)
        self.head = nn.Linear(2 * HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, ACTION)
        self.log_std = nn.Parameter(torch.full((ACTION,), -0.5))

    def forward(self, x, state):
        embedded = torch.relu(self.embed(x))
        hidden, _ = self.lstm(embedded, state)
        head = nn.functional.elu(self.head(torch.cat([embedded, hidden], -1)))
        return self.out(head).reshape(T * B, ACTION)


actor = Actor()
critic = nn.Sequential(
    nn.Linear(CRITIC, CRITIC_HIDDEN), nn.ELU(),
    nn.Linear(CRITIC_HIDDEN, CRITIC_HIDDEN), nn.ELU(),
    nn.Linear(CRITIC_HIDDEN, 1),
)
optimizers = [torch.optim.Adam(net.parameters(), lr=3e-4, fused=True) for net in (actor, critic)]
x, state = torch.randn(T, B, OBSERVATION), (torch.randn(1, B, HIDDEN), torch.randn(1, B, HIDDEN))
privileged, action = torch.randn(T * B, CRITIC), torch.randn(T * B, ACTION)
log_prob, advantage, target = torch.randn(T * B), torch.randn(T * B), torch.randn(T * B)


def update():
    mean, values = actor(x, state), critic(privileged).squeeze(-1)
    new = torch.distributions.Normal(mean, actor.log_std.exp(), validate_args=False)
    ratio = (new.log_prob(action).sum(-1) - log_prob).exp()
    policy_loss = -torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean()
    penalty = torch.relu(mean.abs() - 1).square().mean() * 0.01
    loss = policy_loss + 0.5 * (values - target).square().mean() + penalty
    for optimizer in optimizers:
        optimizer.zero_grad(set_to_none=True)
    loss.backward()
    for net, optimizer in zip((actor, critic), optimizers):
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
    return loss.item()


for _ in range(3):
    update()
print(json.dumps({
    "name": "pytorch", "version": torch.__version__, "threads": torch.get_num_threads(),
    "instructions": torch.backends.cpu.get_cpu_capability(),
}), flush=True)
for line in sys.stdin:
    wall_s, cpu_s = [], []
    for _ in range(int(line)):
        start, cpu_start = time.perf_counter(), time.process_time()
        update()
        wall_s.append(time.perf_counter() - start)
        cpu_s.append(time.process_time() - cpu_start)
    print(json.dumps({"wallS": wall_s, "cpuS": cpu_s}), flush=True)
