import { randomUUID } from 'node:crypto';
import type { UnfinishedStatements, UnfinishedTable } from './unfinishedStatements.ts';

/** What is known, on the disk too, of a table that is being made. */
export class UnfinishedTableFile {
  table: UnfinishedTable;
  hasMadeTopic = false;
  private readonly statements: UnfinishedStatements;
  private readonly name = randomUUID();
  private remove: (() => Promise<void>) | undefined;

  constructor(statements: UnfinishedStatements, table: UnfinishedTable) {
    this.statements = statements;
    this.table = table;
  }

  async write(): Promise<void> {
    this.remove = await this.statements.add({ table: this.table }, this.name);
  }

  async topicMade(topicId: string | undefined): Promise<void> {
    this.hasMadeTopic = true;
    if (topicId !== undefined) this.table = { ...this.table, topicId };
    await this.write();
  }

  async done(): Promise<void> {
    await this.remove?.();
  }
}
