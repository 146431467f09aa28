import { BIGINT, BOOLEAN, DOUBLE, type Type, VARCHAR } from '../../../spi/type.ts';
import type { JsonNode, JsonObject } from '../decoder/json/jsonTree.ts';

const DEPTH_MAX = 5;
/** An object with more names than this is a map: its text is one column. */
const NAMES_MAX = 200;
const BIGINT_MAX = 2n ** 63n - 1n;

type Scalar = 'bigint' | 'double' | 'boolean' | 'text';

export interface ShapedColumn {
  readonly path: readonly string[];
  readonly type: Type;
}

/** What is seen of one place in many JSON values. */
export class JsonShape {
  private readonly scalars = new Set<Scalar>();
  private readonly fields = new Map<string, JsonShape>();

  add(node: JsonNode): void {
    switch (typeof node) {
      case 'bigint':
        this.scalars.add(node <= BIGINT_MAX && node >= -BIGINT_MAX - 1n ? 'bigint' : 'double');
        return;
      case 'number':
        this.scalars.add('double');
        return;
      case 'boolean':
        this.scalars.add('boolean');
        return;
      case 'string':
        this.scalars.add('text');
        return;
      default:
        if (node instanceof Map) this.addFields(node);
        else if (node !== null) this.scalars.add('text'); // the array's JSON
    }
  }

  /** In the order in which they were first seen; what is an object everywhere is the columns of its fields. */
  columns(path: readonly string[] = []): ShapedColumn[] {
    const opened = this.scalars.size === 0 && this.fields.size > 0 && this.fields.size <= NAMES_MAX && path.length < DEPTH_MAX;
    const reachable = [...this.fields].filter(([name]) => name !== '' && !name.includes('/'));
    if (path.length === 0 || (opened && reachable.length === this.fields.size)) return reachable.flatMap(([name, shape]) => shape.columns([...path, name]));
    return [{ path, type: this.type() }];
  }

  private addFields(object: JsonObject): void {
    if (object.size === 0) this.scalars.add('text');
    for (const [name, value] of object) {
      let shape = this.fields.get(name);
      if (shape === undefined) {
        shape = new JsonShape();
        this.fields.set(name, shape);
      }
      shape.add(value);
    }
  }

  private type(): Type {
    const { scalars } = this;
    if (this.fields.size > 0 || scalars.size === 0 || scalars.has('text')) return VARCHAR;
    if (scalars.has('boolean')) return scalars.size === 1 ? BOOLEAN : VARCHAR;
    return scalars.has('double') ? DOUBLE : BIGINT;
  }
}
