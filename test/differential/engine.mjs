// The engine, asked through the program `verdicts`.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { textOf } from './json.mjs';

export class Engine {
  #process;
  #waiting = [];

  constructor(program) {
    this.#process = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift().resolve(line));
    this.#process.on('error', (error) => this.#fail(error.message));
    this.#process.on('exit', (code, signal) => this.#fail(`ended with ${signal ?? code}`));
    this.#process.stdin.on('error', () => {}); // it says the same as 'exit'
  }

  #fail(why) {
    for (const { reject, line } of this.#waiting.splice(0)) reject(new Error(`${why}, asked: ${line}`));
  }

  // A letter an instance, or ! and why the schema is refused.
  ask(schema, instances) {
    const line = [schema, ...instances].map(textOf).join('\t');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, line });
      this.#process.stdin.write(`${line}\n`);
    });
  }

  end() {
    this.#process.stdin.end();
  }
}
