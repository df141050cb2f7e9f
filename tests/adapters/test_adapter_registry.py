"""The adapters that come with the program are found by name and loaded late."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from monitor.adapters import ADAPTERS
from monitor.adapters.contract import Adapter


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_an_adapter_has_the_name_of_its_table(name: str) -> None:
    adapter = ADAPTERS[name]()
    assert isinstance(adapter, Adapter)
    assert adapter.capability.name == name


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_an_adapters_options_are_a_frozen_dataclass_with_help(name: str) -> None:
    found = ADAPTERS[name].load()
    assert dataclasses.is_dataclass(found)
    assert found.__doc__
    assert all(option.name in found.__doc__ for option in dataclasses.fields(found))


def loaded_after(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_knowing_the_names_loads_no_adapter() -> None:
    modules = loaded_after("from monitor.adapters import ADAPTERS; list(ADAPTERS)")
    assert not [name for name in modules if name.startswith("monitor.adapters.seventeentrack")]
    assert "pydantic" not in modules


def test_the_17track_adapter_loads_no_http() -> None:
    modules = loaded_after("import monitor.adapters.seventeentrack")
    assert not modules & {"httpx", "apprise", "monitor.transport", "stamina"}
