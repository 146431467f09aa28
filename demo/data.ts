import { faker } from '@faker-js/faker';
import { Admin, Producer } from '@platformatic/kafka';
import pg from 'pg';

const USERS = 200;
const PARTITIONS = 4;
const BATCH = 1_000;
/** One message in so many is no JSON at all. */
const CORRUPT_EVERY = 50;
const CLICKS_PER_POST = 2;
const HASHTAGS = ['#kafka', '#postgres', '#trino', '#lakehouse', '#sql', '#streaming'];
const COUNTRIES = ['AT', 'BR', 'CH', 'DE', 'FR', 'IN', 'JP', 'KE', 'US'];

interface Message {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

/** Posts and clicks of made-up people, the same for the same seed. */
class Generator {
  readonly #names: readonly string[];
  #id = 0;

  constructor(seed: number) {
    faker.seed(seed);
    this.#names = Array.from({ length: USERS }, () => faker.internet.username());
  }

  post(now: number): Message {
    const id = this.#id++;
    const userId = faker.number.int({ min: 1, max: USERS });
    const post = {
      id,
      user_id: userId,
      username: this.#names[userId - 1],
      text: faker.lorem.sentence({ min: 4, max: 14 }),
      hashtag: faker.helpers.arrayElement(HASHTAGS),
      likes: faker.number.int({ min: 0, max: 5_000 }),
      sentiment: Math.round(faker.number.float({ min: -1, max: 1 }) * 1e4) / 1e4,
      author: { verified: faker.datatype.boolean(0.1), device: faker.helpers.arrayElement(['ios', 'android', 'web']) },
      posted_at: new Date(now).toISOString(),
    };
    const text = JSON.stringify(post);
    return { topic: 'fake_social_media', key: `user-${userId}`, value: id % CORRUPT_EVERY === CORRUPT_EVERY - 1 ? text.slice(0, -7) : text };
  }

  click(now: number): Message {
    const userId = faker.number.int({ min: 1, max: USERS });
    const click = { user_id: userId, url: `/${faker.lorem.slug(2)}`, duration_ms: faker.number.int({ min: 20, max: 90_000 }), clicked_at: now };
    return { topic: 'user_clicks', key: `user-${userId}`, value: JSON.stringify(click) };
  }
}

export async function createTopics(nodes: string): Promise<void> {
  const admin = new Admin({ clientId: 'lepton-demo', bootstrapBrokers: nodes.split(',') });
  try {
    const known = new Set(await admin.listTopics({ includeInternals: false }));
    const topics = ['fake_social_media', 'user_clicks'].filter((topic) => !known.has(topic));
    if (topics.length > 0) await admin.createTopics({ topics, partitions: PARTITIONS, replicas: 1 });
  } finally {
    await admin.close();
  }
}

/** Sends generated messages to the two topics. */
export class Feeder {
  readonly #producer: Producer<string, string, string, string>;
  readonly #generator: Generator;

  constructor(nodes: string, seed: number) {
    this.#generator = new Generator(seed);
    const text = { serialize: (data: string | undefined) => (data === undefined ? undefined : Buffer.from(data)) };
    const serialize = text.serialize;
    this.#producer = new Producer({
      clientId: 'lepton-demo',
      bootstrapBrokers: nodes.split(','),
      serializers: { key: serialize, value: serialize, headerKey: serialize, headerValue: serialize },
    });
  }

  /** `posts` posts and twice as many clicks. */
  async send(posts: number): Promise<void> {
    for (let sent = 0; sent < posts; sent += BATCH) {
      const now = Date.now();
      const messages: Message[] = [];
      for (let i = 0; i < Math.min(BATCH, posts - sent); i++) {
        messages.push(this.#generator.post(now));
        for (let k = 0; k < CLICKS_PER_POST; k++) messages.push(this.#generator.click(now));
      }
      await this.#producer.send({ messages, acks: -1 });
    }
  }

  /** Sends a small batch every so often until the signal. */
  async sendUntil(signal: AbortSignal, posts: number, everyMs: number): Promise<void> {
    while (!signal.aborted) {
      await this.send(posts);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
    }
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/** The people behind the clicks, in PostgreSQL. */
export async function createDemographics(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    faker.seed(7);
    const people = Array.from({ length: USERS }, (_, at) => ({
      user_id: at + 1,
      country: faker.helpers.arrayElement(COUNTRIES),
      age: faker.number.int({ min: 14, max: 90 }),
      signup: faker.date.past({ years: 5, refDate: '2026-01-01' }).toISOString().slice(0, 10),
      tier: faker.helpers.arrayElement(['free', 'plus', 'pro']),
    }));
    await client.query('DROP TABLE IF EXISTS public.social_media, public.user_demographics');
    await client.query(
      'CREATE TABLE public.user_demographics (user_id bigint PRIMARY KEY, country char(2) NOT NULL, age integer, signup date, tier varchar(10))',
    );
    await client.query(
      'INSERT INTO public.user_demographics SELECT * FROM json_to_recordset($1) AS t (user_id bigint, country char(2), age integer, signup date, tier varchar(10))',
      [JSON.stringify(people)],
    );
  } finally {
    await client.end();
  }
}
