import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';

const KNOWN = ['timestamp', 'any', 'struct', 'wrappers', 'duration'];

export interface ProtoText {
  readonly text: string;
  /** By the name that imports them; each is of a package of its own. */
  readonly imports?: ReadonlyMap<string, string>;
}

/** The parsed file with all that it imports. */
export function protoRoot({ text, imports = new Map() }: ProtoText): protobuf.Root {
  const root = new protobuf.Root();
  for (const name of KNOWN) root.addJSON(protobuf.common.get(`google/protobuf/${name}.proto`)?.nested ?? {});
  for (const other of [...imports.values(), text]) protobuf.parse(other, root, { keepCase: true });
  root.resolveAll();
  return root;
}

/** The FileDescriptorSet that a compiler makes of the file: what it imports comes before it, the well-known files are left out. */
export function protoDescriptorSet(proto: ProtoText): Buffer {
  const files = [...(proto.imports ?? new Map<string, string>()), ['', proto.text] as const].map(([name, text]) => {
    const root = protoRoot(proto);
    const { package: packageName, imports } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
    const file = root.toDescriptor(/syntax\s*=\s*"proto3"/.test(text) ? 'proto3' : 'proto2').file.find((f) => (f.package ?? '') === (packageName ?? ''));
    if (file === undefined) throw new Error(`no file of package ${packageName}`);
    file.name = name === '' ? 'main.proto' : name;
    file.dependency = imports ?? [];
    return file;
  });
  return Buffer.from(descriptor.FileDescriptorSet.encode(descriptor.FileDescriptorSet.create({ file: files })).finish());
}
