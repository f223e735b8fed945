"""The frame of the report: one HTML file that opens offline, prints, follows light and dark, and asks no other address for anything."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

# No address may be asked, whatever stands in the data; the JSON in it is no script that runs.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1b1f27, #e8eaf0); --quiet: light-dark(#5a6270, #a5adbb);
  --page: light-dark(#fff, #14161b);
  --line: light-dark(#dfe2e9, #2b2f3a); --accent: light-dark(#3546c8, #8c9bff); --before: light-dark(#8b919c, #868d99);
  --good: light-dark(#1d7f4c, #46d595); --bad: light-dark(#c4362b, #ff8a80); --warm: light-dark(#8f5200, #ffca88);
  --soft: light-dark(#f4f5f8, #1d2027); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.5rem 4rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 Inter, 'Segoe UI', system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .3rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .3rem 0 .8rem; }
.quiet, small { color: var(--quiet); }
.lead { font-size: 1.1rem; max-width: 46rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th { text-align: left; font-weight: 600; color: var(--quiet); font-size: .85rem; }
th, td { padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.n { text-align: right; white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.4rem 0; }
.tile { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
.tile b { display: block; font-size: 1.6rem; line-height: 1.25; }
.pass { color: var(--good); font-weight: 600; }
.fail { color: var(--bad); font-weight: 600; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; }
.sides ol { margin: 0; padding-left: 1.6rem; }
.sides li { padding: .12rem 0; }
.new { color: var(--accent); font-weight: 600; }
.out { color: var(--quiet); text-decoration: line-through; }
.scroll { overflow-x: auto; }
code { background: var(--soft); border-radius: .3rem; padding: .1rem .35rem; font-size: .9em; }
svg { width: 100%; max-width: 42rem; height: auto; display: block; margin: .6rem 0; }
svg text { font: 12px Inter, 'Segoe UI', system-ui, sans-serif; fill: var(--ink); }
svg text.quiet { fill: var(--quiet); }
svg text.here { fill: var(--accent); font-weight: 600; }
svg text.now { fill: var(--quiet); font-weight: 600; }
svg .grid { stroke: var(--line); }
svg .axis { stroke: var(--before); }
svg .span { stroke: var(--ink); stroke-width: 1.2; }
svg .front { fill: none; stroke: var(--before); stroke-width: 1.5; }
svg circle.pass { fill: var(--before); }
svg circle.fail { fill: var(--page); stroke: var(--bad); stroke-width: 1.5; }
svg circle.here { fill: var(--accent); }
svg circle.now { fill: var(--quiet); }
svg rect.gain { fill: var(--accent); }
svg rect.loss { fill: var(--before); }
@media (max-width: 640px) { .sides { grid-template-columns: 1fr; }
body { padding: 1.2rem 1rem; }
}
@media print { :root { color-scheme: light; }
body { max-width: none; padding: 0; font-size: 11pt; }
h2 { break-after: avoid; }
tr, svg, .tile, .sides { break-inside: avoid; }
}
"""


def text(value: object) -> str:
    """Anything as text of the page."""
    return html.escape(str(value), quote=True)


def page(title: str, body: str, data: str) -> str:
    """The file. body: HTML; data: JSON, for machines, under the id "aisle-report"."""
    safe = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n"
        f'<script type="application/json" id="aisle-report">{safe}</script>\n</body>\n</html>\n'
    )


def section(title: str, *parts: str, note: str = "") -> str:
    """A heading, a quiet line under it, and what follows; nothing where nothing follows."""
    inside = "\n".join(part for part in parts if part)
    return f"<h2>{text(title)}</h2>\n{paragraph(note, 'quiet') if note else ''}{inside}" if inside else ""


def paragraph(words: str, kind: str = "") -> str:
    """A paragraph of text."""
    return f'<p class="{kind}">{text(words)}</p>' if kind else f"<p>{text(words)}</p>"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = (), attributes: Sequence[str] = ()) -> str:
    """A table of cells that are HTML already. numbers: places of the columns that hold numbers. attributes: of each row's tag."""
    right = set(numbers)
    head = "".join(f'<th class="n">{text(title)}</th>' if i in right else f"<th>{text(title)}</th>" for i, title in enumerate(titles))
    body = ""
    for place, row in enumerate(rows):
        cells = "".join(f'<td class="n">{cell}</td>' if i in right else f"<td>{cell}</td>" for i, cell in enumerate(row))
        body += f"<tr{' ' + attributes[place] if attributes else ''}>{cells}</tr>\n"
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>' if body else ""


def verdict(passes: bool) -> str:
    """A word in its colour."""
    return '<span class="pass">passes</span>' if passes else '<span class="fail">fails</span>'
