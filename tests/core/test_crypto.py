"""Sealed numbers open only in their place and with their key; equal texts look different."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.core import crypto
from yizhan.core.crypto import Unsealable, blind_index, is_current, seal, unseal

NUMBER = "410225195001010014"


@given(st.text(), st.text(max_size=40))
def test_what_is_sealed_opens_again(text: str, bound: str) -> None:
    assert unseal(seal(text, bound=bound), bound=bound) == text


def test_equal_numbers_do_not_look_equal() -> None:
    assert seal(NUMBER) != seal(NUMBER)
    assert NUMBER.encode() not in seal(NUMBER)


def test_memoryview_from_the_driver_opens() -> None:
    assert unseal(memoryview(seal(NUMBER))) == NUMBER


def test_moved_to_another_row_it_stays_closed() -> None:
    sealed = seal(NUMBER, bound="person.a.id")
    with pytest.raises(Unsealable):
        unseal(sealed, bound="person.b.id")


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    sealed = bytearray(seal(NUMBER))
    sealed[position] ^= 1
    with pytest.raises(Unsealable):
        unseal(bytes(sealed))


@pytest.mark.parametrize("rubbish", [b"", b"\x00", b"short"])
def test_rubbish_is_refused(rubbish: bytes) -> None:
    with pytest.raises(Unsealable):
        unseal(rubbish)


def test_an_old_key_still_opens_but_no_longer_seals(settings) -> None:
    old = seal(NUMBER, bound="x")
    assert is_current(old)
    settings.DATA_KEY_FALLBACKS = [settings.DATA_KEY]
    settings.DATA_KEY = "another-key-of-more-than-32-characters"
    assert unseal(old, bound="x") == NUMBER
    assert not is_current(old)
    fresh = seal(NUMBER, bound="x")
    assert is_current(fresh)
    settings.DATA_KEY_FALLBACKS = []
    assert unseal(fresh, bound="x") == NUMBER
    with pytest.raises(Unsealable):
        unseal(old, bound="x")


def test_index_is_keyed_and_has_a_purpose(settings) -> None:
    first = blind_index(NUMBER, "id")
    assert first == blind_index(NUMBER, "id")
    assert len(first) == 64
    assert first != blind_index(NUMBER, "phone")
    assert first != hashlib.sha256(NUMBER.encode()).hexdigest()
    settings.INDEX_KEY = "another-index-key-of-more-than-32-chars"
    assert first != blind_index(NUMBER, "id")


def test_index_key_and_data_key_are_apart() -> None:
    assert crypto._derive("k" * 40, "seal") != crypto._derive("k" * 40, "index:id")
