"""Find out which column of a stranger's table holds what, by its header.

A guess is shown to a person with its reason before anything is imported. Scores are whole
numbers from 0 to 100.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

#: below this a guess is no help
MIN_CONFIDENCE = 60
_FUZZY_FROM = 84
#: "(必填)", "（㎡）", "[单位：元]" and the star of a required field
_DECORATION = re.compile(r"[(\[{【《<].*?[)\]}】》>]|[*#:：、.。]")
_BLANK = re.compile(r"[\s_\-]+")


class Match(StrEnum):
    """Why a header was taken for a column. Screens translate the code."""

    SAME = "same"
    #: the same after leaving out units, stars and what stands in brackets
    DECORATED = "decorated"
    #: ends with a known name: 业主姓名
    ENDS = "ends"
    CONTAINS = "contains"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that an import needs or can use.

    ``names`` are headers people use, in any language; ``never`` are words that make a header
    something else (an emergency contact's phone is not the resident's).
    """

    key: str
    names: tuple[str, ...]
    required: bool = False
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """One column found: its index and header, how sure (0-100), and why."""

    index: int
    header: str
    confidence: int
    match: Match
    #: the known name that spoke for it
    name: str


@dataclass(frozen=True, slots=True)
class ColumnGuesses:
    """What was found for which key, what is missing, and what is in doubt."""

    columns: Mapping[str, Guess]
    #: required keys without a column
    missing: tuple[str, ...]
    #: other columns that fit a key as well as the chosen one: a person has to decide
    duplicates: Mapping[str, tuple[Guess, ...]]
    #: headers that mean nothing to us, by index
    unused: tuple[int, ...]
    #: sum of confidences, to compare rows that might be the header row
    score: int


def guess_columns(headers: Sequence[str], wanted: Sequence[Wanted]) -> ColumnGuesses:
    """Match headers with wanted columns: best pair first, each header and key once.

    Pure and deterministic: equal scores go to the left-most header and the first key.
    """
    plain = [_plain(header) for header in headers]
    pairs = []
    for order, want in enumerate(wanted):
        for index, text in enumerate(plain):
            guess = _match(index, headers[index], text, want)
            if guess:
                pairs.append((-guess.confidence, index, order, guess))
    pairs.sort(key=lambda pair: pair[:3])
    chosen: dict[str, Guess] = {}
    others: dict[str, list[Guess]] = {}
    taken: set[int] = set()
    for _, index, order, guess in pairs:
        key = wanted[order].key
        if index in taken:
            continue
        if key not in chosen:
            chosen[key] = guess
            taken.add(index)
        elif guess.confidence == chosen[key].confidence:
            others.setdefault(key, []).append(guess)
    duplicates = {
        key: tuple(g for g in found if g.index not in taken) for key, found in others.items()
    }
    duplicates = {key: found for key, found in duplicates.items() if found}
    doubtful = {g.index for found in duplicates.values() for g in found}
    return ColumnGuesses(
        columns=chosen,
        missing=tuple(w.key for w in wanted if w.required and w.key not in chosen),
        duplicates=duplicates,
        unused=tuple(
            i for i, text in enumerate(plain) if text and i not in taken and i not in doubtful
        ),
        score=sum(guess.confidence for guess in chosen.values()),
    )


def pick(cells: Sequence[str], guesses: ColumnGuesses) -> dict[str, str]:
    """The cells of one row by key; a key without a column is left out."""
    return {key: cells[guess.index] for key, guess in guesses.columns.items()}


def _match(index: int, header: str, text: str, want: Wanted) -> Guess | None:
    best: tuple[int, Match, str] | None = None
    if not text or any(_plain(word) in text for word in want.never):
        return None
    # "联系方式/手机": the part under a merged header says more than the header above it.
    last = text.rsplit("/", 1)[-1]
    bare = _BLANK.sub("", _DECORATION.sub("", last))
    for name in want.names:
        found = _compare(last, bare, _plain(name))
        if found and (best is None or found[0] > best[0]):
            best = (*found, name)
    return Guess(index, header, best[0], best[1], best[2]) if best else None


def _compare(text: str, bare: str, name: str) -> tuple[int, Match] | None:
    compact = _BLANK.sub("", name)
    if text in (name, compact):
        return 100, Match.SAME
    if bare == compact:
        return 95, Match.DECORATED
    # The longer the known part, the less is left to mean something else.
    share = min(len(compact) / max(len(bare), 1), 1.0)
    long_enough = len(compact) >= (2 if not compact.isascii() else 4)
    if long_enough and bare.endswith(compact):
        return 72 + int(18 * share), Match.ENDS
    if long_enough and compact in bare:
        return 60 + int(12 * share), Match.CONTAINS
    ratio = fuzz.ratio(bare, compact)
    if len(compact) >= 4 and ratio >= _FUZZY_FROM:
        return 60 + int((ratio - _FUZZY_FROM) / 2), Match.SIMILAR
    return None


def _plain(text: str) -> str:
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()
