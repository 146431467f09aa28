// Asks the row decoders of a real Trino 476: reads cases on stdin, one JSON per line, and writes each back with its answers.
// {format, columns: [{name, type, mapping, dataFormat, formatHint}], params: {}, messages: [base64]}
//   -> results: per message "corrupt", or per column null | value | {error, message}; or create: {error, message}
// Run by record.ts with the jars of the server on the class path.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.airlift.slice.Slice;
import io.trino.decoder.DecoderColumnHandle;
import io.trino.decoder.FieldValueProvider;
import io.trino.decoder.RowDecoder;
import io.trino.decoder.RowDecoderFactory;
import io.trino.decoder.RowDecoderSpec;
import io.trino.plugin.kafka.KafkaColumnHandle;
import io.trino.spi.TrinoException;
import io.trino.spi.block.Block;
import io.trino.spi.block.SqlMap;
import io.trino.spi.block.SqlRow;
import io.trino.spi.type.*;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class DecoderOracle {
    static final ObjectMapper JSON = new ObjectMapper();
    static final TypeManager TYPES = io.trino.type.InternalTypeManager.TESTING_TYPE_MANAGER;

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, "UTF-8");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            if (!line.isBlank()) {
                out.println(JSON.writeValueAsString(answer((ObjectNode) JSON.readTree(line))));
            }
        }
        out.flush();
    }

    static RowDecoderFactory factory(String format, Map<String, String> params) {
        return switch (format) {
            case "json" -> new io.trino.decoder.json.JsonRowDecoderFactory(new io.airlift.json.ObjectMapperProvider().get());
            case "csv" -> new io.trino.decoder.csv.CsvRowDecoderFactory();
            case "raw" -> new io.trino.decoder.raw.RawRowDecoderFactory();
            case "dummy" -> new io.trino.decoder.dummy.DummyRowDecoderFactory();
            case "avro" -> new io.trino.decoder.avro.AvroRowDecoderFactory(
                    new io.trino.decoder.avro.FixedSchemaAvroReaderSupplier.Factory(), new io.trino.decoder.avro.AvroFileDeserializer.Factory());
            case "avro-registry" -> new io.trino.decoder.avro.AvroRowDecoderFactory(
                    new io.trino.plugin.kafka.schema.confluent.ConfluentAvroReaderSupplier.Factory(registry(params.get("schemas"))), new io.trino.decoder.avro.AvroBytesDeserializer.Factory());
            case "protobuf-registry" -> new io.trino.decoder.protobuf.ProtobufRowDecoderFactory(
                    schema -> descriptorSet(schema.orElseThrow()), TYPES, new io.trino.decoder.protobuf.DummyDescriptorProvider());
            case "protobuf" -> new io.trino.decoder.protobuf.ProtobufRowDecoderFactory(
                    new io.trino.decoder.protobuf.FixedSchemaDynamicMessageProvider.Factory(), TYPES, new io.trino.decoder.protobuf.DummyDescriptorProvider());
            default -> throw new IllegalArgumentException(format);
        };
    }

    /** A registry of these Avro schemas, a JSON list: their ids count from 1. */
    static io.confluent.kafka.schemaregistry.client.SchemaRegistryClient registry(String schemas) {
        var client = new io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient();
        try {
            int id = 0;
            for (JsonNode schema : JSON.readTree(schemas)) {
                id++;
                client.register("s" + id, new io.confluent.kafka.schemaregistry.avro.AvroSchema(schema.toString()), 1, id);
            }
        }
        catch (Exception e) {
            throw new IllegalArgumentException(e);
        }
        return client;
    }

    /** As a schema registry gives it: the whole file, here as a FileDescriptorSet whose last file has the message first. */
    static io.trino.decoder.protobuf.DynamicMessageProvider descriptorSet(String base64) {
        try {
            Map<String, com.google.protobuf.Descriptors.FileDescriptor> files = new LinkedHashMap<>();
            for (com.google.protobuf.Message known : List.of(com.google.protobuf.Timestamp.getDefaultInstance(), com.google.protobuf.Any.getDefaultInstance(), com.google.protobuf.Struct.getDefaultInstance(), com.google.protobuf.Int64Value.getDefaultInstance(), com.google.protobuf.Duration.getDefaultInstance())) {
                files.put(known.getDescriptorForType().getFile().getName(), known.getDescriptorForType().getFile());
            }
            com.google.protobuf.Descriptors.FileDescriptor last = null;
            for (var proto : com.google.protobuf.DescriptorProtos.FileDescriptorSet.parseFrom(Base64.getDecoder().decode(base64)).getFileList()) {
                var needed = proto.getDependencyList().stream().map(files::get).toArray(com.google.protobuf.Descriptors.FileDescriptor[]::new);
                last = com.google.protobuf.Descriptors.FileDescriptor.buildFrom(proto, needed);
                files.put(proto.getName(), last);
            }
            var message = last.getMessageTypes().get(0);
            return data -> {
                try {
                    return com.google.protobuf.DynamicMessage.parseFrom(message, data);
                }
                catch (com.google.protobuf.InvalidProtocolBufferException e) {
                    throw new TrinoException(io.trino.decoder.protobuf.ProtobufErrorCode.INVALID_PROTOBUF_MESSAGE, "Decoding Protobuf record failed.", e);
                }
            };
        }
        catch (Exception e) {
            throw new IllegalArgumentException(e);
        }
    }

    static ObjectNode answer(ObjectNode spec) {
        List<DecoderColumnHandle> columns = new ArrayList<>();
        RowDecoder decoder;
        try {
            for (JsonNode c : spec.get("columns")) {
                columns.add(new KafkaColumnHandle(c.get("name").asText(), TYPES.fromSqlType(c.get("type").asText()), text(c, "mapping"), text(c, "dataFormat"), text(c, "formatHint"), false, false, false));
            }
            Map<String, String> params = new HashMap<>();
            if (spec.has("params")) {
                spec.get("params").properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
            }
            decoder = factory(spec.get("format").asText(), params).create(null, new RowDecoderSpec(spec.get("format").asText(), params, new LinkedHashSet<>(columns)));
        }
        catch (Throwable e) {
            spec.set("create", error(e));
            return spec;
        }
        ArrayNode results = spec.putArray("results");
        for (JsonNode m : spec.get("messages")) {
            Optional<Map<DecoderColumnHandle, FieldValueProvider>> row;
            try {
                row = decoder.decodeRow(Base64.getDecoder().decode(m.asText()));
            }
            catch (Throwable e) {
                results.add(error(e));
                continue;
            }
            if (row.isEmpty()) {
                results.add("corrupt");
                continue;
            }
            ArrayNode values = results.addArray();
            for (DecoderColumnHandle c : columns) {
                FieldValueProvider p = row.get().get(c);
                try {
                    values.add(p == null || p.isNull() ? JSON.nullNode() : value(p, c.getType()));
                }
                catch (Throwable e) {
                    values.add(error(e));
                }
            }
        }
        return spec;
    }

    static JsonNode value(FieldValueProvider p, Type type) {
        Class<?> j = type.getJavaType();
        if (j == boolean.class) {
            return JSON.getNodeFactory().booleanNode(p.getBoolean());
        }
        if (j == long.class) {
            return JSON.getNodeFactory().textNode(longText(type, p.getLong()));
        }
        if (j == double.class) {
            return JSON.getNodeFactory().textNode(Double.toString(p.getDouble()));
        }
        if (j == Slice.class) {
            return slice(p.getSlice());
        }
        return object(type, p.getObject());
    }

    static String longText(Type type, long v) {
        if (type == RealType.REAL) {
            return Float.toString(Float.intBitsToFloat((int) v));
        }
        if (type instanceof TimestampWithTimeZoneType) {
            return DateTimeEncoding.unpackMillisUtc(v) + " " + DateTimeEncoding.unpackZoneKey(v).getId();
        }
        if (type instanceof TimeWithTimeZoneType) {
            return DateTimeEncoding.unpackTimeNanos(v) + " " + DateTimeEncoding.unpackOffsetMinutes(v);
        }
        return Long.toString(v);
    }

    static JsonNode slice(Slice s) {
        byte[] b = s.getBytes();
        String t = new String(b, StandardCharsets.UTF_8);
        if (Arrays.equals(t.getBytes(StandardCharsets.UTF_8), b)) {
            return JSON.getNodeFactory().textNode(t);
        }
        return JSON.createObjectNode().put("hex", HexFormat.of().formatHex(b));
    }

    static JsonNode object(Type type, Object o) {
        if (o instanceof Block b && type instanceof ArrayType a) {
            ArrayNode r = JSON.createArrayNode();
            for (int i = 0; i < b.getPositionCount(); i++) {
                r.add(element(a.getElementType(), b, i));
            }
            return r;
        }
        if (o instanceof SqlMap m && type instanceof MapType t) {
            ArrayNode r = JSON.createArrayNode();
            for (int i = 0; i < m.getSize(); i++) {
                r.add(JSON.createArrayNode()
                        .add(element(t.getKeyType(), m.getRawKeyBlock(), m.getRawOffset() + i))
                        .add(element(t.getValueType(), m.getRawValueBlock(), m.getRawOffset() + i)));
            }
            return JSON.createObjectNode().set("map", r);
        }
        if (o instanceof SqlRow row && type instanceof RowType t) {
            ArrayNode r = JSON.createArrayNode();
            for (int i = 0; i < t.getFields().size(); i++) {
                r.add(element(t.getFields().get(i).getType(), row.getRawFieldBlock(i), row.getRawIndex()));
            }
            return JSON.createObjectNode().set("row", r);
        }
        return JSON.getNodeFactory().textNode(String.valueOf(o));
    }

    static JsonNode element(Type type, Block block, int i) {
        if (block.isNull(i)) {
            return JSON.nullNode();
        }
        Class<?> j = type.getJavaType();
        if (j == boolean.class) {
            return JSON.getNodeFactory().booleanNode(type.getBoolean(block, i));
        }
        if (j == long.class) {
            return JSON.getNodeFactory().textNode(longText(type, type.getLong(block, i)));
        }
        if (j == double.class) {
            return JSON.getNodeFactory().textNode(Double.toString(type.getDouble(block, i)));
        }
        if (j == Slice.class) {
            return slice(type.getSlice(block, i));
        }
        return object(type, type.getObject(block, i));
    }

    static JsonNode error(Throwable e) {
        ObjectNode n = JSON.createObjectNode();
        n.put("error", e instanceof TrinoException t ? t.getErrorCode().getName() : e.getClass().getName());
        n.put("message", String.valueOf(e.getMessage()));
        return n;
    }

    static String text(JsonNode n, String key) {
        return n.hasNonNull(key) ? n.get(key).asText() : null;
    }
}
