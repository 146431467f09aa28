/** Keeps the largest few of many numbers: a heap with the least of them on top. */
export class LargestNumbers {
  private readonly capacity: number;
  private readonly heap: number[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The least of those kept; undefined: fewer than wanted have come. */
  get least(): number | undefined {
    return this.capacity > 0 && this.heap.length === this.capacity ? this.heap[0] : undefined;
  }

  add(value: number): void {
    const { heap } = this;
    if (heap.length < this.capacity) {
      heap.push(value);
      this.rise(heap.length - 1);
    } else if (this.capacity > 0 && value > (heap[0] ?? 0)) {
      heap[0] = value;
      this.sink();
    }
  }

  private rise(from: number): void {
    const { heap } = this;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (this.value(parent) <= this.value(at)) return;
      [heap[at], heap[parent]] = [this.value(parent), this.value(at)];
      at = parent;
    }
  }

  private sink(): void {
    const { heap } = this;
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      let least = at;
      if (left < heap.length && this.value(left) < this.value(least)) least = left;
      if (left + 1 < heap.length && this.value(left + 1) < this.value(least)) least = left + 1;
      if (least === at) return;
      [heap[at], heap[least]] = [this.value(least), this.value(at)];
      at = least;
    }
  }

  private value(at: number): number {
    return this.heap[at] ?? 0;
  }
}
