"""English words for instruments, drums and sounds. Data only; the form is explained in `lexicon`."""

from __future__ import annotations

WORDS: dict[str, str] = {
    # instruments
    "instrument piano": """
        piano, pianos, grand piano, upright piano, piano key, pianoforte, prepared piano, ivories, klavier,
        felt piano
    """,
    "instrument electric_piano": """
        electric piano, rhodes, fender rhodes, wurlitzer, wurli, e piano, epiano, keys, keyboard, clavinet, dx7
    """,
    "instrument acoustic_guitar": """
        acoustic guitar, classical guitar, nylon guitar, nylon string guitar, steel string guitar,
        fingerpicked guitar, fingerstyle guitar, ukulele, banjo, mandolin, lute, oud, bouzouki, balalaika, 12 string,
        folk guitar, gypsy guitar
    """,
    "instrument electric_guitar": """
        electric guitar, distorted guitar, guitar solo, clean guitar, jazz guitar, slide guitar, pedal steel,
        lap steel, surf guitar, reverb guitar, guitar riff, stratocaster, telecaster
    """,
    "instrument guitar": "guitar, guitars, guitarist",
    "instrument harp": "harp, harps, harpsichord, lyre, zither, dulcimer, kora, cimbalom",
    "instrument strings": """
        strings, string section, string ensemble, violins, viola, string orchestra, orchestral strings, mellotron
    """,
    "instrument violin": "violin, fiddle, erhu, violinist",
    "instrument cello": "cello, celli, violoncello, cellist",
    "instrument flute": """
        flute, flutes, piccolo, recorder, pan flute, panflute, panpipe, pan pipe, shakuhachi, bansuri, ocarina,
        tin whistle, penny whistle, whistle, dizi, native american flute
    """,
    "instrument clarinet": "clarinet, bass clarinet, oboe, bassoon, english horn, cor anglais, duduk, reed",
    "instrument woodwind": "woodwind, woodwinds, wind instrument, wind ensemble, wind section",
    "instrument saxophone": "saxophone, sax, saxes, tenor sax, alto sax, soprano sax, baritone sax, saxophonist",
    "instrument trumpet": "trumpet, muted trumpet, cornet, flugelhorn, trumpeter, mariachi",
    "instrument brass": "brass, brass section, brass band, horn, horns, french horn, trombone, tuba, horn section",
    "instrument choir": """
        choir, chorus, choirs, ethereal voices, ethereal vocals, vocal pad, choir pad, humming, voices,
        angelic voices, wordless vocals, wordless voices, vocalise, aahs, oohs, boys choir, a cappella
    """,
    "instrument organ": "organ, church organ, pipe organ, hammond, hammond organ, harmonium, farfisa, b3",
    "instrument bells": """
        bell, bells, chime, chimes, tubular bells, glockenspiel, celesta, celeste, wind chimes, singing bowl,
        singing bowls, tibetan bowls, crystal bowls, sound bath, gong, crotales, church bells, carillon
    """,
    "instrument vibraphone": "vibraphone, vibraphonist, vibraharp",
    "instrument marimba": "marimba, xylophone, balafon, mallets, mallet",
    "instrument kalimba": """
        kalimba, mbira, thumb piano, handpan, hand pan, hang drum, steel drum, steelpan, steel pan, tongue drum
    """,
    "instrument music_box": "music box, musicbox, toy piano, musical box",
    "instrument koto": "koto, guzheng, gayageum, guqin",
    "instrument shamisen": "shamisen, sanshin, pipa, samisen",
    "instrument sitar": "sitar, sarod, veena, tambura",
    "instrument accordion": "accordion, bandoneon, concertina, harmonica, melodica, bagpipe, hurdy gurdy, squeezebox",
    "instrument synth_pad": "synth pad, string machine, evolving pad, analog pad, analogue pad",
    "instrument warm_pad": "warm pad, soft pad, lush pad, juno, mellow pad",
    "instrument glass_pad": """
        glass pad, crystal, glassy, icy pad, shimmering pad, shimmer pad, glass, shimmer, shimmering
    """,
    "instrument pad": "pad, pads, padding",
    "instrument synth": """
        synth, synths, synthesizer, synthesiser, synthesizers, synthesisers, modular synth, modular, analog synth,
        analogue synth, analog synths, analogue synths, moog, eurorack
    """,
    "instrument synth_lead": "synth lead, lead synth, theremin, mono synth, synth solo, ondes martenot",
    "instrument saw_lead": "saw lead, sawtooth, supersaw, saw wave, hoover, saw synth",
    "instrument square_lead": "square lead, square wave, pulse wave, beeps, bleeps, chip lead",
    "instrument pluck": """
        pluck, plucks, plucked synth, arpeggio, arpeggios, arpeggiated, arp, arps, arpeggiator, sequencer, plucky,
        pizzicato
    """,
    "instrument bass": "bass, bassline, bass line, low end, basses, drums and bass, drums n bass",
    "instrument sine_bass": "sub bass, subbass, sine bass, 808 bass, 808, 808s, deep bass, sub",
    "instrument synth_bass": "synth bass, moog bass, reese, reese bass, wobble bass, analog bass, growl bass, wobble",
    "instrument acid_bass": "acid bass, 303, tb 303, acid line, acid bassline, squelchy bass",
    "instrument upright_bass": "upright bass, double bass, contrabass, acoustic bass, walking bass, standup bass",
    "instrument electric_bass": "electric bass, bass guitar, slap bass, fretless bass, picked bass, fingered bass",
    # drums
    "kit any": """
        drum, drums, drumming, drummer, beat, beats, percussion, percussive, percussions, rhythm section, rhythmic,
        rhythm, rhythms, groove, kick, kick drum, snare, hi hat, hihat, hi hats, cymbal, bass drum, with a beat,
        drumbeat, backbeat, drums and bass, drums n bass
    """,
    "kit acoustic": """
        acoustic drum, acoustic drums, live drums, drum kit, drum set, drumset, rock drums, real drums, timpani
    """,
    "kit brushes": "brushes, brushed drums, brush drums, brushed snare, jazz drums, soft drums brushes, brushed",
    "kit lofi": """
        lofi drums, lo fi drums, dusty drums, dusty beats, boom bap drums, sp404, sp 404, tape drums, lofi beat,
        lofi beats, lo fi beats, lo fi beat
    """,
    "kit house": "four on the floor, four to the floor, 4 on the floor, house beat, house drums, house beats",
    "kit techno": """
        techno beat, techno drums, techno kick, 909, tr 909, drum machine, drum machines, electronic drums,
        techno beats, 808 drums, tr 808
    """,
    "kit synthwave": "gated drums, gated reverb, gated snare, 80s drums, linn drum, linndrum, simmons",
    "kit breaks": "amen break, amen, breakbeats, drum breaks, chopped breaks, broken beats, jungle breaks",
    "kit chip": "8 bit drums, chip drums, noise drums",
    "kit hand": """
        hand drum, hand drums, hand percussion, bongo, bongos, conga, congas, djembe, tabla, cajon, taiko, tambourine,
        shaker, shakers, maracas, clave, claves, udu, darbuka, bodhran, frame drum, tribal drums, ethnic percussion,
        world percussion, light percussion, soft percussion
    """,
    "leave drums": """
        drumless, beatless, percussionless, drum free, drums free, percussion free, beat free, a cappella, rhythmless
    """,
    "leave bass": "bassless, bass free",
    "leave melody": "melodyless, amelodic",
    "leave music": "no music, without music, without any music, musicless, no music at all, not music",
    "instrument melody": "melody, melodies, melodic line, lead, leads, lead melody, lead instrument, solo instrument",
    "instrument chords": "chords, harmony, harmonies, accompaniment, comping",
    # sounds
    "texture rain": """
        rain, raining, rainfall, rain sound, rain drop, raindrop, rain noise, downpour, drizzle, rain ambience,
        rain shower, sound of rain, rain on
    """,
    "texture vinyl": """
        vinyl, vinyl crackle, crackle, crackling vinyl, record crackle, vinyl noise, dusty vinyl, vinyl hiss,
        record noise, old record, needle, turntable, phonograph, gramophone, crackly, dusty record
    """,
    "texture waves": """
        wave, waves, ocean wave, ocean waves, ocean sound, sea sound, sea waves, surf, tide, waves crashing,
        crashing waves, sound of the sea, sound of the ocean, ocean ambience, seashore, shore waves
    """,
    "texture wind": """
        wind, winds, breeze, wind sound, howling wind, wind noise, gust, sound of wind, wind blowing, wind ambience
    """,
    "texture fire": """
        fire crackling, crackling fire, fire sound, fireplace sound, campfire sound, crackling fireplace,
        sound of fire, fire crackle, crackling campfire, fireplace ambience, campfire ambience
    """,
    "texture birds": """
        bird, birds, birdsong, bird song, birdsongs, bird sound, birds singing, chirping, chirping birds,
        singing birds, songbird, birds chirping, seagull, forest sound, jungle sound, rainforest sound,
        forest ambience, jungle ambience, nature sound, sounds of nature, sound of nature, nature noise
    """,
    "texture night": """
        cricket, crickets, cicada, night sound, night ambience, nocturnal sound, frogs, sound of the night,
        night insects, insects, owl
    """,
    "texture stream": """
        stream, brook, creek, river sound, running water, flowing water, water sound, babbling brook, waterfall,
        trickling water, water stream, fountain, sound of water, sound of a river, mountain stream
    """,
    "texture thunder": """
        thunder, thunderstorm, thunder sound, lightning, rolling thunder, distant thunder, thunderclap
    """,
    "texture cafe": """
        cafe sound, coffee shop ambience, coffee shop sound, cafe ambience, cafe noise, coffee shop noise,
        coffeeshop ambience, restaurant ambience, crowd noise, cafe chatter, chatter, people talking, bar ambience,
        pub ambience
    """,
    "texture tape": """
        tape, tape hiss, hiss, cassette, tape noise, tape saturation, reel to reel, wow and flutter, tape loop,
        tape loops, cassette tape, white noise, pink noise, brown noise, static, radio static, noise
    """,
    "scene rain": """
        rainy, rainy day, rainy night, rainy days, rainy mood, stormy, rainstorm, storm, petrichor, pluviophile,
        monsoon, rainforest
    """,
    "scene thunder": "stormy, storm, tempest",
    "scene vinyl": "dusty",
    "scene waves": """
        ocean, sea, beach, seaside, coast, coastal, shore, sailing, by the sea, oceanic, harbor, harbour, lagoon,
        island, tidal
    """,
    "scene wind": """
        windy, mountain, mountains, tundra, steppe, windswept, canyon, prairie, arctic, blizzard, desert, dunes,
        sahara
    """,
    "scene fire": "fire, fireplace, campfire, fireside, hearth, bonfire, by the fire, candle, candlelight, cabin",
    "scene birds": """
        forest, woods, woodland, meadow, garden, park, nature, countryside, grove, spring morning, dawn chorus, birch
    """,
    "scene night": """
        summer night, summer nights, summer evening, campsite, camping, moonlit forest, starry night, night forest,
        firefly, fireflies
    """,
    "scene stream": "river, riverside, creekside, valley, bamboo, koi pond, pond, lake, zen, onsen, spring water",
    "scene cafe": """
        cafe, coffee, coffee shop, coffeeshop, coffee house, coffeehouse, bistro, restaurant, pub, diner,
        cocktail bar, hotel bar, piano bar
    """,
    "leave textures": "noiseless, noise free",
    "texture any": "background noise, background sound, sound effect, sfx, field recording, environmental sound",
    "vocals": """
        vocal, vocals, voice, singing, singer, sung, lyric, lyrics, vocalist, words, rapping, speech, spoken word,
        talking, human voice
    """,
}
