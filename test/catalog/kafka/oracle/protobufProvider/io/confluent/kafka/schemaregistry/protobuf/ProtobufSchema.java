package io.confluent.kafka.schemaregistry.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.rest.entities.Metadata;
import io.confluent.kafka.schemaregistry.client.rest.entities.RuleSet;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaEntity;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In place of Confluent's class, which Trino does not bring along: the text is not parsed, its descriptor lies in the folder that the system property
 * lepton.descriptors names, in a file named by the text's SHA-256 (a FileDescriptorSet whose last file is this one).
 */
public class ProtobufSchema implements ParsedSchema {
    private final String text;
    private final List<SchemaReference> references;

    public ProtobufSchema(String text) {
        this(text, List.of());
    }

    public ProtobufSchema(String text, List<SchemaReference> references) {
        this.text = text;
        this.references = references;
    }

    public Descriptor toDescriptor() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            Path file = Path.of(System.getProperty("lepton.descriptors"), HexFormat.of().formatHex(digest));
            Map<String, FileDescriptor> files = new HashMap<>();
            for (com.google.protobuf.Message known : List.of(
                    com.google.protobuf.Timestamp.getDefaultInstance(),
                    com.google.protobuf.Any.getDefaultInstance(),
                    com.google.protobuf.Struct.getDefaultInstance(),
                    com.google.protobuf.Int64Value.getDefaultInstance(),
                    com.google.protobuf.Duration.getDefaultInstance())) {
                files.put(known.getDescriptorForType().getFile().getName(), known.getDescriptorForType().getFile());
            }
            FileDescriptor last = null;
            for (var proto : FileDescriptorSet.parseFrom(Files.readAllBytes(file)).getFileList()) {
                last = FileDescriptor.buildFrom(proto, proto.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new));
                files.put(proto.getName(), last);
            }
            return last.getMessageTypes().get(0);
        }
        catch (Exception e) {
            throw new IllegalArgumentException("Invalid schema", e);
        }
    }

    @Override
    public String schemaType() {
        return "PROTOBUF";
    }

    @Override
    public String name() {
        return toDescriptor().getFullName();
    }

    @Override
    public String canonicalString() {
        return text;
    }

    @Override
    public Integer version() {
        return null;
    }

    @Override
    public List<SchemaReference> references() {
        return references;
    }

    @Override
    public Metadata metadata() {
        return null;
    }

    @Override
    public RuleSet ruleSet() {
        return null;
    }

    @Override
    public ParsedSchema copy() {
        return this;
    }

    @Override
    public ParsedSchema copy(Integer version) {
        return this;
    }

    @Override
    public ParsedSchema copy(Metadata metadata, RuleSet ruleSet) {
        return this;
    }

    @Override
    public ParsedSchema copy(Map<SchemaEntity, Set<String>> tagsToAdd, Map<SchemaEntity, Set<String>> tagsToRemove) {
        return this;
    }

    @Override
    public List<String> isBackwardCompatible(ParsedSchema previous) {
        return List.of();
    }

    @Override
    public Object rawSchema() {
        return text;
    }
}
