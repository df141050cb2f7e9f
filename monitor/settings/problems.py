"""What is wrong with a configuration, as sentences that never repeat a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.plugins import ADAPTERS
from monitor.settings.plugged import names
from monitor.settings.spelling import children, dotted, nearest, suggestion
from monitor.settings.trees import in_order

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from monitor.settings.sources import Origins
    from monitor.settings.trees import Address

MOST = 20  # problems told at once
HELP = {
    ("channels", "name"): "give the channel a name of its own",
    ("channels", "url"): "give it a url or a url_file",
    ("seasons", "name"): "say what it is, as messages are to call it",
    ("seasons", "from"): "give its first day",
    ("seasons", "to"): "give its last day",
    ("adapters", "base_url"): "give the address its requests go to",
}
SHAPES = {
    "model_type": "it must be a table of options",
    "dict_type": "it must be a table of options",
    "tuple_type": "it must be a list of tables",
    "model_attributes_type": "it must be a table of options",
}


def sentences(trouble: ValidationError, root: Any, origins: Origins) -> str:
    """One line per problem: the option, where it stands, what is wrong with it."""
    errors = trouble.errors(include_url=False, include_context=True, include_input=False)
    unknown = {error["loc"][:-1] for error in errors if _is_adapter_of_no_kind(error)}
    errors = [e for e in errors if _is_adapter_of_no_kind(e) or e["loc"][:2] not in unknown]
    lines = [_sentence(error, root, origins) for error in errors[:MOST]]
    return "\n".join(dict.fromkeys(lines))


def _is_adapter_of_no_kind(error: ErrorDetails) -> bool:
    """A table for an adapter that nobody knows: nothing can be said of the options in it."""
    loc = error["loc"]
    return error["type"] == "missing" and loc[:1] == ("adapters",) and loc[2:] == ("kind",)


def _sentence(error: ErrorDetails, root: Any, origins: Origins) -> str:
    address = _address(error["loc"])
    where = origins.around(address)
    shown = dotted(_shown(address, origins)) or "the configuration"
    if error["type"] == "extra_forbidden":
        return f"Unknown option {shown} ({where}){_hint(root, address, origins)}"
    if _is_adapter_of_no_kind(error):
        return _unknown_adapter(address, where, root)
    if error["type"] == "missing":
        help_ = HELP.get((address[0], address[-1]), "it is needed")
        return f"{shown} is missing ({where}): {help_}."
    reason = _reason(error)
    return f"{shown} ({where}): {reason}{'' if reason.endswith('?') else '.'}"


def _hint(root: Any, address: Address, origins: Origins) -> str:
    near = suggestion(root, address)
    if near:
        return f"; did you mean {dotted(_shown(near, origins))}?"
    return f"{_beside(root, address)}."


def _beside(root: Any, address: Address) -> str:
    kind = root
    for part in address[:-1]:
        kind = children(kind).get(part)
    known = sorted(children(kind))
    return f"; options there are {', '.join(known)}" if known else ""


def _unknown_adapter(address: Address, where: str, root: Any) -> str:
    near = nearest(address[1], {*children(children(root)["adapters"]), *names(ADAPTERS)})
    hint = f"did you mean adapters.{near}?" if near else 'one of your own needs kind = "http_json".'
    return f"Unknown adapter {dotted(address[:2])} ({where}); {hint}"


def _reason(error: ErrorDetails) -> str:
    own = error.get("ctx", {}).get("error")
    if isinstance(own, ValueError):
        return str(own)  # written in this package, without the value
    return SHAPES.get(error["type"], error["msg"])


def _address(loc: tuple[int | str, ...]) -> Address:
    return tuple(str(part) for part in loc if part != "[key]")


def _shown(address: Address, origins: Origins) -> Address:
    """The address with a channel's own name in place of its number, where it has a usable one."""
    if len(address) < 2 or address[0] != "channels":  # noqa: PLR2004 - group, place
        return address
    items = in_order(origins.merged.get("channels"))
    item = items[int(address[1])] if isinstance(items, list) else None
    own = item.get("name") if isinstance(item, dict) else None
    if not isinstance(own, str) or not own or "://" in own:  # the URL itself, at the wrong place
        return address
    return (address[0], own, *address[2:])
