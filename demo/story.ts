import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Feeder } from './data.ts';
import { cells } from './table.ts';
import { type CliResult, runCli } from './trinoCli.ts';
import { errorMessage } from '../spi/trinoError.ts';

export interface StoryContext {
  readonly jar: string;
  readonly url: string;
  readonly feeder: Feeder;
  /** Posts that were sent before the story began. */
  readonly posts: number;
  /** The description of fake_social_media that the running server reads. */
  readonly descriptionFile: string;
  readonly print: (text: string) => void;
}

interface Step {
  readonly title: string;
  readonly sql: string;
  /** Raises when the answer is not what it must be. */
  readonly check: (output: string, context: StoryContext) => void;
}

export interface StepResult {
  readonly title: string;
  readonly error: string | undefined;
}

const POSTS = 'kafka.demo.fake_social_media';
const JOIN = `SELECT d.country, count(*) AS clicks, avg(c.duration_ms) AS avg_ms
FROM kafka.demo.user_clicks c JOIN postgres.public.user_demographics d ON c.user_id = d.user_id
GROUP BY d.country ORDER BY clicks DESC`;

function expect(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

const includes = (output: string, ...words: readonly string[]): void => {
  for (const word of words) expect(output.includes(word), `'${word}' is missing`);
};

const BEFORE_THE_PRODUCER: readonly Step[] = [
  { title: 'Which catalogs are there?', sql: 'SHOW CATALOGS', check: (output) => includes(output, 'kafka', 'memory', 'postgres', 'system', 'tpch') },
  { title: 'Which schemas has Kafka?', sql: 'SHOW SCHEMAS FROM kafka', check: (output) => includes(output, 'demo', 'information_schema') },
  { title: 'Which topics are tables?', sql: 'SHOW TABLES FROM kafka.demo', check: (output) => includes(output, 'fake_social_media', 'user_clicks') },
  {
    title: 'What is in a message?',
    sql: `DESCRIBE ${POSTS}`,
    check: (output) => {
      includes(output, 'user_id', 'bigint', 'posted_at', 'timestamp(3)', 'double');
      expect(!output.includes('_partition_offset'), 'internal columns must be hidden');
    },
  },
  {
    title: 'The most liked posts about Kafka',
    sql: `SELECT username, likes, text FROM ${POSTS} WHERE hashtag = '#kafka' AND likes > 1000 ORDER BY likes DESC LIMIT 5`,
    check: (output) => {
      const likes = cells(output).map((row) => Number(row[1]));
      expect(likes.length === 5, 'five rows were due');
      expect(
        likes.every((value, at) => value > 1_000 && (at === 0 || value <= (likes[at - 1] ?? 0))),
        'the order is wrong',
      );
    },
  },
  {
    title: 'What came in the last hour?',
    sql: `SELECT count(*) AS posts, min(_timestamp) AS first, max(_timestamp) AS last FROM ${POSTS} WHERE _timestamp > now() - INTERVAL '1' HOUR`,
    check: (output, { posts }) => expect(Number(cells(output)[0]?.[0]) === posts, `${posts} posts were due`),
  },
  {
    title: 'Who writes most?',
    sql: `SELECT user_id, count(*) AS posts, sum(likes) AS likes, avg(sentiment) AS mood FROM ${POSTS} WHERE NOT _message_corrupt GROUP BY user_id ORDER BY posts DESC, user_id LIMIT 5`,
    check: (output) => expect(cells(output).length === 5, 'five users were due'),
  },
  {
    title: 'A field that no one declared, from the raw message',
    sql: `SELECT json_extract_scalar(_message, '$.author.device') AS device, count(*) AS posts FROM ${POSTS} WHERE NOT _message_corrupt GROUP BY 1 ORDER BY 1`,
    check: (output, { posts }) => {
      expect(
        cells(output)
          .map((row) => row[0])
          .join() === 'android,ios,web',
        'three devices were due',
      );
      expect(cells(output).reduce((sum, row) => sum + Number(row[1]), 0) === posts - Math.floor(posts / 50), 'the posts do not add up');
    },
  },
];

const WHILE_PRODUCING: Step = {
  title: 'Twice the same moving topic in one query: both sides see one moment (a producer is running)',
  sql: `SELECT a.n AS left_count, b.n AS right_count FROM (SELECT count(*) n FROM ${POSTS}) a CROSS JOIN (SELECT count(*) n FROM ${POSTS} WHERE likes >= 0 OR likes IS NULL) b`,
  check: (output, { posts }) => {
    const [left, right] = (cells(output)[0] ?? []).map(Number);
    expect(left === right, 'the two counts differ');
    expect((left ?? 0) > posts, 'the producer was not running');
  },
};

const AFTER_THE_PRODUCER: readonly Step[] = [
  {
    title: 'How many messages are broken?',
    sql: `SELECT _partition_id AS partition, count(*) AS messages, round(100e0 * count_if(_message_corrupt) / count(*), 2) AS corrupt_percent FROM ${POSTS} GROUP BY 1 ORDER BY 1`,
    check: (output) => {
      expect(cells(output).length === 4, 'four partitions were due');
      expect(
        cells(output).some((row) => Number(row[2]) > 0),
        'some messages must be broken',
      );
    },
  },
  {
    title: 'Into PostgreSQL',
    sql: `CREATE TABLE postgres.public.social_media AS SELECT _partition_id AS part, _partition_offset AS "offset", id, user_id, username, text, hashtag, likes, posted_at FROM ${POSTS} WHERE NOT _message_corrupt`,
    check: (output) => expect(/CREATE TABLE: \d+ rows/.test(output), 'a count was due'),
  },
  { title: 'The stream joined with the state', sql: JOIN, check: (output) => expect(cells(output).length === 9, 'nine countries were due') },
];

const NEW_TAIL: Step = {
  title: 'Only what is new, by offset',
  sql: `INSERT INTO postgres.public.social_media SELECT _partition_id, _partition_offset, id, user_id, username, text, hashtag, likes, posted_at FROM ${POSTS} k
WHERE NOT _message_corrupt AND _partition_offset > (SELECT coalesce(max("offset"), -1) FROM postgres.public.social_media p WHERE p.part = k._partition_id)`,
  check: (output) => expect(/INSERT: 490 rows/.test(output), '490 rows were due: 500 posts, one in fifty broken'),
};

const LAST: readonly Step[] = [
  {
    title: 'A view over both',
    sql: `CREATE OR REPLACE VIEW memory.default.activity AS SELECT d.country, d.tier, c.url, c.duration_ms FROM kafka.demo.user_clicks c JOIN postgres.public.user_demographics d ON c.user_id = d.user_id`,
    check: (output) => includes(output, 'CREATE VIEW'),
  },
  {
    title: '… and asked',
    sql: 'SELECT tier, count(*) AS clicks, approx_percentile(duration_ms, 0.5) AS median_ms FROM memory.default.activity GROUP BY tier ORDER BY tier',
    check: (output) =>
      expect(
        cells(output)
          .map((row) => row[0])
          .join() === 'free,plus,pro',
        'three tiers were due',
      ),
  },
];

const EXPLAINED: readonly Step[] = [
  { title: 'How is the join done?', sql: `EXPLAIN ${JOIN}`, check: (output) => includes(output, 'TableScan', 'kafka', 'postgres', 'Aggregate') },
  { title: '… and what did it take?', sql: `EXPLAIN ANALYZE ${JOIN}`, check: (output) => includes(output, 'CPU', 'TableScan') },
];

/** Runs the story and tells it; the results of its steps. */
export async function tellStory(context: StoryContext): Promise<readonly StepResult[]> {
  const story = new Story(context);
  for (const step of BEFORE_THE_PRODUCER) await story.step(step);
  const producing = new AbortController();
  const producer = context.feeder.sendUntil(producing.signal, 20, 5);
  await delay(100);
  await story.step(WHILE_PRODUCING);
  producing.abort();
  await producer;
  for (const step of AFTER_THE_PRODUCER) await story.step(step);
  await context.feeder.send(500);
  await story.step(NEW_TAIL);
  for (const step of LAST) await story.step(step);
  await newField(story, context);
  await kill(story, context);
  for (const step of EXPLAINED) await story.step(step);
  return story.results;
}

class Story {
  readonly results: StepResult[] = [];
  readonly #context: StoryContext;

  constructor(context: StoryContext) {
    this.#context = context;
  }

  async step({ title, sql, check }: Step): Promise<void> {
    await this.tell(title, sql, async () => {
      const result = await this.cli(sql);
      const output = result.output + result.errors;
      if (result.code !== 0) throw new Error(output.trim());
      try {
        check(output, this.#context);
      } catch (failure) {
        throw new Error(`${errorMessage(failure)}\n${indented(output)}`);
      }
      return output;
    });
  }

  async tell(title: string, sql: string, act: () => Promise<string>): Promise<void> {
    const { print } = this.#context;
    print(`\n${this.results.length + 1}. ${title}\n\n   trino> ${sql.replaceAll('\n', '\n          ')};\n`);
    let error: string | undefined;
    try {
      print(indented(await act()));
    } catch (failure) {
      error = errorMessage(failure);
      print(`   ✗ ${error}`);
    }
    this.results.push({ title, error });
  }

  cli(sql: string): Promise<CliResult> {
    return runCli(sql, { jar: this.#context.jar, url: this.#context.url, format: 'ALIGNED' });
  }
}

const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');

/** Adds a field to the table's description and finds it in the table, without a restart. */
async function newField(story: Story, { descriptionFile }: StoryContext): Promise<void> {
  const sql = `SELECT device, count(*) AS posts FROM ${POSTS} WHERE device IS NOT NULL GROUP BY device ORDER BY device`;
  await story.tell('A new field in the table description, seen without restart ("device" is added to fake_social_media.json)', sql, async () => {
    const text = readFileSync(descriptionFile, 'utf8');
    const field = '{ "name": "device", "mapping": "author/device", "type": "VARCHAR" },\n      ';
    writeFileSync(descriptionFile, text.replace(/(\{ "name": "posted_at")/, `${field}$1`));
    let last: CliResult | undefined;
    for (let attempt = 0; attempt < 10; attempt++) {
      last = await story.cli(sql);
      if (last.code === 0) break;
      await delay(200);
    }
    if (last?.code !== 0) throw new Error(last?.errors.trim() ?? 'no answer');
    expect(
      cells(last.output)
        .map((row) => row[0])
        .join() === 'android,ios,web',
      'three devices were due',
    );
    return last.output;
  });
}

/** One client runs a query that would take hours; another one ends it. */
async function kill(story: Story, context: StoryContext): Promise<void> {
  const endless = 'SELECT count(*) FROM tpch.sf100000.lineitem a CROSS JOIN tpch.sf100000.lineitem b';
  const find = `SELECT query_id FROM system.runtime.queries WHERE state = 'RUNNING' AND query = '${endless}'`;
  await story.tell('A query without end, killed by another client', `CALL system.runtime.kill_query(query_id => '…', message => 'enough')`, async () => {
    const victim = runCli(endless, { jar: context.jar, url: context.url, format: 'ALIGNED' });
    let id: string | undefined;
    for (let attempt = 0; id === undefined && attempt < 20; attempt++) {
      await delay(300);
      id = cells((await story.cli(find)).output)[0]?.[0];
    }
    expect(id !== undefined && id !== '', 'the endless query was not found');
    const killed = await story.cli(`CALL system.runtime.kill_query(query_id => '${id}', message => 'enough')`);
    expect(killed.code === 0, killed.errors);
    const { code, errors } = await victim;
    expect(code !== 0 && errors.includes('Query killed. Message: enough'), `the victim says: ${errors}`);
    return errors;
  });
}
