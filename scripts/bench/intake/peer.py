"""The same de-duplication job with datasketch or rensa: python peer.py NAME FILE.jsonl.

Texts, shingles (runs of three words from 50 words on, else character 4-grams), 96 hashes in 32 bands of three, and a
comparison of each candidate are those of server/contribution/health/near. Prints one line of JSON.
"""

import json
import re
import resource
import sys
import time


def shingles(text):
    text = re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
    words = text.split(" ")
    if len(words) >= 50:
        return {" ".join(words[i : i + 3]) for i in range(len(words) - 2)}
    text = f" {text} "
    return {text[i : i + 4] for i in range(len(text) - 3)}


def alike(a, b):
    both = len(a & b)
    return both / (len(a) + len(b) - both) >= 0.45


def with_datasketch(texts):
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(num_perm=96, params=(32, 3))
    kept, found = [], 0
    for i, text in enumerate(texts):
        own = shingles(text)
        hashed = MinHash(num_perm=96)
        hashed.update_batch([one.encode() for one in own])
        found += any(alike(own, kept[other]) for other in lsh.query(hashed))
        lsh.insert(i, hashed)
        kept.append(own)
    return found


def with_rensa(texts):
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=0.45, num_perm=96, num_bands=32)
    kept, found = [], 0
    for i, text in enumerate(texts):
        own = shingles(text)
        hashed = RMinHash(num_perm=96, seed=42)
        hashed.update(list(own))
        found += any(alike(own, kept[other]) for other in lsh.query(hashed))
        lsh.insert(i, hashed)
        kept.append(own)
    return found


def main():
    name, path = sys.argv[1:]
    began = time.perf_counter()
    with open(path, encoding="utf-8") as file:
        texts = [json.loads(line)["prompt"] for line in file]
    found = {"datasketch": with_datasketch, "rensa": with_rensa}[name](texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = time.perf_counter() - began
    cpu_seconds = round(time.process_time(), 2)
    said = {"rows": len(texts), "found": found, "seconds": seconds, "cpuSeconds": cpu_seconds, "peakMb": peak}
    print(json.dumps(said))


main()
