import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { SaslOptions } from './clusterOptions.ts';

/** One round of SASL: what to send, given the broker's last words (empty at first); undefined when the exchange has ended. */
export interface SaslExchange {
  next(challenge: Buffer): Promise<Buffer | undefined>;
}

export function saslExchange(options: SaslOptions): SaslExchange {
  switch (options.mechanism) {
    case 'PLAIN':
      return single(`\0${options.username}\0${options.password}`);
    case 'OAUTHBEARER':
      return single(`n,,\x01auth=Bearer ${options.token}\x01\x01`);
    case 'SCRAM-SHA-256':
      return new ScramExchange('sha256', 32, options);
    case 'SCRAM-SHA-512':
      return new ScramExchange('sha512', 64, options);
  }
}

function single(message: string): SaslExchange {
  let sent = false;
  return {
    next(challenge) {
      if (sent) {
        // OAUTHBEARER tells why it refuses in the answer itself
        if (challenge.length > 0) throw new Error(`authentication failed: ${challenge.toString('utf8')}`);
        return Promise.resolve(undefined);
      }
      sent = true;
      return Promise.resolve(Buffer.from(message));
    },
  };
}

const derive = promisify(pbkdf2);
const ITERATIONS_MAX = 1_000_000;

/** RFC 5802 with channel binding "n". */
class ScramExchange implements SaslExchange {
  private readonly hash: string;
  private readonly hashBytes: number;
  private readonly user: string;
  private readonly password: string;
  private readonly nonce = randomBytes(24).toString('base64url');
  private step = 0;
  private serverSignature: Buffer = Buffer.alloc(0);

  constructor(hash: string, hashBytes: number, options: { readonly username: string; readonly password: string }) {
    this.hash = hash;
    this.hashBytes = hashBytes;
    this.user = options.username.replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.password = options.password.normalize('NFKC');
  }

  async next(challenge: Buffer): Promise<Buffer | undefined> {
    this.step++;
    const firstBare = `n=${this.user},r=${this.nonce}`;
    if (this.step === 1) return Buffer.from(`n,,${firstBare}`);
    const attributes = new Map(
      challenge
        .toString('utf8')
        .split(',')
        .map((part) => [part.slice(0, 1), part.slice(2)] as const),
    );
    const error = attributes.get('e');
    if (error !== undefined) throw new Error(`authentication failed: ${error}`);
    if (this.step === 2) return this.proof(challenge.toString('utf8'), firstBare, attributes);
    const verifier = Buffer.from(attributes.get('v') ?? '', 'base64');
    if (verifier.length !== this.serverSignature.length || !timingSafeEqual(verifier, this.serverSignature)) {
      throw new Error('authentication failed: the broker does not know the password');
    }
    return undefined;
  }

  private async proof(serverFirst: string, firstBare: string, attributes: ReadonlyMap<string, string>): Promise<Buffer> {
    const nonce = attributes.get('r') ?? '';
    const iterations = Number(attributes.get('i'));
    if (!nonce.startsWith(this.nonce) || nonce.length === this.nonce.length) throw new Error('authentication failed: the broker answered with a foreign nonce');
    if (!Number.isInteger(iterations) || iterations < 1 || iterations > ITERATIONS_MAX) throw new Error('authentication failed: bad iteration count');
    const salted = await derive(this.password, Buffer.from(attributes.get('s') ?? '', 'base64'), iterations, this.hashBytes, this.hash);
    const hmac = (key: Buffer, text: string | Buffer): Buffer => createHmac(this.hash, key).update(text).digest();
    const withoutProof = `c=biws,r=${nonce}`;
    const message = `${firstBare},${serverFirst},${withoutProof}`;
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash(this.hash).update(clientKey).digest(), message);
    const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0)));
    this.serverSignature = hmac(hmac(salted, 'Server Key'), message);
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`);
  }
}
