"""Texts of a simulated world: themes, and titles, genres and tags drawn from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mix = npt.NDArray[np.float64]
"""(n films, n tastes) shares of each taste, rows sum to 1."""

ANY_THEME = 0.1
"""Share of words from a random theme, so that a title does not always tell what a film is about."""
PLAIN_TAG = 0.15
"""Share of tags that name no theme."""
GENRE_COUNT_SHARES = (0.30, 0.34, 0.25, 0.11)
"""Share of films with 1, 2, 3 and 4 genres, about those of MovieLens."""
COMMON_GENRES = {"Drama": 0.12, "Comedy": 0.10, "Thriller": 0.04, "Action": 0.03, "Romance": 0.03}
"""Weight of a genre for every film, independent of its themes."""
PLAIN_TAGS = ("must see", "boring", "overrated", "slow", "predictable", "clever", "good soundtrack")


@dataclass(frozen=True)
class Theme:
    """The vocabulary of one kind of film.

    Attributes:
        genres: MovieLens genres, the most likely first.
        adjectives: adjectives of titles.
        nouns: nouns of titles.
        tags: tags of such films.
    """

    genres: tuple[str, ...]
    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    tags: tuple[str, ...]


def _theme(genres: str, adjectives: str, nouns: str, tags: str) -> Theme:
    return Theme(*(tuple(part.split(",")) for part in (genres, adjectives, nouns, tags)))


THEMES = (
    _theme(
        "Adventure,Drama,Action",
        "Silent,Salt,Northern,Drowned,Tidal,Windward,Stormy,Deep",
        "Harbor,Lighthouse,Voyage,Captain,Anchor,Reef,Tide,Mariner,Island,Whale,Compass,Sail",
        "sea,ships,sailing,island,storm at sea,survival,whaling,shipwreck",
    ),
    _theme(
        "Film-Noir,Crime,Mystery",
        "Crooked,Smoky,Midnight,Rainy,Double,Cold,Missing,Nameless",
        "Alibi,Detective,Alley,Witness,Motive,Shadow,Case,Cigarette,Widow,Clue,Stranger,Verdict",
        "noir,detective,murder,whodunit,femme fatale,rain,investigation,black and white",
    ),
    _theme(
        "Sci-Fi,Adventure,Thriller",
        "Distant,Orbital,Stellar,Synthetic,Frozen,Infinite,Last,Binary",
        "Planet,Signal,Android,Colony,Comet,Station,Galaxy,Machine,Probe,Horizon,Circuit,Eclipse",
        "space,robots,aliens,dystopia,artificial intelligence,future,time travel,spaceship",
    ),
    _theme(
        "Horror,Thriller,Mystery",
        "Haunted,Hollow,Cursed,Pale,Whispering,Bleeding,Buried,Unholy",
        "House,Cellar,Grave,Doll,Mirror,Ritual,Fog,Attic,Crypt,Scream,Coffin,Visitor",
        "haunted house,ghosts,gore,zombies,creepy,supernatural,slasher,possession",
    ),
    _theme(
        "Romance,Comedy,Drama",
        "Tender,Summer,Parisian,Unlikely,Secret,Sweet,Second,Foolish",
        "Kiss,Wedding,Letter,Bride,Summer,Promise,Waltz,Rose,Proposal,Heart,Stranger,Valentine",
        "love story,wedding,chick flick,first love,feel-good,bittersweet,long distance,date movie",
    ),
    _theme(
        "War,Drama,Action",
        "Fallen,Iron,Broken,Forgotten,Burning,Muddy,Brave,Occupied",
        "Regiment,Trench,Bridge,Soldier,Front,Battalion,Truce,Flag,Siege,Medal,Bunker,Deserter",
        "world war ii,soldiers,anti-war,trenches,history,resistance,battle,prisoners of war",
    ),
    _theme(
        "Western,Action,Adventure",
        "Dusty,Lonesome,Wild,Red,Rugged,Outlaw,Golden,Bitter",
        "Canyon,Sheriff,Saddle,Frontier,Stagecoach,Prairie,Rifle,Gunslinger,Mesa,Ranch,Bounty,Coyote",
        "cowboys,gunfight,frontier,outlaws,spaghetti western,revenge,desert,horses",
    ),
    _theme(
        "Children,Animation,Fantasy",
        "Magic,Tiny,Enchanted,Flying,Curious,Sleepy,Giggling,Wooden",
        "Dragon,Princess,Toy,Forest,Puppet,Wizard,Rabbit,Castle,Balloon,Teacup,Unicorn,Giant",
        "fairy tale,talking animals,magic,family,computer animation,princess,toys,cartoon",
    ),
    _theme(
        "Musical,Drama,Romance",
        "Velvet,Dancing,Electric,Singing,Dazzling,Blue,Jazz,Encore",
        "Song,Stage,Ballet,Orchestra,Melody,Chorus,Trumpet,Spotlight,Cabaret,Rhythm,Diva,Piano",
        "musical,dance,singing,broadway,jazz,biography,great music,concert",
    ),
    _theme(
        "Crime,Thriller,Action",
        "Perfect,Stolen,Dirty,Rusty,Loaded,Fast,Clean,Bulletproof",
        "Heist,Vault,Getaway,Diamond,Hustler,Gangster,Ransom,Bank,Informer,Score,Cartel,Bullet",
        "heist,mafia,twist ending,gangsters,con artists,undercover,violence,car chase",
    ),
    _theme(
        "Documentary,Drama",
        "Hidden,True,Vanishing,Living,Untold,Common,Fragile,Open",
        "River,Witnesses,Glacier,Archive,Village,Harvest,Factory,Portrait,Migration,Record,Soil,Atlas",
        "nature,interviews,politics,environment,true story,archive footage,science,thought-provoking",
    ),
    _theme(
        "Comedy,Children,Romance",
        "Clumsy,Crazy,Awkward,Lucky,Loud,Lazy,Terrible,Accidental",
        "Roommate,Vacation,Neighbor,Uncle,Prom,Babysitter,Teacher,Reunion,Office,Prank,Twins,Intern",
        "hilarious,high school,slapstick,road trip,parody,stupid,buddy movie,college",
    ),
    _theme(
        "Action,Thriller,Adventure",
        "Lethal,Covert,Final,Rogue,Explosive,Nuclear,Silent,Maximum",
        "Agent,Protocol,Target,Countdown,Assassin,Strike,Mission,Cipher,Embassy,Hostage,Sniper,Defector",
        "spies,explosions,conspiracy,assassin,martial arts,terrorism,cold war,espionage",
    ),
    _theme(
        "Fantasy,Adventure,Animation",
        "Ancient,Crimson,Winged,Mythic,Eternal,Shattered,Elder,Radiant",
        "Kingdom,Sword,Prophecy,Throne,Sorcerer,Crown,Oracle,Quest,Titan,Relic,Phoenix,Labyrinth",
        "epic,swords,mythology,based on a book,superhero,dragons,good versus evil,quest",
    ),
    _theme(
        "Drama,Mystery,Romance",
        "Quiet,Empty,Fading,Gentle,Winter,Ordinary,Distant,Unspoken",
        "Daughter,Room,Orchard,Silence,Father,Window,Winter,Funeral,Diary,Sister,Garden,Confession",
        "family drama,melancholy,grief,coming of age,art house,slow cinema,memory,small town",
    ),
    _theme(
        "Mystery,Sci-Fi,Thriller",
        "Parallel,Fractured,Lucid,Endless,Inverted,Strange,Recursive,Blank",
        "Dream,Maze,Memory,Puzzle,Paradox,Corridor,Double,Pattern,Clock,Mind,Riddle,Spiral",
        "mind-bending,surreal,nonlinear,cult film,psychological,dreamlike,philosophical,plot twist",
    ),
)

GENRES = tuple(sorted({genre for theme in THEMES for genre in theme.genres}))

PATTERNS = ("The {a} {n}", "{a} {n}", "The {n} of the {m}", "The {n} and the {m}", "{a} {n}, {b} {m}")


def pick(cdf: npt.NDArray[np.float64], row: npt.NDArray[np.intp], at: Mix) -> npt.NDArray[np.intp]:
    """Invert many cumulative distributions at once.

    Args:
        cdf: (r, c) cumulative shares, rows ascending to 1.
        row: (n,) the distribution of each draw.
        at: (n,) the points to invert, in [0, 1).

    Returns:
        (n,) column of each draw.
    """
    rows, columns = cdf.shape
    # join all rows into one ascending sequence, so that one binary search serves every draw
    flat = np.add(cdf, np.arange(rows, dtype=np.float64)[:, None]).ravel()
    wanted = row + at
    # in ascending order, neighbouring searches read the same memory
    order = np.argsort(wanted)
    found = np.empty(len(wanted), np.intp)
    found[order] = np.searchsorted(flat, wanted[order], side="right")
    return np.clip(found - row * columns, 0, columns - 1)


def draw_themes(mix: Mix, film: npt.NDArray[np.intp], rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """(n,) a theme for each of the n given films, mostly one of the film's own."""
    cdf = np.cumsum(mix, axis=1)
    theme = pick(cdf, film, rng.random(len(film)) * cdf[film, -1]) % len(THEMES)
    anything = rng.integers(len(THEMES), size=len(film))
    return np.where(rng.random(len(film)) < ANY_THEME, anything, theme)


def name_films(mix: Mix, year: npt.NDArray[np.int32], rng: np.random.Generator) -> tuple[str, ...]:
    """One unique title per film, such as "The Silent Harbor (1994)"."""
    film = np.arange(len(mix))
    adjectives, nouns = (
        np.array([getattr(theme, kind) for theme in THEMES], dtype=object) for kind in ("adjectives", "nouns")
    )

    def words(table: npt.NDArray[np.object_]) -> list[str]:
        return table[draw_themes(mix, film, rng), rng.integers(table.shape[1], size=len(mix))].tolist()

    a, n, b, m = words(adjectives), words(nouns), words(adjectives), words(nouns)
    pattern = rng.integers(len(PATTERNS), size=len(mix)).tolist()
    pattern = [0 if n[i] == m[i] else p for i, p in enumerate(pattern)]
    bare = (PATTERNS[p].format(a=a[i], n=n[i], b=b[i], m=m[i]) for i, p in enumerate(pattern))
    return tuple(_numbered(bare, year.tolist()))


def _numbered(titles: Iterator[str], years: list[int]) -> Iterator[str]:
    times: dict[tuple[str, int], int] = {}
    for title, year in zip(titles, years, strict=True):
        nth = times[title, year] = times.get((title, year), 0) + 1
        yield f"{title} {nth} ({year})" if nth > 1 else f"{title} ({year})"


def give_genres(mix: Mix, rng: np.random.Generator) -> tuple[tuple[str, ...], ...]:
    """Draw 1 to 4 genres per film without replacement, mostly from its themes; in alphabetical order."""
    weight = np.zeros((mix.shape[1], len(GENRES)))
    for taste in range(mix.shape[1]):
        for place, genre in enumerate(THEMES[taste % len(THEMES)].genres):
            weight[taste, GENRES.index(genre)] = 1 / (1 + place)
    common = np.array([COMMON_GENRES.get(genre, 0.002) for genre in GENRES])
    # the shortest independent exponential waits are a weighted draw without replacement
    wait = rng.standard_exponential((len(mix), len(GENRES))) / (mix @ weight + common)
    first: list[list[int]] = np.argsort(wait, axis=1)[:, : len(GENRE_COUNT_SHARES)].tolist()
    count = np.searchsorted(np.cumsum(GENRE_COUNT_SHARES)[:-1], rng.random(len(mix)), side="right") + 1
    return tuple(
        tuple(GENRES[g] for g in sorted(order[:k])) for order, k in zip(first, count.tolist(), strict=True)
    )


def write_tags(mix: Mix, film: npt.NDArray[np.intp], rng: np.random.Generator) -> list[str]:
    """A tag for each of the n given films, mostly from its themes."""
    table = np.array([theme.tags for theme in THEMES], dtype=object)
    themed = table[draw_themes(mix, film, rng), rng.integers(table.shape[1], size=len(film))]
    plain = np.array(PLAIN_TAGS, dtype=object)[rng.integers(len(PLAIN_TAGS), size=len(film))]
    return np.where(rng.random(len(film)) < PLAIN_TAG, plain, themed).tolist()
