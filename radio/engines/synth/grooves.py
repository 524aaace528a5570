"""Drum patterns as text: sixteenths, digits are force (9 the loudest), one bar or two. Data, and the reading of it."""

from __future__ import annotations

from typing import cast

from radio.engines.synth.score import Drum

Groove = dict[Drum, str]


def read(text: str) -> dict[str, Groove]:
    """A groove is its name on a line of its own, then a line for each drum."""
    grooves: dict[str, Groove] = {}
    name = ""
    for line in text.strip().splitlines():
        head, _, pattern = line.strip().partition(":")
        if pattern:
            grooves[name][cast("Drum", head)] = pattern.replace(" ", "")
        else:
            name = head
            grooves[name] = {}
    return grooves


GROOVES = read("""
four floor
  kick:        7...7...7...7...
  clap:        ....7.......7...
  open_hat:    ..5...5...5...5.
  hat:         3.4.3.4.3.4.3.42
  shaker:      2.1.2.1.2.1.2.13
deep floor
  kick:        7...7...7...7...
  clap:        ....6.......6...
  hat:         ..6...6...6...6.
  rim:         ...4..4....4....
  shaker:      3.2.3.2.3.2.3.23
shuffle floor
  kick:        7...7...7...7... 7...7...7...7.3.
  snare:       ....6.......6...
  open_hat:    ..4...4...4...4.
  hat:         4.352.354.352.35
  tambourine:  ....4.......4...
warehouse
  kick:        7...7...7...7...
  clap:        ............6...
  open_hat:    ..5...5...5...5.
  hat:         4.2.4.2.4.2.4.22
  rim:         ...3..3....3..3.
driving
  kick:        7...7...7...7...
  clap:        ....6.......6...
  hat:         3.6.3.6.3.6.3.63
  ride:        ..4...4...4...4.
  tom_low:     ......3.....3...
hypnotic
  kick:        7...7...7...7...
  hat:         ..6...6...6...6.
  shaker:      3.2.3.2.3.2.3.32
  rim:         ...4..3...4..... ...4..3....4..3.
  tom_high:    ..........3..... .......3......3.
boom bap
  kick:        9......4..8..... 9......4..8..3..
  snare:       ....8.......8...
  hat:         6.4.6.4.6.4.6.4.
head nod
  kick:        9.....6...8..... 9..4..6...8.....
  snare:       ....8..2....8..2
  hat:         5.5.5.535.5.5.5.
  shaker:      ..2...2...2...2.
dilla
  kick:        9..5......8...4. 9..5...4..8.....
  rim:         ....7.......7...
  snare:       .......2.2......
  hat:         6.4.5.436.4.5.4.
two step
  kick:        9.........8..... 9.........8..4..
  snare:       ....9.......9... ....9..2....9...
  hat:         6.5.6.5.6.5.6.5.
  shaker:      2.2.2.2.2.2.2.2.
amen
  kick:        9.8.......8..... 9.8.......7.7...
  snare:       ....9.....3.9... ....9..3.3..9...
  ride:        5.5.5.5.5.5.5.5.
  hat:         ..3...3...3...3.
roller
  kick:        9.....5...8.....
  snare:       ....9.......9...
  hat:         6.5.6.5.6.5.6.53
  open_hat:    ..............4.
gated
  kick:        8.......8....... 8.......8.....5.
  snare:       ....9.......9...
  hat:         5.4.5.4.5.4.5.4.
  tambourine:  ..3...3...3...3.
night drive
  kick:        7...7...7...7...
  snare:       ....8.......8...
  hat:         4343434343434343
  open_hat:    ..............4.
half time
  kick:        8.....7......... 8.....7.......4.
  snare:       ........9.......
  hat:         5.4.5.4.5.4.5.4.
  clap:        ........5.......
ride swing
  ride:        7...8.5.7...8.5.
  hat:         ....5.......5...
  kick:        3...2...3...2...
  snare:       ......2.......2.
brush swing
  snare:       4...6.3.4...6.3.
  ride:        5...6.4.5...6.4.
  hat:         ....4.......4...
  kick:        3.......3.......
campfire
  kick:        7.......6.....3.
  shaker:      4.3.5.3.4.3.5.3.
  tambourine:  ....4.......4...
stomp
  kick:        8.......8.......
  clap:        ....5.......5...
  shaker:      4.354.354.354.35
  tambourine:  ..3...3...3...3.
chip rock
  kick:        9.....7.9....... 9.....7.9...7...
  snare:       ....9.......9...
  hat:         7.5.7.5.7.5.7.5.
chip gallop
  kick:        9...9...9...9...
  snare:       ....8.......8..5
  hat:         5.555.555.555.55
haze
  kick:        7.........5.....
  shaker:      4.3.4.3.4.3.4.3.
  rim:         ........3.......
soft heart
  kick:        7.......5.......
  hat:         ..2...2...2...2.
  rim:         ....3.......3...
  shaker:      3.2.3.2.3.2.3.2.
bossa
  rim:         6..6..6...6..6..
  hat:         4.3.4.3.4.3.4.3.
  kick:        6.....5.6.....5.
bossa soft
  rim:         ..5...5..5...5.. 5..5..5...5..5..
  shaker:      4.2.4.2.4.2.4.2.
  kick:        5.....4.5.....4.
waltz
  kick:        7...............
  hat:         ....5...5.......
  shaker:      ....3...3.2.....
slow three
  kick:        7.........3.....
  rim:         ........5.......
  ride:        5...4...4.3.....
timpani
  tom_low:     6............... 5...........3.4.
  tambourine:  ....2.......2...
heartbeat
  kick:        5.3.............
  shaker:      ....2.......2...
""")
FILLS = tuple(
    read("""
fill 0
  snare:       ............4.57
fill 1
  snare:       ..........4.5.68
  kick:        9.......9.......
fill 2
  tom_high:    ........7.6.....
  tom_low:     ............7.78
fill 3
  snare:       ........5..5....
  tom_low:     ..............78
  tom_high:    ...........56...
fill 4
  open_hat:    ..............7.
  snare:       ............6...
fill 5
  snare:       ............4567
""").values()
)
"""What the last half bar of a phrase becomes."""
