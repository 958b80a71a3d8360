/** Names for things of which there are a thousand: forty times twenty-five of each. */
const product = (firsts, lasts) => firsts.flatMap((first) => lasts.map((last) => `${first} ${last}`));
const list = (text) => text.split(", ");

const FIRST_NAMES = list(
  "Ada, Amina, Anders, Beatriz, Bogdan, Chidi, Chen, Dagny, Dariusz, Elif, Emeka, Farah, Fumiko, Goran, Hana, Ibrahim, Ines, Jonas, Kaito, Lakshmi, Leila, Mateus, Maya, Nadia, Ngozi, Olga, Omar, Paulo, Priya, Quentin, Rosa, Samir, Sigrid, Tariq, Tomoko, Ulrike, Viktor, Wanjiru, Xin, Yara",
);
const LAST_NAMES = list(
  "Abara, Bergström, Castellanos, Dubois, Eriksen, Fernández, Gupta, Hernández-Villalobos, Ito, Jankowski, Kowalczyk, Lindqvist, Mbeki, Nakamura, Okafor, Papadopoulos, Quiroga, Rahman, Silva, Takahashi, Ueda, Vandenberghe, Wu, Yılmaz, Zhang",
);
const THINGS = list(
  "Bird calls, Bridge inspections, Building permits, Chess openings, Clinic letters, Coin hoards, Court records, Crop diseases, Dialect words, Fossil finds, Fungi, Grant reports, Harbour notices, Herbal remedies, Kiln firings, Knots, Lab notes, Loom patterns, Map symbols, Milk tests, Nurse handovers, Old recipes, Patent claims, Pest sightings, Piano repairs, Queries to the archive, River levels, Roof faults, Rope terms, Seed labels, Ship logs, Sign language glosses, Soil samples, Stone tools, Tax questions, Tide tables, Timber grades, Train faults, Weld checks, Wind damage",
);
const PLACES = list(
  "by a small team, for beginners, from the islands, in plain words, in the alps, in the harbour towns, in three languages, of 1890 to 1930, of the coast, of the delta, of the east, of the highlands, of the lake district, of the north, of the old town, of the river valleys, of the south, of the west, on one page, sorted by hand, that experts disagree on, under glass, with their sources, without jargon, year by year",
);

export const PEOPLE = product(FIRST_NAMES, LAST_NAMES);
export const DATANET_NAMES = product(THINGS, PLACES);
/** As many as a Datanet may want to tell apart. */
export const LABELS = list(
  "animal, body, building, clothing, colour, container, craft, dance, disease, drink, feeling, fish, food, fruit, furniture, game, grain, group, herb, insect, instrument, landform, language, machine, material, measure, medicine, metal, music, object, person, place, plant, sport, star, substance, time, tool, vehicle, weather",
);
export const SUBJECTS = THINGS;
