// Writes message sets of every format with Kafka's own classes, one JSON per line, with what Kafka itself reads of them:
// {name, bytes: base64, records: [[offset, timestamp, key, value]], aborted: [[producerId, firstOffset]], next}
//   java -cp "$HOME/.cache/lepton/kafka-4.1.0/*" test/catalog/kafka/oracle/RecordSets.java > test/catalog/kafka/fixtures/recordSets.jsonl
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.*;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.utils.BufferSupplier;

public class RecordSets {
    static final long BASE = 100;

    public static void main(String[] args) {
        for (byte magic : new byte[] {0, 1, 2}) {
            for (CompressionType type : CompressionType.values()) {
                if (type == CompressionType.ZSTD && magic < 2) {
                    continue;
                }
                for (TimestampType time : magic == 0 ? new TimestampType[] {TimestampType.NO_TIMESTAMP_TYPE} : new TimestampType[] {TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME}) {
                    MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(4096), magic, Compression.of(type).build(), time, BASE, 9_999);
                    fill(builder, magic);
                    print("magic " + magic + ", " + type.name + ", " + time.name, List.of(builder.build()), "[]");
                }
            }
        }
        transactions();
        compacted();
    }

    static void fill(MemoryRecordsBuilder builder, byte magic) {
        builder.append(magic == 0 ? RecordBatch.NO_TIMESTAMP : 1_000, bytes("k"), bytes("one"));
        builder.append(magic == 0 ? RecordBatch.NO_TIMESTAMP : 3_000, null, bytes("two äöü"));
        builder.append(magic == 0 ? RecordBatch.NO_TIMESTAMP : 2_000, bytes("gone"), (byte[]) null);
        builder.append(magic == 0 ? RecordBatch.NO_TIMESTAMP : 2_500, bytes(""), bytes("x".repeat(300)));
        if (magic == 2) {
            builder.append(2_600, bytes("h"), bytes("headers"), new Header[] {new RecordHeader("a", bytes("1")), new RecordHeader("a", null)});
        }
    }

    /** Producer 7 aborts, producer 8 commits between its messages, then 7 commits; the markers are control batches. */
    static void transactions() {
        List<MemoryRecords> log = List.of(
                transactional(BASE, 7, "lost"),
                transactional(BASE + 1, 8, "kept"),
                transactional(BASE + 2, 7, "lost too"),
                marker(BASE + 3, 7, ControlRecordType.ABORT),
                marker(BASE + 4, 8, ControlRecordType.COMMIT),
                transactional(BASE + 5, 7, "kept as well"),
                marker(BASE + 6, 7, ControlRecordType.COMMIT));
        print("transactions", log, "[[7, " + BASE + "]]");
    }

    static MemoryRecords transactional(long offset, long producer, String value) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(512), RecordBatch.MAGIC_VALUE_V2, Compression.NONE, TimestampType.CREATE_TIME, offset, 0, producer, (short) 0, 0, true, 0);
        builder.append(1_000, null, bytes(value));
        return builder.build();
    }

    static MemoryRecords marker(long offset, long producer, ControlRecordType type) {
        return MemoryRecords.withEndTransactionMarker(offset, 1_000, 0, producer, (short) 0, new EndTransactionMarker(type, 0));
    }

    /** What the log cleaner leaves: a batch without its middle and its end, and one without any record. */
    static void compacted() {
        List<MemoryRecords> log = new ArrayList<>();
        for (Compression compression : List.of(Compression.NONE, Compression.gzip().build())) {
            MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(4096), RecordBatch.MAGIC_VALUE_V2, compression, TimestampType.CREATE_TIME, BASE + log.size() * 20L, 0, 5, (short) 0, 0, false, 0);
            for (int i = 0; i < 10; i++) {
                builder.append(1_000 + i, bytes("k" + i), bytes("v" + i));
            }
            log.add(cleaned(builder.build(), record -> record.offset() % 10 == 0 || record.offset() % 10 == 4));
            MemoryRecordsBuilder emptied = MemoryRecords.builder(ByteBuffer.allocate(4096), RecordBatch.MAGIC_VALUE_V2, compression, TimestampType.CREATE_TIME, BASE + log.size() * 20L - 10, 0, 5, (short) 0, 10, false, 0);
            emptied.append(5_000, bytes("e"), bytes("gone"));
            emptied.append(5_000, bytes("e"), bytes("gone too"));
            log.add(cleaned(emptied.build(), record -> false));
        }
        print("compacted", log, "[]");
    }

    static MemoryRecords cleaned(MemoryRecords records, java.util.function.Predicate<Record> kept) {
        ByteBuffer out = ByteBuffer.allocate(4096);
        records.filterTo(new MemoryRecords.RecordFilter(0, 0) {
            @Override
            protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
                return new BatchRetentionResult(BatchRetention.RETAIN_EMPTY, false);
            }

            @Override
            protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
                return kept.test(record);
            }
        }, out, BufferSupplier.NO_CACHING);
        out.flip();
        return MemoryRecords.readableRecords(out);
    }

    static void print(String name, List<MemoryRecords> log, String aborted) {
        int size = log.stream().mapToInt(MemoryRecords::sizeInBytes).sum();
        ByteBuffer all = ByteBuffer.allocate(size);
        log.forEach(records -> all.put(records.buffer().duplicate()));
        all.flip();
        List<String> read = new ArrayList<>();
        long next = 0;
        for (RecordBatch batch : MemoryRecords.readableRecords(all.duplicate()).batches()) {
            next = batch.nextOffset();
            for (Record record : batch.isControlBatch() ? List.<Record>of() : batch) {
                read.add("[" + record.offset() + ", " + record.timestamp() + ", " + text(record.key()) + ", " + text(record.value()) + "]");
            }
        }
        System.out.println("{\"name\": \"" + name + "\", \"records\": " + read + ", \"aborted\": " + aborted + ", \"next\": " + next + ", \"bytes\": \"" + Base64.getEncoder().encodeToString(all.array()) + "\"}");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(ByteBuffer value) {
        return value == null ? "null" : "\"" + StandardCharsets.UTF_8.decode(value.duplicate()) + "\"";
    }
}
