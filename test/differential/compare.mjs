// Compares the engine with ajv on random schemas and instances:
//
//   node compare.mjs --verdicts PROGRAM [--pairs 100000] [--seed 1] [--dialect 7] [--show 20]
//
// A third voice, reference.mjs, which is the specification word for word, says who is right. What
// fails: any verdict of the engine that the reference does not share, any schema that the engine
// refuses, and any verdict of ajv's that deviates in a way that no rule of rules.mjs explains.
// test/differential/run calls this.
import { parseArgs } from 'node:util';
import { DIALECTS } from './dialects.mjs';
import { Engine } from './engine.mjs';
import { generate } from './generate.mjs';
import { read, textOf } from './json.mjs';
import { compile } from './peer.mjs';
import { Reference } from './reference.mjs';
import { CRASH, RULES, SPELLING, explanation } from './rules.mjs';
import { shrink } from './shrink.mjs';

const INSTANCES = 10; // of one schema
const AHEAD = 200; // schemas that the engine may be behind

const { values: options } = parseArgs({
  options: {
    verdicts: { type: 'string' },
    pairs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    dialect: { type: 'string' },
    show: { type: 'string', default: '20' },
  },
});
const dialects = options.dialect ? [options.dialect] : DIALECTS;
const schemas = Math.ceil(Number(options.pairs) / INSTANCES);
let shown = Number(options.show);

const engine = new Engine(options.verdicts);
const counts = new Map(dialects.map((dialect) => [dialect, { schemas: 0, pairs: 0, valid: 0, refused: 0 }]));
const refusals = new Map(); // reason -> [count, schema]
const deviations = new Map([...RULES, SPELLING, CRASH].map((rule) => [rule, 0]));
let failures = 0;

const word = (verdict) => ({ v: 'valid', i: 'invalid', X: 'evaluate() and report() disagree' })[verdict] ?? verdict;
const letter = (valid) => (valid ? 'v' : 'i');

// A letter, or an error's message.
function verdictOf(validator, instance) {
  try {
    return letter(validator()(instance));
  } catch (error) {
    return `error: ${error.message}`;
  }
}
const byReference = (schema, instance) => verdictOf(() => (value) => new Reference(schema).isValid(value), instance);
const byPeer = (schema, instance) => verdictOf(() => compile(schema), instance);

// All three on one pair.
async function opinions(schema, instance) {
  const [parsed, value] = [read(schema), read(instance)];
  return { ours: await engine.ask(schema, [instance]), reference: byReference(parsed, value), peer: byPeer(parsed, value) };
}

// `like`: whether a smaller pair is the same case.
async function fail(what, schema, instance, before, like = () => true) {
  ++failures;
  if (shown-- <= 0) return;
  const similar = async (less, value) => {
    const now = await opinions(less, value);
    const same = now.ours === before.ours && now.reference === before.reference && now.peer === before.peer;
    return same && like(read(less), read(value));
  };
  const small = await shrink(schema, instance, similar);
  console.log(`\nDISAGREEMENT: ${what}`);
  console.log(`  schema    ${textOf(small.schema)}\n  instance  ${textOf(small.instance)}`);
  console.log(`  engine    ${word(before.ours)}\n  reference ${word(before.reference)}\n  ajv       ${word(before.peer)}`);
}

async function judge(seed, dialect, { schema, instances }, asked) {
  const count = counts.get(dialect);
  ++count.schemas;
  const parsed = read(schema);
  const answer = await asked;
  if (answer.startsWith('!')) {
    const why = answer.slice(1).replace(/\/\S*: /, '').replace(/'[^']*'/, '...');
    ++count.refused;
    const [times, example] = refusals.get(why) ?? [0, textOf(schema).slice(0, 400)];
    refusals.set(why, [times + 1, example]);
    return;
  }
  const reference = new Reference(parsed);
  let validate;
  let refused;
  try {
    validate = compile(parsed);
  } catch (error) {
    refused = error;
  }
  const compiled = () => {
    if (refused) throw refused;
    return validate;
  };
  for (const [i, instance] of instances.entries()) {
    const value = read(instance);
    const verdicts = {
      ours: answer[i],
      reference: letter(reference.isValid(value)),
      peer: verdictOf(compiled, value),
    };
    ++count.pairs;
    if (verdicts.reference === 'v') ++count.valid;
    if (verdicts.ours !== verdicts.reference && dialect === '4' && (await engine.ask(schema, [value])) === verdicts.reference) {
      deviations.set(SPELLING, deviations.get(SPELLING) + 1);
    } else if (verdicts.ours !== verdicts.reference) {
      const side = verdicts.peer === verdicts.reference ? 'the engine against ajv and the reference'
        : verdicts.peer === verdicts.ours ? 'the engine and ajv against the reference' : 'the engine against the reference';
      await fail(`${side} (seed ${seed})`, schema, instance, verdicts);
    } else if (verdicts.peer !== verdicts.reference) {
      const explain = (some, other) => explanation({
        dialect, schema: some, instance: other, verdict: verdicts.reference, peerVerdict: verdicts.peer, validity: byReference, peer: byPeer,
      });
      const rule = explain(parsed, value);
      if (rule) deviations.set(rule, deviations.get(rule) + 1);
      else {
        const unexplained = (some, other) => explain(some, other) === undefined;
        await fail(`ajv against the engine and the reference (seed ${seed})`, schema, instance, verdicts, unexplained);
      }
    }
  }
}

const ahead = [];
for (let i = 0; i < schemas || ahead.length > 0; ++i) {
  if (i < schemas) {
    const dialect = dialects[i % dialects.length];
    const seed = (Number(options.seed) * 1_000_003 + i) >>> 0;
    const made = generate(seed, dialect, INSTANCES);
    const asked = engine.ask(made.schema, made.instances);
    asked.catch(() => {}); // reported when its turn comes
    ahead.push([seed, dialect, made, asked]);
  }
  if (ahead.length > AHEAD || i >= schemas) await judge(...ahead.shift());
}
engine.end();

console.log('\ndialect   schemas    pairs   valid  refused');
for (const [dialect, count] of counts) {
  const share = `${Math.round((100 * count.valid) / Math.max(count.pairs, 1))} %`;
  console.log(`${dialect.padEnd(8)} ${[count.schemas, count.pairs, share, count.refused].map((value) => String(value).padStart(8)).join(' ')}`);
}
if (refusals.size > 0) console.log('\nrefused by the engine:');
for (const [why, [times, example]] of refusals) console.log(`${String(times).padStart(6)}  ${why}\n        ${example}`);
console.log('\nwhere ajv deviates from the specification:');
for (const [rule, times] of deviations) console.log(`${String(times).padStart(6)}  it ${rule.what} (${rule.section})`);
const pairs = [...counts.values()].reduce((sum, count) => sum + count.pairs, 0);
const refused = [...counts.values()].reduce((sum, count) => sum + count.refused, 0);
console.log(`\n${pairs} pairs, ${failures} disagreements, ${refused} schemas refused`);
process.exitCode = failures > 0 || refused > 0 || pairs === 0 ? 1 : 0;
