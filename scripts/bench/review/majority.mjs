import { decideAlone } from "./world.mjs";

/**
 * Plain majority voting on the decisions of the same world: a row goes by most of its decisions (a tie refuses), an
 * unread row by what most read rows of its file got. Nobody is measured, nothing is tested.
 */
export function majority({ files, decisions }) {
  const accepted = files.flatMap(({ rows, isSneaky }) => {
    const read = rows.filter(({ by }) => by.length > 0);
    const isFileGood = read.filter(isAccepted).length * 2 > read.length;
    return rows
      .filter((row) => (row.by.length > 0 ? isAccepted(row) : isFileGood))
      .map(({ isBad }) => ({ isBad, isSneaky }));
  });
  return { accepted, reads: decisions };
}

const isAccepted = ({ by }) => by.filter(({ isAccept }) => isAccept).length * 2 > by.length;

/** Three people of the same world read every row, and two of them decide: what voting costs where nothing is sampled. */
export function majorityOfThree({ files, people, next }) {
  let reads = 0;
  const accepted = files.flatMap(({ rows, isSneaky }) =>
    rows
      .filter((row) => {
        reads += 3;
        const three = threeOf(people, next);
        return three.filter((person) => decideAlone(person, row.isBad, isSneaky, next)).length > 1;
      })
      .map(({ isBad }) => ({ isBad, isSneaky })),
  );
  return { accepted, reads };
}

function threeOf(people, next) {
  const chosen = new Set();
  while (chosen.size < 3) chosen.add(people[Math.floor(next() * people.length)]);
  return [...chosen];
}
