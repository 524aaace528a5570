"""English moods, times, places and decades. Data only; the form is explained in `lexicon`."""

from __future__ import annotations

WORDS: dict[str, str] = {
    # quiet
    "mood calm": """
        calm, calming, calmer, calmly, peace, peaceful, serene, serenity, tranquil, tranquility, quiet, quieter,
        placid, stillness, soothing, soothe, gentle, gently, unhurried, tender, zen, balmy, silent, silence,
        contemplative, pensive, reflective, introspective, unobtrusive, subdued, restrained, stress free, anti stress,
        anxiety relief, low energy
    """,
    "mood relaxing": """
        relax, relaxed, relaxing, relaxation, chill, chilled, chilling, chilly vibes, laid back, laidback, easygoing,
        easy, mellow, cozy, cosy, comfy, comforting, comfortable, lazy, sunday, unwind, unwinding, de stress,
        destress, leisurely, breezy, cool, casual, sunday morning, low key, hygge
    """,
    "mood sleepy": """
        sleep, sleepy, sleeping, asleep, drowsy, deep sleep, insomnia, nap, napping, slumber, bedtime, lulling,
        drift off, hibernation
    """,
    "mood focus": """
        focus, focused, focusing, focussed, concentration, concentrate, concentrating, study, studying, work, working,
        coding, programming, reading, productivity, productive, deep work, homework, office, writing, flow state,
        learning, adhd, code, coder
    """,
    "mood soft": """
        soft, softer, softly, delicate, light, lightly, subtle, faint, muted, hushed, velvety, feathery, whispering,
        whispery, airy, muffled, mild, pianissimo, felt piano
    """,
    "mood smooth": """
        smooth, smoother, smoothly, flowing, fluid, silky, seamless, continuous, continuous texture, smooth texture,
        gliding, legato, floating, floaty, fluent, silken, evolving, slowly evolving
    """,
    "mood steady": """
        steady, stable, stable rhythm, steady rhythm, steady beat, stable beat, steady pulse, stable pulse, pulse,
        pulsing, pulsating, constant, regular rhythm, consistent, regular, unwavering, metronomic, motorik,
        soft pulse, gentle pulse, gentle rhythm, soft rhythm, gentle beat, soft beat, subtle beat, subtle rhythm
    """,
    "mood meditative": """
        meditation, meditative, meditate, meditating, mindful, mindfulness, breathing, mantra, spiritual, trance like,
        prayer, transcendental, contemplation
    """,
    # light
    "mood happy": """
        happy, happier, joy, joyful, joyous, cheerful, cheery, merry, glad, sunny, feel good, feelgood, upbeat,
        positive, jolly, good mood, lighthearted, light hearted, smiling, smile, delightful, carefree, blissful,
        bliss, jaunty, jubilant, blithe, fun
    """,
    "mood hopeful": """
        hopeful, hope, uplifting, uplift, optimistic, inspiring, inspirational, inspired, triumphant, encouraging,
        motivational, motivating, motivation, empowering, rising, soaring, heartwarming, grateful, euphoric, euphoria,
        ecstatic
    """,
    "mood playful": """
        playful, quirky, whimsical, bouncy, funny, silly, mischievous, humorous, goofy, comical, comedy, cartoon,
        cartoonish, circus, zany, perky, lively, sprightly
    """,
    "mood cute": """
        cute, kawaii, sweet, adorable, innocent, childlike, children, kids, toy, tiny, little, bubbly, kitten, puppy
    """,
    "mood romantic": """
        romantic, romance, love, loving, sensual, sexy, intimate love, valentine, candlelit, wedding, passionate,
        sultry, passion, amorous, date night
    """,
    "mood elegant": """
        elegant, elegance, graceful, grace, refined, sophisticated, classy, stylish, beautiful, lovely, pretty,
        gorgeous, pleasant, luxurious, noble, chic
    """,
    # wistful
    "mood sad": """
        sad, sadder, sadness, melancholy, melancholic, melancholia, sorrow, sorrowful, sombre, somber, mournful,
        tearful, heartbreak, heartbroken, heartbreaking, depressing, depressed, depressive, gloomy, grief, wistful,
        bittersweet, tragic, lament, crying, tears, emotional, poignant, longing, yearning, plaintive, despair,
        farewell, elegiac, elegy, funeral, regret, pain, hurt
    """,
    "mood nostalgic": """
        nostalgic, nostalgia, memories, memory, childhood, reminiscent, sentimental, old days, remembering, remember,
        longing for the past, faded, hazy memories
    """,
    "mood lonely": """
        lonely, loneliness, lonesome, alone, solitude, solitary, empty, emptiness, desolate, abandoned, isolated,
        isolation, forlorn, liminal, void
    """,
    "mood dreamy": """
        dream, dreamy, dreaming, dreamlike, dreamscape, ethereal, surreal, hazy, misty, foggy, floating dream,
        otherworldly, angelic, heavenly, celestial, blurry, fog, mist, psychedelic, trippy, hallucinatory, lucid,
        kaleidoscopic, sublime, divine, cloudy, cloud, halo, reverie, stream of consciousness
    """,
    # shadow
    "mood dark": """
        dark, darker, darkness, shadow, shadowy, ominous, sinister, bleak, grim, black, evil, gothic, goth, brooding,
        murky, moody, bleakness, abyss, abyssal, obscure, dismal, demonic, nihilistic, occult
    """,
    "mood mysterious": """
        mysterious, mystery, mystic, mystical, enigmatic, secret, secretive, strange, weird, esoteric, arcane,
        curious, cryptic, detective, spy, intrigue, eerie calm, ancient, temple, ritual, shamanic, alien, ruins,
        labyrinth, cave, detective story
    """,
    "mood tense": """
        tense, tension, suspense, suspenseful, nervous, anxious, anxiety, thriller, dramatic, drama, urgent, urgency,
        restless, unsettling, uneasy, dissonant, foreboding, paranoid, stressful, danger, dangerous, intense, chase
    """,
    "mood spooky": """
        spooky, scary, creepy, haunted, haunting, haunted house, ghost, ghostly, halloween, eerie, macabre, vampire,
        witch, zombie, nightmare, monster, phantom
    """,
    "mood aggressive": """
        aggressive, angry, anger, rage, furious, brutal, violent, savage, fierce, hard, harder, heavy, heavier,
        hardcore vibes, relentless, ferocious, battle, fight, fighting, war, boss battle, boss fight, combat, chaotic,
        chaos, hard hitting, harsh
    """,
    # force
    "mood energetic": """
        energetic, energy, energizing, energising, energised, energized, lively energy, powerful, power, dynamic,
        exciting, excited, excitement, vibrant, vigorous, pumping, pumped, high energy, adrenaline, workout, gym,
        fitness, running, exercise, sport, sports, jogging, cardio, wild, hype, banging, bouncing, active, peppy,
        stimulating, invigorating
    """,
    "mood epic": """
        epic, heroic, hero, majestic, grand, grandiose, glorious, monumental, huge, massive, victorious, victory,
        legendary, grandeur, anthemic, anthem, larger than life, olympic, dragon, titan, sweeping, imperial, mighty,
        colossal
    """,
    "mood party": """
        party, partying, celebration, celebrate, celebratory, clubbing, dancing, danceable, dancey, carnival,
        nightclub, night club, friday night, saturday night
    """,
    "mood driving": """
        driving, drive, road trip, roadtrip, highway, motorway, racing, race, cruising, car chase, propulsive,
        night drive, car, motorbike, autobahn, momentum, galloping
    """,
    "mood groovy": """
        groovy, grooving, swinging, swung, shuffle, shuffled, syncopated, head nodding, toe tapping, bumping, swagger,
        swaying, sway
    """,
    "mood loud": "loud, louder, noisy, forte, fortissimo, thunderous, blaring, banger, hard rocking",
    "mood hypnotic": """
        hypnotic, hypnotizing, hypnotising, mesmerizing, mesmerising, repetitive, looping, trancey, entrancing,
        mesmeric, monotone, monotonous
    """,
    # colour and room
    "mood warm": """
        warm, warmer, warmth, golden, honey, amber, analog, analogue, tube, saturated, rich, woody, woodsy, earthy,
        organic, mahogany, sunset glow, toasty, round
    """,
    "mood cold": """
        cold, colder, icy, frozen, ice, glacial, clinical, sterile, metallic, steel, frosty, crystalline, frost,
        mechanical, robotic, robot
    """,
    "mood bright": """
        bright, brighter, brightness, sparkling, sparkle, sparkly, glittering, radiant, shiny, shining, crisp,
        glowing, luminous, light filled, colorful, colourful, vivid, clear, sunlit, sunlight, sun, sunshine,
        glistening, twinkling, twinkle
    """,
    "mood spacious": """
        spacious, wide, vast, reverb, reverberant, reverby, echo, echoing, echoes, expansive, open, big room reverb,
        cavernous, distant, far away, faraway, huge reverb, immersive, deep reverb, infinite, endless, horizon,
        panoramic, wide open, roomy, delay, deep
    """,
    "mood intimate": "intimate, dry, close up, no reverb, bedroom, up close, small room, private",
    "mood lush": """
        lush, layered, dense, thick, rich texture, textured, orchestral lushness, wall of sound, rich harmonies,
        opulent, textural, maximal, maximalist
    """,
    "mood sparse": """
        sparse, sparser, minimalist, minimalistic, simple, simpler, uncluttered, less is more, few notes, empty space,
        spare, bare, stripped down, stripped back, slow moving, understated, thin, plain, low density, minimal
    """,
    "mood busy": """
        busy, busier, complex, intricate, virtuoso, virtuosic, elaborate, technical, fast moving, detailed,
        many notes, polyrhythmic, polyrhythm, frantic, frenetic, hectic, progressive
    """,
    "mood vintage": """
        vintage, retro, old, old school, oldschool, old fashioned, antique, classic, worn, aged, throwback, sepia,
        oldies, golden age, 1940 s, 1950 s, 50 s, forties, fifties, mono
    """,
    "mood gritty": """
        gritty, dirty, grainy, distorted, distortion, raw, rough, overdriven, fuzzy, fuzz, crushed, bitcrushed,
        noisy synth, grungy, saturation
    """,
    "mood pure": "pure, clean, cleaner, clarity, transparent, pristine, hi fi, polished, hifi",
    # times and places
    "mood night": """
        night, nights, nighttime, night time, midnight, late night, nocturnal, moon, moonlight, moonlit, after dark,
        after hours, 3 am, 2 am, 4 am, 1 am, insomniac, lunar, night city, overnight, starry, stars, star, full moon,
        smoky, smokey
    """,
    "mood morning": """
        morning, sunrise, dawn, breakfast, wake up, waking up, early morning, daybreak, new day, awakening
    """,
    "mood evening": """
        evening, sunset, dusk, twilight, golden hour, nightfall, afterglow, dinner, dinner music, late afternoon,
        wine, dinner party
    """,
    "mood spring": """
        spring, springtime, blossom, blossoms, cherry blossom, cherry blossoms, april, flower, flowers, bloom,
        blooming
    """,
    "mood summer": "summer, summertime, summery, holiday, holidays, vacation, july, heat, palm trees, poolside, pool",
    "mood autumn": """
        autumn, autumnal, fall leaves, october, november, falling leaves, harvest, september, autumn leaves
    """,
    "mood winter": "winter, wintry, snow, snowy, snowfall, snowing, december, january, frosty morning, snowflake",
    "mood cosmic": """
        cosmic, space, outer space, galaxy, galactic, universe, interstellar, astral, planet, planetary, nebula,
        spaceship, astronaut, stargazing, cosmos, sci fi, scifi, science fiction, orbit, orbital, satellite,
        zero gravity, weightless, aurora, northern lights, solar
    """,
    "mood underwater": """
        underwater, submerged, aquatic, submarine, deep sea, deep ocean, under the sea, aquarium, whale, whales,
        coral, liquid
    """,
    "mood urban": """
        urban, city, street, streets, metropolis, metropolitan, downtown, tokyo, new york, brooklyn, subway, train,
        skyline, rooftop, neon city, shibuya, berlin, paris, london, traffic
    """,
    "mood futuristic": """
        futuristic, future, neon, hi tech, high tech, digital, tech, technology, virtual, hologram, holographic,
        android, machine, cybernetic
    """,
    "mood pastoral": """
        pastoral, rural, rustic, bucolic, village, farm, field, fields, idyllic, hobbit, shire, hiking, walk, walking,
        stroll, picnic, grass, green
    """,
    "mood acoustic": "acoustic, acoustical",
    # decades
    "mood seventies": "70 s, 1970 s, seventies",
    "mood eighties": "80 s, 1980 s, eighties, miami vice, vhs, 1984, 1985, 1986, stranger things",
    "mood nineties": "90 s, 1990 s, nineties, y2k",
    "mood early_jazz": """
        1920 s, 1930 s, twenties, thirties, roaring twenties, prohibition, gatsby, speakeasy, great gatsby
    """,
    "mood sixties": "60 s, 1960 s, sixties, beatles, hippie, woodstock",
}
