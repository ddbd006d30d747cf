"""Many voices about one matter: messages grouped by what they say, where it is, and of what topic.

Two messages are compared by their characters and pairs of characters, weighed by how rare these
are, the title counting most; words of politeness and wishing ("请加快…力度") are taken out first,
since a phrase is no matter. Another place or another topic speaks against, the same ones for it.
The likeness is bent into a share of certainty, and groups grow while that is high on average among
all their members: one odd message cannot chain two matters together. How good that is on real
messages is measured by tests/…/test_topic_pairs.py.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

from yizhan.domain.hotline.understanding import features

LETTERS = 150  # of a text that are looked at; the title counts more than once
TITLE = 0.2  # part of the likeness that is of the titles alone
OTHER_AREA, OTHER_TOWN, SAME_PLACE = -0.1, -0.1, 0.06
OTHER_TOPIC, SAME_TOPIC = -0.05, 0.03
HALF, STEEP = 0.26, 20.0  # likeness that is half certain; how fast certainty grows there
SURE = 0.3  # average certainty from which two groups are one
FEWEST = 2  # messages of a group
MOST = 30_000  # messages at once: about two minutes
DENSE = 3000  # messages whose every pair is held at once
BLOCK = 500  # compared with all others at a time
_LIKE = HALF - float(np.log(1 / SURE - 1)) / STEEP  # below it no pair can begin a group
_WISHES = re.compile(
    "请问|请求|恳请|敬请|希望|期待|盼望|盼|建议|关于|咨询|询问|投诉|举报|反映|反应|控诉|质疑|再次|强烈|坚决|"
    "要求|尽快|尽早|加快|加大|加强|力度|步伐|刻不容缓|全覆盖|相关|有关|部门|领导|政府|书记|问题|何时|什么时候|"
    "何年何月|为什么|为何|是否|能否|可否|怎么|如何|怎样|到底|严重|一直|迟迟|解决|处理|情况|你好|您好|尊敬|谢谢|"
    "感谢|我们|我是|请|的|了|吗|呢|能不能|可不可以|居民|市民|群众|业主|百姓"
)
_AREAS = (re.compile(r"[a-z]\d+(?=[市区县])"), re.compile(r"[一-鿿]{2}(?:镇|乡|街道)"))
_LETTERED = re.compile(r"[a-z]\d*[市区县]{1,2}")  # a county's name as published data hide it
SHORTEST = 4  # letters of a title that are left for it to count without its wishes


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is compared. `place`: code of a village or community; `topic`: dotted."""

    id: str
    title: str
    text: str
    place: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Messages about one matter, the most typical first; it is named by that one's title."""

    name: str
    ids: tuple[str, ...]


def find(messages: Sequence[Message], *, fewest: int = FEWEST) -> list[Cluster]:
    """Groups of at least `fewest` messages, the largest first.

    Raises ValueError for more messages than can be compared at once; give a shorter time.
    """
    if len(messages) > MOST:
        raise ValueError(f"一次最多比较 {MOST} 条留言，请缩短时间范围。")
    if len(messages) < max(FEWEST, fewest):
        return []
    likeness = _Likeness(messages)
    found = []
    for places in _components(likeness.graph(), np.arange(len(messages)), _LIKE):
        sure = likeness.certainty(places)
        for group in _groups(sure):
            if len(group) >= fewest:
                typical = group[np.argsort(-sure[np.ix_(group, group)].sum(axis=1), kind="stable")]
                found.append(_cluster([messages[i] for i in places[typical]]))
    return sorted(found, key=lambda one: (-len(one.ids), one.ids))


class _Likeness:
    """How much any two of the messages are alike."""

    def __init__(self, messages: Sequence[Message]) -> None:
        plain = [features.normalise(one.title) for one in messages]
        texts = [features.normalise(one.text) for one in messages]
        titles = [_matter(title, keep=True) for title in plain]
        bodies = [_matter(text)[:LETTERS] for text in texts]
        self.count = len(messages)
        self.parts = [
            (1 - TITLE, _vectors([t * 3 + b for t, b in zip(titles, bodies, strict=True)])),
            (TITLE, _vectors(titles)),
        ]
        both = [title + text for title, text in zip(plain, texts, strict=True)]
        self.areas = [_shares([set(p.findall(text)) for text in both]) for p in _AREAS]
        self.places = _numbers([one.place for one in messages])
        self.towns = _numbers([one.place[:9] for one in messages])
        self.topics = _numbers([one.topic if one.topic.count(".") == 2 else "" for one in messages])
        self.branches = _numbers([one.topic[:2] for one in messages])

    def graph(self) -> csr_matrix:
        """The pairs alike enough to begin a group, with how much."""
        first, second, value = [], [], []
        everyone = np.arange(self.count)
        for start in range(0, self.count, BLOCK):
            rows = everyone[start : start + BLOCK]
            block = self.between(rows, everyone)
            x, y = np.nonzero(block >= _LIKE)
            first.append(rows[x])
            second.append(y)
            value.append(block[x, y])
        ends = np.concatenate(first), np.concatenate(second)
        return csr_matrix((np.concatenate(value), ends), shape=(self.count, self.count))

    def certainty(self, places: Any) -> Any:
        """For every pair of some messages, between 0 and 1, how surely they are one matter."""
        return 1 / (1 + np.exp(-STEEP * (self.between(places, places) - HALF)))

    def between(self, rows: Any, columns: Any) -> Any:
        """The likeness of some messages with others."""
        total = np.zeros((len(rows), len(columns)), np.float32)
        for weight, vectors in self.parts:
            if vectors is not None:
                total += weight * (vectors[rows] @ vectors[columns].T).toarray()
        for named, shares in self.areas:
            apart = (shares[rows] @ shares[columns].T).toarray() == 0
            total += OTHER_AREA * (apart & named[rows][:, None] & named[columns])
        for numbers, same, other in (
            (self.places, SAME_PLACE, 0), (self.towns, 0, OTHER_TOWN),
            (self.topics, SAME_TOPIC, 0), (self.branches, 0, OTHER_TOPIC),
        ):  # fmt: skip
            mine, theirs = numbers[rows][:, None], numbers[columns]
            known = (mine > 0) & (theirs > 0)
            total += known * np.where(mine == theirs, same, other).astype(np.float32)
        return total


def _matter(text: str, *, keep: bool = False) -> str:
    """A text without its wishes; with `keep` the text itself where hardly anything is left."""
    plain = _LETTERED.sub("", text)
    left = _WISHES.sub("", plain)
    return plain if keep and len(left) < SHORTEST else left


def _vectors(texts: list[str]) -> Any:
    """TF-IDF vectors of letters and pairs; None where nothing is shared by two texts."""
    maker = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 2), min_df=2, max_df=0.3 if len(texts) > 50 else 1.0,
        sublinear_tf=True, dtype=np.float32,
    )  # fmt: skip
    try:
        return maker.fit_transform(texts).tocsr()
    except ValueError:  # an empty vocabulary
        return None


def _shares(named: list[set[str]]) -> tuple[Any, Any]:
    """Which messages name an area at all, and a matrix of who names which."""
    known = {name: number for number, name in enumerate(sorted(set().union(*named)))}
    rows = [row for row, names in enumerate(named) for _ in names]
    columns = [known[name] for names in named for name in sorted(names)]
    shape = (len(named), max(1, len(known)))
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    return np.array([bool(names) for names in named]), matrix


def _numbers(values: list[str]) -> Any:
    """Equal values get equal numbers; nothing is 0."""
    known = {value: number for number, value in enumerate(sorted(set(values) | {""}))}
    return np.array([known[value] for value in values], np.int32)


def _components(graph: csr_matrix, places: Any, least: float) -> Iterator[Any]:
    """Messages that no pair alike enough joins to others; what is too many is cut more finely."""
    joined = graph[places][:, places]
    joined.data = joined.data * (joined.data >= least)
    joined.eliminate_zeros()
    _, numbers = connected_components(joined, directed=False)
    parts: dict[int, list[int]] = defaultdict(list)
    for place, number in zip(places, numbers, strict=True):
        parts[int(number)].append(int(place))
    for part in parts.values():
        if len(part) > DENSE:
            yield from _components(graph, np.array(part), least + 0.04)
        elif len(part) >= FEWEST:
            yield np.array(part)


def _groups(sure: Any) -> list[Any]:
    """Places of messages that are one matter on the average of all their pairs."""
    apart = 1 - (sure + sure.T) / 2
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    groups: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(fcluster(tree, 1 - SURE, "distance")):
        groups[int(group)].append(place)
    return [np.array(group) for group in groups.values()]


def _cluster(messages: list[Message]) -> Cluster:
    first = messages[0]
    name = first.title.strip() or first.text.strip()[:30]
    return Cluster(name, tuple(one.id for one in messages))
