// ajv on the documents of the comparison: node time_ajv.mjs FOLDER. One schema a process, since what
// is compiled for one would be slower beside another.
// Prints, for each document, v or i and the ns of one call of the compiled function.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from './ajv.mjs';

const [folder] = process.argv.slice(2);
const validate = compile(JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8')));
const documents = readFileSync(join(folder, 'documents.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

function nanoseconds(document, repeats) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; ++i) validate(document);
  return Number(process.hrtime.bigint() - start) / repeats;
}

// Until the machine code is what it will be.
for (const end = performance.now() + 500; performance.now() < end; ) documents.forEach((document) => nanoseconds(document, 50));
for (const document of documents) {
  const repeats = Math.max(1, Math.min(20000, Math.round(200_000 / Math.max(1, nanoseconds(document, 5)))));
  let best = Infinity;
  for (let round = 0; round < 20; ++round) best = Math.min(best, nanoseconds(document, repeats));
  console.log(`${validate(document) ? 'v' : 'i'}\t${best.toFixed(1)}`);
}
