"""Whatever a public function of the statistics is given, it measures, says that it cannot, or refuses in words."""

import importlib
import inspect
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsplan.errors import Refused

from .calls import CALLS, LEFT_OUT, PACKAGES
from .calls.breaking import Broken, breaks_of
from .calls.call import Call
from .calls.finite import unstated

BY_NAME = {each.name: each for each in CALLS}


@cache
def breaks(name: str) -> tuple[tuple[str, Broken], ...]:
    """Return every way to break a call: the argument and its broken form."""
    return tuple(breaks_in(BY_NAME[name]))


def breaks_in(call: Call) -> Iterator[tuple[str, Broken]]:
    for argument, value in call.broken.items():
        for broken in breaks_of(value):
            yield argument, broken


def outcome(call: Call, changed: dict[str, Any]) -> Any:
    """Return the result, or what was refused; anything else is raised, warnings included."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return call(**changed)
        except Refused as refused:
            return refused


def complaint(call: Call, chosen: list[tuple[str, Broken]]) -> str:
    """Return what is wrong with the way a call takes broken arguments, or nothing."""
    found = outcome(call, {argument: broken.value for argument, broken in chosen})
    if not isinstance(found, Refused):
        return ", ".join(unstated(found, call.name))
    return mute(call, chosen, found)


def mute(call: Call, chosen: list[tuple[str, Broken]], found: Refused) -> str:
    """Return what a refusal does not say, or nothing: the argument and the remedy."""
    if not found.message or not found.remedy:
        return f"no remedy: {found.message}"
    own = {word for argument, broken in chosen if broken.is_own_fault for word in call.words(argument)}
    named = own if len(chosen) == 1 and own else call.all_words
    said = found.message if named is own else f"{found.message} {found.remedy}"
    is_named = any(re.search(rf"\b{re.escape(word)}\b", said, re.IGNORECASE) for word in named)
    return "" if is_named else f"names no argument: {found.message}"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_function_is_called(package: str) -> None:
    module = importlib.import_module(f"rightsplan.stats.{package}")
    public = {f"{package}.{name}" for name in module.__all__ if inspect.isroutine(getattr(module, name))}
    classes = {f"{package}.{name}" for name in module.__all__ if inspect.isclass(getattr(module, name))}
    assert public <= set(BY_NAME) | set(LEFT_OUT)
    assert classes <= set(BY_NAME) | set(LEFT_OUT)


def test_what_is_left_out_has_a_reason_and_exists() -> None:
    for name, reason in LEFT_OUT.items():
        package, _, function = name.partition(".")
        assert reason
        assert hasattr(importlib.import_module(f"rightsplan.stats.{package}"), function)
        assert name not in BY_NAME


@pytest.mark.parametrize("name", BY_NAME)
def test_the_call_itself_is_valid(name: str) -> None:
    found = outcome(BY_NAME[name], {})
    assert not isinstance(found, Refused), found
    assert unstated(found, name) == []


BREAKABLE = [name for name, call in BY_NAME.items() if call.broken]


@pytest.mark.parametrize("name", BREAKABLE)
@settings(max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_broken_input_is_refused_or_measured(name: str, data: st.DataObject) -> None:
    ways = st.sampled_from(breaks(name))
    chosen = data.draw(st.lists(ways, min_size=1, max_size=2, unique_by=lambda way: way[0]))
    assert complaint(BY_NAME[name], chosen) == "", [(argument, broken.what) for argument, broken in chosen]


def test_nothing_is_sampled_from_broken_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    infer = pytest.importorskip("numpyro.infer")
    pytest.importorskip("opendp")
    from .calls.sampled import SAMPLED

    def run(*_arguments: object, **_options: object) -> None:
        raise AssertionError("sampled")

    monkeypatch.setattr(infer.MCMC, "run", run)
    for call in SAMPLED:
        for argument, broken in breaks_in(call):
            if broken.is_own_fault:
                found = outcome(call, {argument: broken.value})
                where = (call.name, argument, broken.what)
                assert isinstance(found, Refused), where
                assert mute(call, [(argument, broken)], found) == "", where
