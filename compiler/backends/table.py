"""How a program of its own reads data: a CSV file where one table holds it all, else `.npz`."""

from __future__ import annotations

from typing import Any

from .. import ir
from .imports import Imports
from .lines import Lines
from .names import Names

_NPZ = '''def load(path: str) -> dict[str, Any]:
    """The model's inputs by name, from an .npz file."""
    with np.load(path) as file:
        return {name: _plain(file[name]) for name in file.files}


def _plain(value: np.ndarray) -> Any:
    return value.item() if value.ndim == 0 else value'''


class TableLoader:
    """Prints `load(path)`."""

    def __init__(
        self, model: ir.Model, names: Names, inputs: dict[str, dict[str, Any]], imports: Imports
    ) -> None:
        self.model, self.names, self.inputs, self.imports = model, names, inputs, imports
        self.plate = self._table_plate()
        self.example = "data.csv" if self.plate else "data.npz"
        self.help = (
            f"CSV file, a row each {self.plate}" if self.plate else ".npz file of inputs by name"
        )

    def source(self) -> str:
        if self.plate is None:
            self.imports.need("typing.Any")
            return _NPZ
        return self._csv(self.plate)

    def _table_plate(self) -> str | None:
        """The plate whose table holds everything: each datum is its own or its parent's."""
        plates = {i["plate"] for i in self.inputs.values() if i["role"] == "index"}
        owners = {
            d[0] for i in self.inputs.values() if i["role"] == "data" and len(d := i["dims"]) == 1
        }
        wide = any(i["role"] == "data" and len(i["dims"]) != 1 for i in self.inputs.values())
        other = any(i["role"] in ("position", "labels") for i in self.inputs.values())
        sized = {i["plate"] for i in self.inputs.values() if i["role"] == "size"}
        candidates = [p for p in self.model.plates if p.name in plates | owners]
        for plate in candidates:
            parents = {p.plate for p in plate.parents if p.role == p.plate}
            fixed = any(self.model.plate(p).labels or self.model.plate(p).size for p in parents)
            own = {plate.name, *parents}
            all_own = plates <= {plate.name} and owners <= own and sized <= own
            if (
                all_own
                and not wide
                and not other
                and not fixed
                and not plate.ordered  # rows are sorted when data is bound
                and len(parents) == len(plate.parents)
            ):
                return plate.name
        return None

    def _csv(self, plate: str) -> str:
        self.imports.need("csv")
        out = Lines()
        used = [p.plate for p in self.model.plate(plate).parents if self._uses(p.plate)]
        with out.block("def load(path: str) -> dict[str, Any]:"):
            out.add(f'"""The model\'s inputs from a CSV file with one row a {plate}."""')
            with out.block('with open(path, newline="", encoding="utf-8") as file:'):
                out.add("rows = list(csv.DictReader(file))")
            for parent in used:
                of = f"first_{parent}, " if self._has_data(parent) else ""
                index = ", return_index=True" if of else ""
                column = f'[row["{parent}"] for row in rows]'
                out.add(
                    f"{parent}_labels, {of}{plate}_{parent} = np.unique("
                    f"{column}{index}, return_inverse=True)"
                )
            items = [
                f'"{name}": {self._value(described, plate)}'
                for name, described in self.inputs.items()
            ]
            out.lines.append("    return {")
            out.lines += [f"        {item}," for item in items]
            out.lines.append("    }")
        self.imports.need("typing.Any")
        return str(out)

    def _uses(self, parent: str) -> bool:
        return any(
            i.get("parent") == parent
            or (i["role"] == "size" and i["plate"] == parent)
            or i.get("dims") == [parent]
            for i in self.inputs.values()
        )

    def _has_data(self, parent: str) -> bool:
        return any(i.get("dims") == [parent] for i in self.inputs.values())

    def _value(self, described: dict[str, Any], plate: str) -> str:
        match described["role"]:
            case "index":
                return f"{plate}_{described['parent']}"
            case "size" if described["plate"] == plate:
                return "len(rows)"
            case "size":
                return f"len({described['plate']}_labels)"
        name = described.get("of") or next(n for n, d in self.inputs.items() if d is described)
        datum = self.model.datum(name)
        optional = datum is not None and datum.optional
        kind = "float" if datum is None or datum.kind == "real" or optional else "int"
        cell = f'row["{name}"] or "nan"' if optional else f'row["{name}"]'
        column = f"np.array([{kind}({cell}) for row in rows])"
        return column if described["dims"] == [plate] else f"{column}[first_{described['dims'][0]}]"
