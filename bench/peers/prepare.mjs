// Lays schemas and documents out in a folder: node prepare.mjs NODE PYTHON FOLDER
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from './ajv.mjs';
import { documents } from './make.mjs';
import { schemas } from './schemas.mjs';

const COUNT = 25;
const [node, python, folder] = process.argv.slice(2);

// The one schema whose documents are real: all the others are instances of it.
const all = schemas(node, python);
for (const [name, schema] of all) {
  let texts;
  if (name === 'metaschema-7') {
    texts = all.filter(([other]) => other !== name).map(([, other]) => JSON.stringify(other)).filter((text) => text.length < 300_000);
  } else {
    let validate;
    try {
      validate = compile(schema);
    } catch (error) {
      console.error(`${name}: left out, ajv: ${error.message}`);
      continue;
    }
    texts = documents(schema, COUNT, validate);
  }
  if (texts.length < 5) {
    console.error(`${name}: left out, only ${texts.length} documents`);
    continue;
  }
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'schema.json'), JSON.stringify(schema));
  writeFileSync(join(folder, name, 'documents.jsonl'), texts.map((text) => `${text}\n`).join(''));
}
