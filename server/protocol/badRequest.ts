/** A request that is refused before there is a query: a status and a line of plain text, as Trino answers it. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'BadRequest';
    this.status = status;
  }
}
