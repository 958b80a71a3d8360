"""TRL's SFTTrainer on the benchmark's rows: `python -m bench.peer_trl …`, in the environment that has trl and datasets.

The same base, adapter start, rows, order, batch, schedule, clipping and loss on answers only. Its loss is a mean over the
batch's answer tokens where ours is a mean over rows; the result is compared by one measure on held-out rows.
"""

from __future__ import annotations

import tempfile
import time
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from torch.utils.data import SequentialSampler
from trl import SFTConfig, SFTTrainer

from bench.common import arguments, report
from runner import bases


class InOrder(SFTTrainer):  # type: ignore[misc]
    """Takes the rows as they come."""

    def _get_train_sampler(self, *_args: Any, **_kwargs: Any) -> Any:
        return SequentialSampler(self.train_dataset)


def main() -> None:
    """Train and report."""
    work = arguments()
    torch.set_num_threads(1)
    settings = work.settings
    model = bases.load_model(work.base)
    torch.manual_seed(work.seed)
    lora = LoraConfig(
        r=settings["rank"],
        lora_alpha=settings["alpha"],
        lora_dropout=0.0,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(model, lora, autocast_adapter_dtype=True)
    rows = [
        {"input_ids": item.prompt + item.answer, "completion_mask": [0] * len(item.prompt) + [1] * len(item.answer)}
        for item in work.train
    ]
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder,
            per_device_train_batch_size=settings["batch_size"],
            num_train_epochs=settings["epochs"],
            learning_rate=settings["learning_rate"],
            lr_scheduler_type="linear",
            warmup_steps=round(len(rows) * settings["epochs"] // settings["batch_size"] * settings["warmup_ratio"]),
            weight_decay=0.0,
            max_grad_norm=settings["gradient_clip"],
            adam_epsilon=settings["adam_eps"],
            max_length=settings["max_length"],
            completion_only_loss=True,
            packing=False,
            gradient_checkpointing=False,
            bf16=False,
            use_cpu=True,
            seed=work.seed,
            save_strategy="no",
            logging_steps=1,
            report_to=[],
            disable_tqdm=True,
            dataloader_drop_last=True,
        )
        trainer = InOrder(
            model=adapted,
            args=config,
            train_dataset=Dataset.from_list(rows),
            processing_class=bases.load_tokenizer(work.base),
        )
        began = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - began
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    report("trl", work, trainer.model.get_base_model(), seconds, losses)


if __name__ == "__main__":
    main()
