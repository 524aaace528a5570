"""Rhythms of melodies: two bars each, `o` strikes, `-` holds, `.` rests. Data, and the reading of it.

Sixteen characters are eighths, thirty-two sixteenths. In 3/4 each bar loses its last quarter.
"""

from __future__ import annotations


def read(text: str) -> dict[str, tuple[str, ...]]:
    """A family of rhythms is its name on a line of its own, then a line for each."""
    found: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in text.strip().splitlines():
        if line.startswith(" "):
            found[name] = (*found[name], line.replace(" ", ""))
        else:
            name = line
            found[name] = ()
    return found


RHYTHMS = read("""
sparse
  o------- ....o---
  o---o--- --------
  ....o--- o-------
  o-----o- --......
  o-o----- ........
  ..o----- o-------
  o---.... o---....
  ....o-o- o-------
long
  o------- o---o---
  o-----o- o-------
  o------- ----o-o-
  o---o--- o-------
  ..o----- o-----o-
  o------- o-------
lyrical
  o---o-o- o-------
  o--oo--- o-----..
  ..o-o-o- o---o---
  o-----o- o---....
  o-o-o--- o-o-o---
  o---o--- o-o-o---
  ..o-o--- o-----o-
  .oo-o--- o---o---
  o--o--o- o-------
  o-oo---- o-o---..
lazy
  .oo-o--- --......
  ..o-oo-- o-----..
  o-.oo--- ....o-o-
  .o--o-o- o-----..
  ....o-oo --o-----
  o---.oo- o-----..
flowing
  o-ooo-o- o-o-o---
  ooo-o-o- o-----o-
  o-o-oooo -oo-o---
  ..oooo-- o-o-o-o-
  o-o-o-oo o---o---
  ooooo--- oo-oo---
periodic
  o---o-oo o-o-o---
  o-o-o-o- o---o---
  o--oo-o- o-oo----
  o---oooo o---o-..
  o-oo--o- o-o-o---
  oo-oo-o- o-----..
tune
  o-ooo-o- o-o-o---
  o--oo-o- o---o-..
  o-o-ooo- o---....
  ooo-o-o- oo--o---
  o-o-o--- o-ooo---
  .oo-o-oo o---o---
bebop
  .oo-oo-o -o--....
  o-ooo-oo .oo-o---
  ..oooooo oo-o----
  o-oo.oo- o---....
  .o-o-oo- o---.oo-
  ..oooo-o oo-o--..
  oo-oooo- o-.o----
  .ooooooo -o--....
swing riff
  o-.o-o-. o-.o----
  .o-o-o-- .o-o----
  o-oo-.o- o---....
  ..o--o-o o---....
  o--o-o-- o--o-o--
hook
  o--o--o-........ o--o--o---......
  ..o-..o-o---.... ..o-..o-....o---
  o-....o---...... o-....o-..o-....
  ....o-o-..o---.. ....o-o-........
  o-..o-..o-....o- ........o-..o---
sync
  o--o--o--o--o--- o--o------......
  ..o--o--o-...... o--o--o---......
  o-.o-.o---..o--- ....o--o--o-----
  ......o--o--o--- ......o-o-------
anthem
  o-----o- o---o---
  o--o--o- o-------
  o---o--o o-----o-
  o-----oo o-------
  o--o--o- o--o--o-
  ..o-o-o- o-------
arcade
  o-o-o--o o-o-o---
  ooo-o-o- ooo-o---
  o-oo.oo- o-oo.o--
  o--o--o- o--oo-o-
  oooo.o-o o-o-o---
  o-ooo-o- oooo----
""")


def onsets(text: str, beats: int) -> tuple[tuple[float, float], ...]:
    """(beat, beats) of each note over two bars of `beats` beats."""
    step = 8 / len(text)
    half = len(text) // 2
    kept = round(beats / step)
    line = text[:kept] + text[half : half + kept]
    found: list[tuple[float, float]] = []
    for index, sign in enumerate(line):
        if sign == "o":
            found.append((index * step, step))
        elif sign == "-" and found and line[index - 1] != ".":
            start, length = found[-1]
            found[-1] = (start, length + step)
    return tuple(found)
