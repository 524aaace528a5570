"""English tempo words, modes, and the words that hold a sentence together. Data only; form: see `lexicon`."""

from __future__ import annotations

WORDS: dict[str, str] = {
    # tempo
    "tempo slow": """
        slow, slowly, low tempo, slow tempo, slow paced, sluggish, at a slow pace, slow motion, slow mo, slow burning,
        slow burn, slowed, crawling, half speed, glacial pace, low bpm, half time, halftime
    """,
    "tempo slower": "slower, slow it down, slow down, ritardando, rallentando, unrushed",
    "tempo fast": """
        fast, quick, quickly, rapid, fast paced, speedy, uptempo, up tempo, high tempo, fast tempo, high speed, brisk,
        breakneck, double time, speed, high bpm, hurried, turbo, nightcore, swift
    """,
    "tempo faster": "faster, quicker, speed up, speed it up, accelerando, pick up the pace",
    "tempo medium": """
        medium tempo, mid tempo, midtempo, moderate tempo, moderate, moderately paced, medium paced, walking pace,
        medium speed
    """,
    "tempo largo": "largo, grave, larghetto",
    "tempo lento": "lento",
    "tempo adagio": "adagio, adagietto",
    "tempo andante": "andante, andantino",
    "tempo moderato": "moderato",
    "tempo allegretto": "allegretto",
    "tempo allegro": "allegro",
    "tempo vivace": "vivace, vivo",
    "tempo presto": "presto, prestissimo",
    # modes and meter
    "mode major": "major, major key, ionian, maj, major mode",
    "mode minor": "minor, minor key, aeolian, natural minor, minor mode",
    "mode dorian": "dorian",
    "mode mixolydian": "mixolydian",
    "mode lydian": "lydian",
    "mode phrygian": "phrygian, phrygian dominant, locrian, spanish scale",
    "mode harmonic_minor": "harmonic minor, melodic minor, hungarian minor",
    "mode pentatonic": "pentatonic, minor pentatonic, major pentatonic, pentatonic scale",
    "meter 3": "waltz, waltzes, in three, triple meter, triple time, three four, six eight, minuet, mazurka, 3 time",
    "meter 4": "four four, common time",
    "genre waltz": "waltz, waltzes, minuet, mazurka",
    # the words between
    "without": """
        no, without, with no, without any, no more, zero, minus, sans, lacking, excluding, avoid, avoiding, skip,
        exclude, omit, drop the, remove, removing, free of, free from, devoid of, minus the, lose the, mute, ban,
        dont include, do not include, dont want, do not want, dont use, do not use, dont add, do not add, instead of,
        rather than, anything but, hold the, leave out, never any, none of the, nor, neither, stop the, turn off,
        cut the, get rid of, kill the, ditch the
    """,
    "not": """
        not, isnt, is not, arent, never, hardly, not so, not too, not very, not overly, not that, not really,
        nothing too, dont be, do not be, non, not at all, not as, no longer, neither too, nothing, dont make it,
        do not make it, dont get, dont
    """,
    "not less": "less, a bit less, a little less, much less, fewer",
    "only": """
        only, just, solely, solo, nothing but, nothing except, exclusively, purely, by itself, on its own,
        unaccompanied, nothing else
    """,
    "degree 1.6": """
        very, really, super, extremely, ultra, so, incredibly, insanely, deeply, highly, intensely, much, a lot, way,
        totally, completely, most, mega, absolutely, hyper, as possible, lots of, plenty of
    """,
    "degree 0.5": """
        slightly, a bit, a little, a little bit, somewhat, a touch, a hint of, kind of, sort of, mildly, semi, fairly,
        a tad, slight, moderately, a touch of, touch of, hint of
    """,
    "degree 1.2": "more, quite, pretty and, rather, even more, extra, too, overly, overtly",
    "and": "and, n, plus, as well as, along with, together with, also, x, meets",
    "or": "or, and or, either",
    "but": """
        but, with, yet, however, although, though, featuring, feat, over, under, behind, including, use, add, adding,
        then, while, instead, like, using, keep, prefer, want, please, backed by, accompanied by, give me, i want,
        make it, where, because, when, which
    """,
    "music": """
        music, song, songs, track, tracks, instrumental, instrumentals, tune, tunes, playlist, mix, radio, station,
        album, composition, piece, soundtrack for, session, sessions, jam, jams, bgm, mixtape, medley, set, show,
        broadcast, anthem, performance, concert, ensemble, band, quartet, trio, duo, duet
    """,
    "filler": """
        a, an, the, of, for, to, in, on, at, by, from, into, is, it, its, be, i, me, my, you, your, we, our, that,
        this, these, those, as, are, am, was, some, any, all, such, up, vibe, vibes, mood, moods, feel, feels,
        feeling, feelings, style, styled, styles, sound, sounds, sounding, type, kind, kinds, tempo, bpm, key, scale,
        tone, tones, tonal, texture, textures, background, play, playing, make, something, anything, stuff, etc, s, t,
        m, via, very own, during, time, times, day, days, hour, hours, minute, minutes, non stop, nonstop, not only,
        not just, no matter, no problem, no name, no one, just like, just for, just a, not to mention, no doubt,
        no idea, sine wave, sine waves, sound wave, sound waves, brain wave, brain waves, brainwave, brainwaves,
        alpha waves, theta waves, delta waves, beta waves, gamma waves, microwave, heat wave, live stream, livestream,
        streaming, steam, house by, a house, my house, the house, in the house, tree house, old house, treehouse,
        light house, lighthouse, white house, greenhouse, based, inspired by, hz, genre, elements, element,
        feeling like, will, can, would, should, could, have, has, having, there, let, lets, get, got, so that, whole,
        long, new, good, great, nice, best, perfect, high, low, quality, hd, version, edition, thanks, thank you, ok,
        okay, hey, hello, hi, am i, key of, at night time, part, parts, section, note, notes, them, one, two, do,
        does, with a lot of, low volume, volume, audio, through, throughout, about, around, between, if, who, what,
        how, time signature, signature, first, second, person, people, man, woman, mind, art, royalty free,
        copyright free, ad free, ads, free, made, every, each, moment, moments, scene, other, bit, bits, pace, paced,
        speed of, level, amount, female, male, im, ive, id, maybe, looking for, looking, now, different, perhaps,
        little bit of, opening, put, create, generate, compose, write me, produce, sort, ideal
    """,
}
