"""Our loop on the benchmark's rows: `python -m bench.ours …`, the steps of recipes/lora_sft.py without its files."""

from __future__ import annotations

import time

import torch
from torch.nn.utils import clip_grad_norm_

from bench.common import arguments, report
from runner.data import collate, common_prefix
from runner.model import causal_lm, load_lora, parameters, prepare, row_losses
from runner.schedule import learning_rate


def main() -> None:
    """Train and report."""
    work = arguments()
    device = prepare()
    settings = work.settings
    model = load_lora(work.base, settings["rank"], settings["alpha"], work.seed, device).train()
    named = parameters(model)
    optimizer = torch.optim.AdamW(named.values(), eps=settings["adam_eps"], weight_decay=0.0)
    batch, shared, losses = settings["batch_size"], common_prefix(work.train), []
    total = len(work.train) * settings["epochs"] // batch
    began = time.perf_counter()
    for step in range(total):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, total, settings["learning_rate"], settings["warmup_ratio"])
        chosen = [work.train[(step * batch + k) % len(work.train)] for k in range(batch)]
        loss = row_losses(model, collate(chosen, device, shared)).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        clip_grad_norm_(list(named.values()), settings["gradient_clip"])
        optimizer.step()
        losses.append(float(loss.detach()))
    report("ours", work, causal_lm(model), time.perf_counter() - began, losses)


if __name__ == "__main__":
    main()
