// Puts the three side by side: node table.mjs RESULTS, a folder with `engine`, and NAME.ajv and
// NAME.blaze for each schema. Fails where verdicts differ.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const lines = (file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');

// jsonl[3]: PASS 0.042 +- 0.303 us (0.023): the mean of many, less what taking the time takes
const blazeLine = (line) => /\[(\d+)\]: (PASS|FAIL) ([\d.]+) \+- /.exec(line);

function blaze(name) {
  const best = [];
  for (let run = 1; existsSync(join(folder, `${name}.blaze.${run}`)); ++run) {
    for (const [, number, verdict, us] of lines(`${name}.blaze.${run}`).map(blazeLine).filter(Boolean)) {
      const ns = Math.max(1, Number(us) * 1000); // it counts in whole nanoseconds
      const i = Number(number) - 1;
      best[i] = { verdict: verdict === 'PASS' ? 'v' : 'i', ns: Math.min(best[i]?.ns ?? Infinity, ns) };
    }
  }
  return best;
}
const ajv = (name) => lines(`${name}.ajv`).map((line) => line.split('\t')).map(([verdict, ns]) => ({ verdict, ns: Number(ns) }));

const schemas = [];
for (const line of lines('engine')) {
  const [mark, ...fields] = line.split('\t');
  if (mark === '!') console.log(`${fields[0]}: the engine refuses it: ${fields[1]}`);
  else if (mark === '#') schemas.push({ name: fields[0], text: Number(fields[1]), compile: Number(fields[2]), memory: Number(fields[3]), documents: [] });
  else schemas.at(-1).documents.push({ verdict: mark, ns: Number(fields[0]), walk: Number(fields[1]) });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const geometric = (values) => Math.exp(mean(values.map(Math.log)));
const row = (name, cells) => console.log(name.padEnd(22) + cells.map((cell) => String(cell).padStart(10)).join(''));
row('ns a document', ['documents', 'schema kB', 'walk', 'engine', 'Blaze', 'ajv', 'e/walk', 'e/Blaze', 'e/ajv', 'compile ms', 'mem/text']);

let differences = 0;
const measured = []; // walk, engine, Blaze, ajv; undefined for who refuses the schema
for (const { name, text, compile, memory, documents } of schemas) {
  const peers = [['Blaze', blaze(name)], ['ajv', ajv(name)]];
  for (const [peer, results] of peers) {
    if (results.length === 0) console.log(`${name}: ${peer} refuses it`);
    const odd = results.length === 0 ? [] : documents.flatMap((document, i) => (results[i]?.verdict === document.verdict ? [] : [i + 1]));
    if (odd.length > 0) console.log(`${name}: ${peer} differs on line ${odd.join(', ')}`);
    differences += odd.length;
  }
  const means = [
    mean(documents.map((document) => document.walk)),
    mean(documents.map((document) => document.ns)),
    ...peers.map(([, results]) => (results.length === 0 ? undefined : mean(results.map((result) => result.ns)))),
  ];
  measured.push(means);
  const [walk, engine, ...others] = means;
  const ratio = (other) => (other === undefined ? '-' : (engine / other).toFixed(2));
  row(name, [documents.length, (text / 1000).toFixed(0), ...means.map((value) => value?.toFixed(0) ?? '-'),
    ...[walk, ...others].map(ratio), (compile / 1e6).toFixed(2), (memory / text).toFixed(2)]);
}
const column = (i) => measured.filter((means) => means[i] !== undefined);
row('geometric mean', ['', '',
  ...[0, 1, 2, 3].map((i) => geometric(column(i).map((means) => means[i])).toFixed(0)),
  ...[0, 2, 3].map((i) => geometric(column(i).map((means) => means[1] / means[i])).toFixed(2))]);
console.log(`${schemas.length} schemas, ${differences} verdicts differ`);
process.exitCode = differences > 0 || schemas.length === 0 ? 1 : 0;
