import protobuf from 'protobufjs';
import { errorMessage, TrinoError } from '../../../../spi/trinoError.ts';
import { INVALID_PROTO_FILE } from '../../kafkaErrorCode.ts';
import type { ProtoEnum, ProtoField, ProtoKind, ProtoMessage, ProtoScalar, ProtoSchema } from './protoSchema.ts';

const KINDS: ReadonlySet<string> = new Set([
  ...['double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes'],
]);
const LONG_KINDS: ReadonlySet<string> = new Set(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']);

export interface ProtoSources {
  readonly text: string;
  /** Files that are imported, by the name that imports them; the well-known ones need not be among them. */
  readonly imports: ReadonlyMap<string, string>;
}

/**
 * `file`: as Trino reads a file named by a table description. The message is called `schema`, every enum is closed, and the
 * members of a oneof are unknown fields. `registry`: everything that the file says; the message is the first one, or the one at `path`.
 */
export type ProtoDialect = { readonly kind: 'file' } | { readonly kind: 'registry'; readonly path?: readonly number[] };

export function parseProto(sources: ProtoSources, dialect: ProtoDialect): ProtoSchema {
  if (dialect.kind === 'file') checkSyntax(sources.text);
  const root = new protobuf.Root();
  const first = parseInto(root, sources.text);
  const seen = new Set<string>();
  const addImports = (names: readonly string[]): void => {
    for (const name of names) {
      if (seen.has(name)) continue;
      seen.add(name);
      addImport(root, name, sources.imports.get(name), addImports);
    }
  };
  addImports([...(first.imports ?? []), ...(first.weakImports ?? [])]);
  try {
    root.resolveAll();
  } catch (cause) {
    throw new TrinoError(INVALID_PROTO_FILE, undefined, 'Unable to parse protobuf schema', { cause });
  }
  return new Collector(dialect.kind).schema(rootType(root, first.package, dialect));
}

/** Every message of a file that needs no others than the well-known ones; the root is the first. */
export function parseProtoTypes(text: string): ProtoSchema {
  const root = new protobuf.Root();
  const parsed = parseInto(root, text);
  for (const name of [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]) addImport(root, name, undefined, () => undefined);
  root.resolveAll();
  const collector = new Collector('registry');
  const schema = collector.schema(rootType(root, parsed.package, { kind: 'registry' }));
  collector.addAll(root);
  return schema;
}

function checkSyntax(text: string): void {
  const m = /^((?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*)(syntax|edition)\s*=\s*["']([^"']*)["']/.exec(text);
  if (m === null || m[3] === 'proto2' || m[3] === 'proto3') return;
  const [, before = '', word = '', name] = m;
  const lines = before.split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  const reason = word === 'edition' ? `${column + word.length}: edition is not currently supported` : `${column}: unexpected syntax: ${name}`;
  throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Syntax error in :${lines.length}:${reason}`);
}

function parseInto(root: protobuf.Root, text: string): protobuf.IParserResult {
  try {
    return protobuf.parse(text, root, { keepCase: true });
  } catch (cause) {
    const reason = errorMessage(cause);
    if (reason.startsWith('duplicate')) throw new TrinoError(INVALID_PROTO_FILE, undefined, 'Unable to parse protobuf schema', { cause });
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Syntax error in protobuf schema: ${reason}`, { cause });
  }
}

function addImport(root: protobuf.Root, name: string, text: string | undefined, addImports: (names: readonly string[]) => void): void {
  const wellKnown = protobuf.common.get(name);
  if (text !== undefined) {
    const parsed = parseInto(root, text);
    addImports([...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]);
  } else if (wellKnown?.nested !== undefined) root.addJSON(wellKnown.nested);
  else throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `resource /${name} relative to io.trino.decoder.protobuf.ProtobufUtils not found.`);
}

function rootType(root: protobuf.Root, packageName: string | undefined, dialect: ProtoDialect): protobuf.Type {
  const scope = packageName === undefined || packageName === '' ? root : root.lookup(packageName);
  if (!(scope instanceof protobuf.Namespace)) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Message schema not found');
  if (dialect.kind === 'file') {
    const found = scope.get('schema');
    if (found instanceof protobuf.Type) return found;
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Message schema not found');
  }
  let within: protobuf.NamespaceBase = scope;
  for (const index of dialect.path ?? [0]) {
    const types: protobuf.Type[] = within.nestedArray.filter((o) => o instanceof protobuf.Type);
    const next = types[index];
    if (next === undefined) throw new Error(`the schema has no message at ${JSON.stringify(dialect.path)}`);
    within = next;
  }
  if (within instanceof protobuf.Type) return within;
  throw new Error('the schema has no message');
}

/** Follows the messages that can be reached. */
class Collector {
  private readonly dialect: ProtoDialect['kind'];
  private readonly messages: Record<string, ProtoMessage> = {};
  private readonly enums: Record<string, ProtoEnum> = {};

  constructor(dialect: ProtoDialect['kind']) {
    this.dialect = dialect;
  }

  schema(type: protobuf.Type): ProtoSchema {
    return { root: this.message(type), messages: this.messages, enums: this.enums };
  }

  addAll(namespace: protobuf.NamespaceBase): void {
    for (const one of namespace.nestedArray) {
      if (one instanceof protobuf.Type) this.message(one);
      if (one instanceof protobuf.Namespace) this.addAll(one);
    }
  }

  private message(type: protobuf.Type): string {
    const name = fullName(type);
    if (this.messages[name] !== undefined) return name;
    const fields: ProtoField[] = [];
    this.messages[name] = { name, fields };
    for (const field of type.fieldsArray) {
      const synthetic = field.partOf?.isProto3Optional === true;
      // Struct cannot even be imported in Trino: its oneof is no matter of the dialect
      const dropped = field.partOf !== null && !synthetic && name !== 'google.protobuf.Value';
      if (this.dialect === 'file' && (dropped || field.delimited)) continue;
      fields.push(field instanceof protobuf.MapField ? this.mapField(name, field) : this.field(field, synthetic));
    }
    return name;
  }

  private field(field: protobuf.Field, synthetic: boolean): ProtoField {
    const { kind, typeName } = this.typeOf(field);
    return {
      name: fieldName(field),
      number: field.id,
      kind,
      ...(typeName === undefined ? {} : { typeName }),
      repeated: field.repeated,
      required: field.required,
      presence: kind === 'message' || field.hasPresence || synthetic,
      packed: (this.dialect === 'file' ? field.options?.packed === true : field.packed) && kind !== 'string' && kind !== 'bytes' && kind !== 'message',
      map: false,
      ...(field.delimited ? { group: true } : {}),
      utf8: this.dialect === 'registry' && kind === 'string' && validatesUtf8(field),
      ...(field.partOf === null || (synthetic && this.dialect === 'file') ? {} : { oneof: field.partOf.name }),
      defaultValue: this.defaultOf(field, kind, typeName),
    };
  }

  private mapField(owner: string, field: protobuf.MapField): ProtoField {
    const name = `${owner}.${entryName(field.name)}`;
    const key = plainField('key', 1, kindNamed(field.keyType), undefined);
    const { kind, typeName } = this.typeOf(field);
    const value = plainField('value', 2, kind, typeName);
    const first = typeName === undefined || kind !== 'enum' ? undefined : this.enums[typeName]?.values[0]?.[0];
    this.messages[name] = { name, fields: [key, first === undefined ? value : { ...value, defaultValue: first }] };
    return { ...plainField(field.name, field.id, 'message', name), repeated: true, map: true };
  }

  private typeOf(field: protobuf.FieldBase): { readonly kind: ProtoKind; readonly typeName?: string } {
    const { resolvedType } = field;
    if (resolvedType instanceof protobuf.Type) return { kind: 'message', typeName: this.message(resolvedType) };
    if (resolvedType instanceof protobuf.Enum) return { kind: 'enum', typeName: this.enumeration(resolvedType) };
    return { kind: kindNamed(field.type) };
  }

  private enumeration(type: protobuf.Enum): string {
    const name = fullName(type);
    const values: (readonly [number, string])[] = [];
    for (const [label, number] of Object.entries(type.values)) if (!values.some(([n]) => n === number)) values.push([number, label]);
    this.enums[name] = { name, values, closed: this.dialect === 'file' || isClosed(type) };
    return name;
  }

  private defaultOf(field: protobuf.FieldBase, kind: ProtoKind, typeName: string | undefined): ProtoScalar {
    const given: unknown = field.options?.default;
    if (kind === 'enum' && typeName !== undefined) {
      const values = this.enums[typeName]?.values ?? [];
      return values.find(([, label]) => label === given)?.[0] ?? values[0]?.[0] ?? 0;
    }
    if (given === undefined) return zeroOf(kind);
    if (LONG_KINDS.has(kind)) return BigInt.asIntN(64, BigInt(String(given)));
    switch (kind) {
      case 'bool':
        return given === true || given === 'true';
      case 'string':
        return String(given);
      case 'bytes':
        return Buffer.from(String(given), 'latin1');
      case 'uint32':
      case 'fixed32':
        return Number(given) | 0;
      default:
        return Number(given);
    }
  }
}

/** As the compiler names the message of a map's entries. */
function entryName(field: string): string {
  return `${field.replace(/(?:^|_+)(.?)/g, (_, next: string) => next.toUpperCase())}Entry`;
}

/** Of proto3 and editions. */
function validatesUtf8(field: protobuf.Field): boolean {
  const features: unknown = '_features' in field ? field._features : undefined;
  return typeof features === 'object' && features !== null && 'utf8_validation' in features && features.utf8_validation === 'VERIFY';
}

/** Of proto2; the library keeps it in a member that its types do not show. */
function isClosed(type: protobuf.Enum): boolean {
  const features: unknown = '_features' in type ? type._features : undefined;
  return typeof features === 'object' && features !== null && 'enum_type' in features && features.enum_type === 'CLOSED';
}

function plainField(name: string, number: number, kind: ProtoKind, typeName: string | undefined): ProtoField {
  const type = typeName === undefined ? {} : { typeName };
  return {
    name,
    number,
    kind,
    ...type,
    repeated: false,
    required: false,
    presence: kind === 'message',
    packed: false,
    map: false,
    utf8: false,
    defaultValue: zeroOf(kind),
  };
}

function zeroOf(kind: ProtoKind): ProtoScalar {
  if (LONG_KINDS.has(kind)) return 0n;
  switch (kind) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'bytes':
      return Buffer.alloc(0);
    default:
      return 0;
  }
}

function kindNamed(type: string): ProtoKind {
  if (isKind(type)) return type;
  throw new TrinoError(INVALID_PROTO_FILE, undefined, 'Unable to parse protobuf schema');
}

function isKind(type: string): type is ProtoKind {
  return KINDS.has(type);
}

/** The library's own copies of the well-known files have their names in camel case. */
function fieldName(field: protobuf.Field): string {
  const wellKnown = field.parent !== null && fullName(field.parent).startsWith('google.protobuf.');
  return wellKnown ? field.name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`) : field.name;
}

function fullName(type: protobuf.ReflectionObject): string {
  return type.fullName.replace(/^\./, '');
}
