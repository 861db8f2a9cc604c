"""Identifiers (mã dòng) of a file, batch by batch: whether one stands twice, and where to cut the file in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ansinh.identity.linkage.compiled import Ints
from ansinh.identity.linkage.refusal import LinkageRefused

_SAMPLED = 499
NAMED = 5
"""Repeated identifiers named in a refusal."""


@dataclass(slots=True)
class Identifiers:
    """Identifiers (mã dòng) met: the first and last of each batch, whether all batches ascend, and a sample."""

    sample: list[Ints] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    ascending: bool = True

    def note(self, identifiers: Ints) -> None:
        """Take note of the identifiers of a batch."""
        self.sample.append(identifiers[::_SAMPLED].copy())
        self.spans.append((int(identifiers[0]), int(identifiers[-1])))
        self.ascending = self.ascending and bool((identifiers[1:] > identifiers[:-1]).all())

    def are_surely_distinct(self) -> bool:
        """Tell whether every identifier is greater than all before it, batches put in order."""
        spans = sorted(self.spans)
        return self.ascending and all(before[1] < after[0] for before, after in pairwise(spans))

    def boundaries(self, parts: int) -> Ints:
        """Identifiers that cut the file into ``parts`` of about the same size, from the sample."""
        sample = np.sort(np.concatenate(self.sample))
        return sample[[len(sample) * place // parts for place in range(1, parts)]]


def refuse_repeated(title: str, label: str, extra: int, examples: Sequence[int]) -> None:
    """Refuse a file in which ``extra`` rows repeat an identifier; raises `LinkageRefused` unless there are none."""
    if extra:
        named = ", ".join(str(value) for value in examples)
        raise LinkageRefused(
            f"{title}: {label} bị lặp ({extra} dòng thừa), ví dụ: {named}. Hãy loại dòng lặp rồi chạy lại."
        )
