const LOOKAHEAD_STEPS_MAX = 300_000;
const INSTRUCTIONS_MAX = 5_000_000;

/** The work that one explanation may cost, so that no text keeps the server busy: short of a second at the very worst. */
export class Budget {
  #steps = LOOKAHEAD_STEPS_MAX;
  #instructions = INSTRUCTIONS_MAX;

  /** A step of looking ahead. */
  spend(): void {
    if (--this.#steps < 0) throw new BudgetExceeded();
  }

  /** An instruction of the parser: far cheaper, and there are many in a long text. */
  execute(): void {
    if (--this.#instructions < 0) throw new BudgetExceeded();
  }
}

export class BudgetExceeded extends Error {}
