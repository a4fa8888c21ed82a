"""What an import changes: counted for people, listed for machines, empty when the file is already in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rightsplan.errors import Problem


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing: `code`, what it is now, what it becomes."""

    code: str
    field: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.code} {self.field}: {self.old or '(empty)'} -> {self.new or '(empty)'}"


@dataclass(slots=True)
class Changes:
    """Everything an import would do or did. True when something changes."""

    added: list[str] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # stored, not in the file, and left as they are
    unchanged: int = 0
    problems: Sequence[Problem] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.dropped)

    def compare(self, code: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Note every field that differs; of texts in several languages and of promises, only the part that does."""
        before, after = parts_of(old), parts_of(new)
        names = [*after, *(name for name in before if name not in after and name.split(".")[0] in new)]
        differs = [
            Change(code, name, shown(before.get(name)), shown(after.get(name)))
            for name in names
            if before.get(name) != after.get(name)
        ]
        self.changed.extend(differs)
        self.unchanged += not differs

    def lines(self) -> list[str]:
        """Return one line per difference."""
        new = [f"new: {code}" for code in self.added]
        return (
            new + [str(change) for change in self.changed] + [f"no longer in the file: {code}" for code in self.dropped]
        )

    def summary(self) -> str:
        """Return the counts as a phrase."""
        changed = len({change.code for change in self.changed})
        left = f", {len(self.missing)} not in the file" if self.missing else ""
        counts = f"{len(self.added)} new, {changed} changed, {len(self.dropped)} dropped, {self.unchanged} unchanged"
        return counts + left

    def as_dict(self) -> dict[str, Any]:
        """Return the changes as JSON can hold them."""
        return {
            "added": self.added,
            "changed": [{"code": c.code, "field": c.field, "old": c.old, "new": c.new} for c in self.changed],
            "dropped": self.dropped,
            "missing": self.missing,
            "unchanged": self.unchanged,
        }


def parts_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields with dictionaries taken apart: `title.en`, `promise.value`."""
    parts: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            parts.update({f"{name}.{key}": part for key, part in value.items()})
        else:
            parts[name] = value
    return parts


def shown(value: Any) -> str:
    """Return a value as a person reads it."""
    return "" if value is None else str(value)
