"""Train the address tagger on development data and say how well it reads.

    python tools/bench_address.py                    train, measure, print
    python tools/bench_address.py --save model.npz   keep the model (never commit one)
    python tools/bench_address.py --load model.npz   measure a kept model
    python tools/bench_address.py --rules            measure the rules alone, without training

Data comes from LINLI_SHARED_DATA (default ../shared/data); without it nothing is measured.
One core; run it with `nice`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

# One thread: on a shared machine more of them make numpy slower, not faster.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from linli.engines.registry.core.address_bench import (
    LabelledSpans,
    Score,
    load_names,
    load_samples,
    measure,
)
from linli.engines.registry.core.address_chain import ChainParameters
from linli.engines.registry.core.address_tagger import (
    PART_OF_LABEL,
    AddressTagger,
    LabelledText,
)
from linli.engines.registry.core.addresses import parse_address


def main() -> int:
    """Run one measurement; 0 also when there is no data to measure with."""
    options = _options()
    folder = Path(os.environ.get("LINLI_SHARED_DATA", "../shared/data"))
    if not (folder / "addresses_zh").is_dir():
        print(f"no addresses below {folder}: set LINLI_SHARED_DATA; nothing measured")
        return 0
    dev = load_samples(folder / "addresses_zh/addresses_dev.jsonl")
    if options.rules:
        _print("rules alone, by part", measure([_first_parts(s) for s in dev], _by_rules(None)))
        return 0
    names = load_names(folder)
    if options.load:
        tagger = AddressTagger.from_bytes(options.load.read_bytes(), names)
    else:
        tagger = _train(folder, names, options)
    data = tagger.to_bytes()
    print(f"model file: {len(data) / 1e6:.1f} MB")
    if options.save:
        options.save.write_bytes(data)
    tagger = AddressTagger.from_bytes(data, names)
    _print("tagger, by label", measure(dev, tagger.label))
    parts = [_first_parts(s) for s in dev]
    _print("rules and tagger, by part", measure(parts, _by_rules(tagger)))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rules", action="store_true", help="measure the rules alone")
    parser.add_argument("--save", type=Path, help="keep the trained model in this file")
    parser.add_argument("--load", type=Path, help="measure the model in this file")
    parser.add_argument("--epochs", type=int, default=ChainParameters().epochs)
    return parser.parse_args()


def _train(folder: Path, names: dict[str, set[str]], options: argparse.Namespace) -> AddressTagger:
    train = load_samples(folder / "addresses_zh/addresses_train.jsonl")
    begin, cpu = time.perf_counter(), time.process_time()
    parameters = ChainParameters(epochs=options.epochs)
    tagger = AddressTagger.train(train, names, parameters, lambda s: print(s, flush=True))
    wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(f"trained on {len(train)} addresses: {cpu:.0f} s of one core, {wall:.0f} s by the clock")
    return tagger


def _by_rules(tagger: AddressTagger | None) -> Callable[[str], LabelledSpans]:
    return lambda text: [(s.start, s.end, s.part) for s in parse_address(text, tagger).spans]


def _first_parts(sample: LabelledText) -> LabelledText:
    """The labels as parts, each the first time: an address has one of each."""
    found: dict[str, tuple[int, int, str]] = {}
    for start, end, label in sample.spans:
        part = PART_OF_LABEL.get(label)
        if part:
            found.setdefault(part, (start, end, part))
    return LabelledText(sample.text, tuple(found.values()))


def _print(title: str, score: Score) -> None:
    print(f"\n{title}: F1 {score.f1:.4f}, whole addresses {score.whole:.3f},", end=" ")
    print(f"{score.per_second:.0f} addresses/s")
    for label, (f1, count) in score.by_label.items():
        print(f"  {label:<12} {f1:.3f}  ({count})")


if __name__ == "__main__":
    sys.exit(main())
