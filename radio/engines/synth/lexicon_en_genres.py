"""English words for genres. Data only; the form is explained in `lexicon`."""

from __future__ import annotations

WORDS: dict[str, str] = {
    # the twelve
    "genre ambient": """
        ambient, ambience, ambiance, ambiental, soundscape, atmospheric, atmosphere, eno, furniture music,
        background music, brian eno
    """,
    "genre lofi": """
        lofi, lo fi, low fi, lowfi, chillhop, chill hop, jazzhop, jazz hop, lofi hip hop, lo fi hip hop, lofi hiphop,
        lo fi hiphop, study beats, chillbeats, chill beats, nujabes, dilla, lofi jazz, lo fi jazz, jazz lofi,
        jazz lo fi, jazzy lofi, jazzy lo fi, lofi beat, lo fi beat
    """,
    "genre piano": "pianist, satie",
    "genre classical": """
        classical, classic music, orchestra, orchestral, orchestration, symphon*, chamber music, concerto, sonata,
        sonatina, mozart, beethoven, haydn, schubert, brahms, tchaikovsky, overture, sinfonietta, opera, ballet,
        philharmonic
    """,
    "genre jazz": """
        jazz, jazzy, cool jazz, modal jazz, jazz club, jazz bar, jazz trio, jazz quartet, jazz combo, nu jazz,
        gypsy jazz, coltrane, miles davis
    """,
    "genre house": """
        house, house music, progressive house, french house, chicago house, funky house, melodic house, slap house,
        electro house, bass house
    """,
    "genre techno": """
        techno, detroit techno, melodic techno, hard techno, berlin techno, warehouse techno, peak time techno, rave
    """,
    "genre synthwave": """
        synthwave, synth wave, retrowave, retro wave, outrun, new wave, darkwave, dark wave, coldwave, cold wave,
        spacewave, spacesynth, italo, berlin school
    """,
    "genre dnb": "drum and bass, drum n bass, drumnbass, drumandbass, dnb, d and b, d n b, neurofunk, techstep",
    "genre folk": """
        folk, folksy, folky, folk music, singer songwriter, acoustic music, campfire songs, americana, bluegrass,
        indie folk, unplugged, fingerstyle, fingerpicking
    """,
    "genre chiptune": """
        chiptune, chip tune, chip music, chipmusic, 8 bit, 8bit, eight bit, 16 bit, sixteen bit, bitpop, nes, famicom,
        gameboy, game boy, c64, commodore 64, tracker music
    """,
    "genre drone": "drone, droning, dronescape, drone music, drone metal, shruti, tanpura",
    # piano and orchestra
    "genre neoclassical": """
        neoclassical, neo classical, modern classical, contemporary classical, einaudi, arnalds, nils frahm
    """,
    "genre nocturne": """
        nocturne, romantic piano, chopin, debussy, impressionist, impressionism, etude, prelude, ballade, fur elise,
        moonlight sonata, clair de lune, gymnopedie, gymnopedies
    """,
    "genre ragtime": "ragtime, rag time, honky tonk piano, saloon piano, stride piano",
    "genre minimalism": """
        minimalism, minimal music, minimalist music, phase music, steve reich, philip glass, systems music
    """,
    "genre baroque": "baroque, bach, vivaldi, handel, fugue, harpsichord music, toccata, renaissance",
    "genre cinematic": """
        cinematic, film music, film score, movie, movie score, soundtrack, trailer, trailer music, score, ost,
        hans zimmer, orchestral score, filmic
    """,
    "genre string_quartet": "string quartet, string trio, string ensemble music",
    "genre sacred": """
        sacred, church, gregorian, chant, chants, choral, cathedral, monastery, monastic, hymn, requiem, gospel,
        plainsong, liturgical, spiritual music
    """,
    "genre waltz": "viennese waltz, strauss, valse",
    "genre march": "march, marching band, military band, fanfare",
    "genre fantasy": """
        fantasy, rpg, jrpg, dungeons and dragons, dnd, elven, elvish, fairytale, fairy tale, fairy, enchanted,
        enchanting, magical, magic, adventure, tavern, zelda
    """,
    "genre lullaby": "lullaby, lullabies, cradle song, berceuse, nursery, baby, bedtime, bedtime music",
    "genre christmas": "christmas, xmas, carol, festive, holiday season",
    # jazz and its cousins
    "genre bossa_nova": """
        bossa nova, bossanova, bossa, lounge, lounge music, elevator music, easy listening, muzak, cocktail music,
        exotica, samba jazz, jobim
    """,
    "genre latin": """
        latin, salsa, samba, mambo, rumba, cumbia, merengue, bachata, cuban, son cubano, afro cuban, brazilian,
        reggaeton
    """,
    "genre blues": "blues, bluesy, delta blues, blues rock",
    "genre swing": "swing, big band, bigband, electro swing, dixieland, lindy hop, jump blues, charleston, jive",
    "genre bebop": "bebop, be bop, hard bop, post bop",
    "genre jazz_ballad": "jazz ballad, torch song, film noir, noir",
    "genre smooth_jazz": "smooth jazz, jazz fusion, fusion, acid jazz, late night jazz, quiet storm",
    "genre funk": "funk, funky, p funk, jazz funk, future funk",
    "genre soul": "soul, soulful, neo soul, neosoul, r and b, rnb, rhythm and blues, motown",
    "genre reggae": "reggae, ska, rocksteady, dancehall, roots reggae",
    # songs and guitars
    "genre rock": """
        rock, rock music, punk, punk rock, grunge, indie rock, alternative rock, classic rock, hard rock,
        rock and roll, rock n roll, surf rock, garage rock, indie, krautrock, psychedelic rock, prog rock,
        progressive rock
    """,
    "genre metal": "metal, heavy metal, thrash, death metal, black metal, doom metal, metalcore, djent, doom",
    "genre post_rock": """
        post rock, postrock, shoegaze, dream pop, dreampop, slowcore, ambient rock, ambient guitar, math rock,
        sigur ros
    """,
    "genre pop": "pop, pop music, pop song, indie pop, k pop, kpop, j pop, jpop, ballad, power ballad, anime",
    "genre country": "country, country music, hillbilly, nashville, rockabilly, hoedown",
    "genre western": "western, spaghetti western, wild west, morricone, desert blues, cowboy",
    # the world's folk
    "genre celtic": """
        celtic, irish, scottish, gaelic, reel, jig, sea shanty, shanty, pirate, nordic, nordic folk, scandinavian
    """,
    "genre medieval": "medieval, bard, bardic, minstrel, troubadour, dungeon synth, viking",
    "genre flamenco": "flamenco, spanish guitar, spanish, rumba flamenca",
    "genre tango": "tango, milonga, bandoneon music, piazzolla, musette, parisian, french cafe",
    "genre klezmer": "klezmer, balkan, gypsy, jewish music, romani, hungarian",
    "genre polka": "polka, oompah, beer hall, bavarian",
    "genre japanese": "japanese, japan, gagaku, enka, zen garden, samurai, edo, kyoto, geisha, sakura, min yo, minyo",
    "genre chinese": "chinese, china, guofeng, wuxia, chinoiserie, asian",
    "genre indian": "indian, india, raga, raag, hindustani, carnatic, bollywood, bhajan, qawwali",
    "genre oriental": """
        middle eastern, arabic, arabian, persian, turkish, oriental, egyptian, bedouin, moroccan, sufi
    """,
    "genre african": """
        african, africa, afrobeat, afrobeats, afro, afropop, highlife, mbira music, world music, tribal
    """,
    "genre gamelan": "gamelan, balinese, bali, javanese, indonesian",
    "genre tropical": "tropical, hawaiian, hawaii, caribbean, calypso, island music, tiki, beach music, polynesian",
    # quiet electronics
    "genre new_age": """
        new age, newage, spa, yoga, wellness, healing, reiki, chakra, massage, relaxation music, nature music,
        binaural, solfeggio, enya, binaural beats
    """,
    "genre dark_ambient": """
        dark ambient, horror, isolationist, lovecraft, lovecraftian, backrooms, dungeon ambience, dystopian,
        post apocalyptic, apocalyptic
    """,
    "genre space_ambient": """
        space ambient, space music, spacemusic, kosmische, cosmic ambient, psybient, planetarium, tangerine dream
    """,
    "genre downtempo": """
        downtempo, down tempo, downbeat, chillout, chill out, chillout lounge, cafe del mar, electronica,
        ambient electronica, organica, balearic, electronic, electronic music, chill electronic, leftfield,
        folktronica, psychill
    """,
    "genre trip_hop": "trip hop, triphop, massive attack, portishead, bristol sound",
    "genre hip_hop": """
        hip hop, hiphop, boom bap, boombap, rap, rap beat, old school hip hop, instrumental hip hop, breakdance, mpc
    """,
    "genre trap": "trap, drill, trap beat, phonk, drift phonk, cloud rap, crunk",
    "genre vaporwave": """
        vaporwave, vapor wave, vapourwave, mallsoft, signalwave, slushwave, mall music, barber beats, vapor
    """,
    "genre chillwave": "chillwave, chill wave, hypnagogic pop, chillsynth, synth chill, dreamwave",
    "genre city_pop": "city pop, citypop, japanese city pop, yacht rock, aor",
    "genre synthpop": "synthpop, synth pop, electropop, electro pop, euro pop, hyperpop, italo disco",
    "genre cyberpunk": "cyberpunk, darksynth, dark synth, dark synthwave, blade runner, bladerunner, ebm, cyber",
    # dub and bass
    "genre dub": "dub, dub reggae, roots dub",
    "genre dub_techno": "dub techno, ambient techno, deep techno, basic channel",
    "genre dubstep": "dubstep, dub step, brostep, riddim, future bass, wonky, bass music",
    "genre jungle": "jungle, ragga jungle, breakcore, hardcore breaks, oldschool jungle",
    "genre liquid": """
        liquid drum and bass, liquid dnb, liquid drum n bass, liquid funk, atmospheric drum and bass, atmospheric dnb,
        intelligent drum and bass, chill dnb
    """,
    "genre breakbeat": "breakbeat, big beat, breaks, nu skool breaks, broken beat",
    "genre footwork": "footwork, juke",
    # four to the floor
    "genre deep_house": """
        deep house, lofi house, lo fi house, organic house, minimal house, chill house, jazz house, ambient house,
        microhouse
    """,
    "genre disco": "disco, nu disco, boogie, disco house, discotheque",
    "genre garage": "uk garage, garage, 2 step, two step, speed garage, ukg, future garage",
    "genre tropical_house": "tropical house, beach house, summer house",
    "genre afro_house": "afro house, amapiano, tribal house, gqom, kuduro",
    "genre edm": """
        edm, dance, dance music, club, club music, big room, eurodance, festival, electro dance, future house,
        hands up, dancefloor, dance floor
    """,
    "genre trance": "trance, uplifting trance, vocal trance, progressive trance, goa, trance music, eurotrance",
    "genre psytrance": "psytrance, psy trance, psychedelic trance, goa trance",
    "genre acid": "acid, acid house, acid techno, acid trance",
    "genre minimal_techno": "minimal techno, micro techno, tech house, hypnotic techno",
    "genre industrial": "industrial, noise music, power noise, aggrotech, industrial techno, power electronics",
    "genre hardcore": "hardcore, gabber, hardstyle, happy hardcore, hard dance, speedcore, donk",
    "genre electro": "electro, electro funk, electroclash, miami bass, kraftwerk",
    "genre idm": """
        idm, intelligent dance music, glitch, glitchy, glitch hop, aphex, aphex twin, autechre, boards of canada,
        braindance, warp records, clicks and cuts, generative music
    """,
    "genre video_game": """
        video game, videogame, arcade, game music, gaming, platformer, pixel, pixel art, vgm, retro game, super mario,
        mario, pokemon
    """,
}
