"""Comments and blank lines put into a spec wherever it may have them."""

from __future__ import annotations

from hypothesis import strategies as st

from bayescript.grammar.source import Surface


@st.composite
def commented(draw: st.DrawFn, text: str, surface: Surface) -> tuple[str, list[str]]:
    """A spec with comments of different texts at random places, and these comments."""
    comments: list[str] = []

    def comment() -> str:
        text = draw(st.sampled_from(["a", "x ~ b", 'it\'s: "b" # c']))
        comments.append(f"# {len(comments)} {text}")
        return comments[-1]

    def between(most: int) -> list[str]:
        kinds = draw(st.lists(st.sampled_from(["", "#", "  #", "    #"][:most]), max_size=2))
        return [kind.replace("#", comment()) if kind else "" for kind in kinds]

    lines: list[str] = []
    folded = -1  # how deep the entry is whose text is folded
    most = 4
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        inside = surface == "yaml" and folded >= 0 and (depth > folded or not line)
        folded = folded if inside else -1
        if not inside:
            lines += between(most)
        most = 2 if inside else 4  # what is indented belongs to the folded text
        if surface == "yaml" and line.endswith(">-"):
            folded = depth
        elif line and not inside and draw(st.booleans()):
            line += f"  {comment()}"
        lines.append(line)
    lines += between(most)
    return "\n".join([*lines, ""]), comments
