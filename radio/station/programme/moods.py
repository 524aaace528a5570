"""The moods that the auto-DJ wanders through. Data only.

A line is: name | energy, light and acoustic (1…9 each), beats per minute, family, times of day | prompt. Light is 1 for
dark and sad, 9 for bright and happy; acoustic 1 is all electronic. Times are m(orning), d(ay), e(vening), n(ight): when
it fits best. Prompts say instruments, mood and tempo in words that every engine understands; they name nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

TABLE = """
still water       | 1 5 2  60 ambient    mn | deep ambient, slow evolving warm pads, sub bass, calm, spacious, beatless
morning mist      | 1 6 4  62 ambient    m  | misty ambient, airy pads, distant piano notes, birds, gentle morning calm
glass garden      | 2 7 3  66 ambient    md | bright ambient, glass pads, soft bells, shimmering, delicate, peaceful
rain on the roof  | 1 4 5  60 ambient    en | rainy ambient, rain sound, soft felt piano, warm pad, cozy, slow
night drone       | 1 2 1  50 ambient    n  | dark ambient drone, low hum, vast reverb, mysterious, slow, beatless
deep sleep        | 1 4 1  50 ambient    n  | sleep music, very slow soft pads, subtle, warm, hushed, no drums
open space        | 2 5 1  64 ambient    n  | space ambient, cosmic synth pads, weightless, vast, slow evolving
northern lights   | 2 6 2  70 ambient    en | ethereal ambient, glass pad, slow arpeggio, cold and bright, wide reverb
ocean at dusk     | 2 5 4  66 ambient    e  | ocean waves, soft electric piano, warm pads, calm evening, slow
deep focus        | 2 5 2  72 ambient    md | ambient focus music, smooth continuous texture, soft pads, stable rhythm
temple stillness  | 1 5 7  54 world      mn | meditation music, singing bowls, bamboo flute, slow, sparse, peaceful
koto at the pond  | 2 6 8  66 world      m  | japanese koto and shakuhachi, zen garden, stream, slow, serene
handpan sunrise   | 3 7 7  84 world      m  | handpan and kalimba, gentle hand percussion, warm, organic, sunrise
raga for the dawn | 2 5 8  70 world      m  | sitar and tanpura drone, slow tabla, contemplative, dawn
desert evening    | 3 4 8  84 world      e  | oud and frame drum, desert evening, mysterious, warm, slow
savanna walk      | 5 8 8 104 world      d  | african kalimba and marimba, hand drums, light and joyful, flowing
island afternoon  | 5 9 7  98 world      d  | tropical ukulele and steel pan, light percussion, sunny, relaxed
felt piano        | 1 4 9  60 piano      en | intimate felt piano, slow, soft, melancholic, close
quiet nocturne    | 2 3 9  64 piano      n  | piano nocturne, romantic, slow, moonlit, tender
morning piano     | 2 7 9  72 piano      m  | solo piano, gentle, hopeful, clear morning, simple melody
flowing piano     | 4 5 9  96 piano      d  | solo piano, flowing arpeggios, moderate tempo, reflective, steady
piano and strings | 3 4 9  76 classical  e  | neoclassical piano and strings, bittersweet, slow, emotional
piano and cello   | 2 3 9  66 classical  en | piano and cello duet, sad, slow, intimate, rich
string quartet    | 4 5 9  88 classical  d  | string quartet, elegant, warm, flowing, moderate tempo
baroque morning   | 5 7 9 100 classical  md | baroque harpsichord and strings, lively, bright, elegant
harp and flute    | 2 7 9  70 classical  m  | harp and flute, pastoral, delicate, bright, slow
slow waltz        | 3 6 9  90 classical  e  | slow orchestral waltz, strings and clarinet, graceful, nostalgic
pulsing strings   | 5 5 8 110 classical  d  | minimalism, pulsing strings and marimba, hypnotic, steady rhythm
wide horizon      | 5 7 7  90 cinematic  d  | cinematic orchestral, soaring strings, french horn, hopeful, wide
rising dawn       | 4 8 6  80 cinematic  m  | cinematic ambient, slowly rising strings, warm pads, uplifting sunrise
old kingdom       | 5 5 8  92 cinematic  e  | fantasy soundtrack, harp, flute, low strings, mysterious, ancient
storm coming      | 7 2 6 110 cinematic  en | dark cinematic, low strings, taiko drums, tense, driving
heroic march      | 8 7 7 120 cinematic  d  | epic orchestral, brass and strings, big drums, heroic, bright
campfire guitar   | 3 6 9  84 folk       en | fingerpicked acoustic guitar, campfire, warm, intimate, slow
country road      | 5 7 9 104 folk       d  | acoustic folk, guitar and mandolin, light percussion, sunny, walking pace
spanish courtyard | 5 6 9 108 folk       de | nylon string guitar, flamenco, castanets, warm evening, passionate
highland morning  | 4 6 9  96 folk       m  | celtic harp and tin whistle, fiddle, green hills, gentle, flowing
village dance     | 7 8 9 120 folk       d  | celtic fiddle reel, bodhran, guitar, lively, joyful
slide guitar dusk | 3 4 8  76 folk       e  | slow blues slide guitar, brushed drums, upright bass, dusty, warm
western sky       | 4 4 8  88 folk       e  | western soundtrack, twangy electric guitar, whistle, wide desert, lonely
lofi study        | 3 6 5  78 lofi       de | lofi hip hop, dusty drums, electric piano, vinyl crackle, mellow, relaxed
lofi rain         | 3 4 5  72 lofi       en | lofi beats, rain sound, jazz guitar, warm bass, slow, melancholic
lofi sunrise      | 4 7 5  84 lofi       m  | chillhop, kalimba and electric piano, soft drums, sunny, easy
tape memories     | 3 5 4  74 lofi       en | lofi, worn tape, mellow synth, faded nostalgia, soft drums, hazy
jazzy beats       | 4 6 6  88 lofi       de | jazz hop, upright bass, muted trumpet, dusty drums, laid back
late night trio   | 3 4 9  76 jazz       n  | slow jazz trio, piano, upright bass, brushed drums, late night, smoky
jazz ballad       | 2 4 9  64 jazz       n  | jazz ballad, tenor saxophone, piano, brushes, romantic, slow
cool afternoon    | 5 6 9 112 jazz       d  | cool jazz, vibraphone, walking bass, brushed drums, relaxed
bossa cafe        | 4 7 9  92 jazz       md | bossa nova, nylon guitar, soft percussion, flute, cafe, breezy
gypsy swing       | 7 8 9 132 jazz       de | gypsy jazz, acoustic guitars, violin, upright bass, lively swing
big band          | 8 8 9 138 jazz       e  | big band swing, brass section, saxophones, drums, upbeat
smooth evening    | 4 6 6  88 jazz       e  | smooth jazz, soprano saxophone, electric piano, soft groove, warm evening
spy lounge        | 5 4 7 100 jazz       en | noir lounge jazz, vibraphone, muted trumpet, upright bass, mysterious
latin night       | 7 8 8 112 jazz       e  | latin jazz, piano montuno, congas, trumpet, lively, warm night
velvet soul       | 4 6 7  80 soul       en | neo soul, electric piano, electric bass, soft drums, smooth, warm
sunday soul       | 5 8 7  94 soul       md | soul, hammond organ, clean guitar, tight drums, sunny, easy groove
street funk       | 7 8 6 108 soul       de | funk, slap bass, wah guitar, clavinet, brass section, groovy
disco lights      | 8 9 5 118 house      en | disco, strings, electric bass, four on the floor, funky guitar, glittering
deep house dusk   | 5 6 3 120 house      e  | deep house, warm chords, soft pad, round bass, mellow steady beat
sunset house      | 6 8 3 118 house      e  | tropical house, marimba plucks, piano chords, bright, sunset, relaxed beat
piano house       | 7 8 3 124 house      en | piano house, uplifting chords, four on the floor, warm bass, happy
afro house        | 7 6 4 121 house      n  | afro house, hand percussion, marimba, deep bass, hypnotic groove
organic house     | 5 6 5 116 house      de | organic house, kalimba, warm strings, soft percussion, flowing
minimal night     | 6 4 1 124 techno     n  | minimal techno, dry percussion, deep bass, hypnotic, subtle
dub techno        | 5 4 1 118 techno     n  | dub techno, echoing chords, deep bass, tape hiss, foggy, steady
melodic techno    | 7 5 1 123 techno     n  | melodic techno, arpeggios, deep kick, emotional synths, driving
warehouse         | 8 2 1 130 techno     n  | techno, pounding kick, dark synth, metallic percussion, relentless
trance ascent     | 8 7 1 134 techno     n  | uplifting trance, supersaw lead, arpeggio, rolling bass, euphoric
echo chamber      | 4 5 4  74 dub        en | dub, deep bass, echoing guitar, melodica, slow relaxed groove
sunny reggae      | 5 8 7  80 dub        d  | reggae, offbeat guitar, hammond organ, warm bass, sunny, relaxed
downtempo         | 4 5 4  88 electronic en | downtempo, trip hop drums, electric piano, strings, moody, smooth
chillout coast    | 4 7 3  92 electronic de | chillout, soft synths, ocean waves, gentle beat, balearic guitar, breezy
soft arpeggios    | 3 6 1  84 electronic md | ambient electronica, soft arpeggios, warm pads, gentle pulse, focused
focus pulse       | 4 5 2  96 electronic md | minimal electronica, steady pulse, clean plucks, soft bass, focus
glitch garden     | 5 6 2 104 electronic d  | glitchy electronica, small clicks, music box, warm pads, curious
modular drift     | 3 4 1  80 electronic n  | modular synth, slow sequencer, analog warmth, drifting, hypnotic
toy machines      | 5 8 2 112 chip       d  | playful chiptune, square leads, bouncy bass, cute, bright
pixel quest       | 7 7 1 136 chip       d  | fast chiptune, arpeggios, 8 bit drums, exciting, arcade
neon drive        | 6 5 1 100 synthwave  en | synthwave, analog bass, gated drums, neon night drive, nostalgic
dream wave        | 4 6 1  86 synthwave  en | chillwave, hazy synths, soft drums, dreamy, faded summer
dark circuits     | 7 2 1 112 synthwave  n  | darksynth, distorted bass, heavy drums, cyberpunk city, menacing
city lights       | 6 8 4 110 synthwave  e  | city pop, electric piano, slap bass, bright guitar, night city, upbeat
star voyage       | 4 5 1  92 synthwave  n  | berlin school sequencer, synth pads, cosmic voyage, hypnotic, evolving
liquid roads      | 7 6 2 172 dnb        en | liquid drum and bass, warm pads, electric piano, rolling breaks, smooth
jungle rain       | 8 4 2 168 dnb        n  | atmospheric jungle, chopped breaks, deep sub bass, dark pads
half-time haze    | 4 4 2  85 dnb        n  | slow atmospheric beats, half time drums, deep sub bass, hazy pads
slow guitars      | 4 5 5  80 rock       en | post rock, clean reverb guitars, slow build, wide, wistful
dream guitars     | 5 6 4  96 rock       de | dream pop, shimmering guitars, soft drums, warm bass, hazy
rising guitars    | 7 6 5 112 rock       d  | instrumental indie rock, driving drums, bright guitars, hopeful
desert rock       | 8 4 6 116 rock       e  | desert rock, fuzzy guitar riff, heavy drums, hypnotic groove
"""


@dataclass(frozen=True, slots=True, eq=False)
class Mood:
    """One place in the auto-DJ's country. There is one of each, in `MOODS`: they are compared by identity."""

    name: str
    energy: int
    light: int
    acoustic: int
    bpm: int
    family: str
    times: str
    prompt: str

    @property
    def text(self) -> str:
        """All that is said of it, to find it by."""
        return f"{self.name} {self.family} {self.prompt}"


def _read(line: str) -> Mood:
    name, features, prompt = (part.strip() for part in line.split("|"))
    energy, light, acoustic, bpm, family, times = features.split()
    return Mood(name, int(energy), int(light), int(acoustic), int(bpm), family, times, prompt)


MOODS = tuple(_read(line) for line in TABLE.strip().splitlines())
"""In no particular order."""
