import type { PageSink } from '../../../spi/connector.ts';
import type { Page } from '../../../spi/page.ts';

/** The rows of CREATE TABLE AS: the table is there when they are committed, and neither it nor its topic when they are not. */
export class CreateTableSink implements PageSink {
  readonly kind = 'pages';
  private readonly rows: PageSink;
  private readonly publish: () => Promise<void>;
  private readonly undo: () => Promise<void>;
  private committed = false;

  constructor(rows: PageSink, { publish, undo }: { publish(): Promise<void>; undo(): Promise<void> }) {
    this.rows = rows;
    this.publish = publish;
    this.undo = undo;
  }

  append(page: Page): Promise<void> {
    return this.rows.append(page);
  }

  async finish(): Promise<bigint> {
    const count = await this.rows.finish();
    this.committed = true;
    await this.publish();
    return count;
  }

  async abort(): Promise<void> {
    try {
      if (!this.committed) await this.rows.abort();
    } finally {
      await this.undo();
    }
  }
}
