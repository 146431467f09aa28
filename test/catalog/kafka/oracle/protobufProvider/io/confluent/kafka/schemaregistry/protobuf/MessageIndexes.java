package io.confluent.kafka.schemaregistry.protobuf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.ByteUtils;

/** Which message of a file a value is: the place of a message, of one within it, and so on; none means the first. */
public record MessageIndexes(List<Integer> indexes) {
    public static MessageIndexes readFrom(ByteBuffer buffer) {
        int size = ByteUtils.readVarint(buffer);
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            indexes.add(ByteUtils.readVarint(buffer));
        }
        return new MessageIndexes(size == 0 ? List.of(0) : indexes);
    }
}
