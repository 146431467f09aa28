import io.airlift.slice.DynamicSliceOutput;
import io.airlift.stats.cardinality.HyperLogLog;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the sketches of a real Trino from which raw estimate on they answer one more, and prints a line for each: the answer, the raw estimate.
 *
 *     java -cp '/path/to/trino-server-476/lib/*' HyperLogLogEstimates.java INDEX_BITS [STEP] > DIRECTORY/pINDEX_BITS.txt
 */
public class HyperLogLogEstimates
{
    private static final int PLAIN = 14;
    private static final int FINEST = 60;
    private static final int FINE_BUCKETS = 50;

    private final int indexBits;
    private final int buckets;
    private final double alpha;
    private double lastRaw;

    private HyperLogLogEstimates(int indexBits)
    {
        this.indexBits = indexBits;
        this.buckets = 1 << indexBits;
        this.alpha = switch (indexBits) {
            case 4 -> 0.673;
            case 5 -> 0.697;
            case 6 -> 0.709;
            default -> 0.7213 / (1 + 1.079 / buckets);
        };
    }

    public static void main(String[] arguments)
    {
        PrintStream output = System.out;
        int indexBits = Integer.parseInt(arguments[0]);
        long step = arguments.length > 1 ? Long.parseLong(arguments[1]) : Math.max(1, (1 << indexBits) / 600);
        HyperLogLogEstimates estimates = new HyperLogLogEstimates(indexBits);
        double raw = 1.031 * estimates.buckets;
        long answer = estimates.answerAt(raw);
        long last = estimates.answerAt(5.3 * estimates.buckets) - 1;
        for (long wanted = answer + 1; wanted <= last; wanted += step) {
            raw = estimates.threshold(wanted, raw, Math.min(raw + (wanted - answer) * 1.3 + 2, 5.7 * estimates.buckets));
            answer = wanted;
            output.println(wanted + " " + raw);
        }
    }

    private double threshold(long wanted, double from, double to)
    {
        double low = from;
        double high = to;
        double lowRaw = from;
        double highRaw = to;
        while (high - low > 1e-13 * high) {
            double middle = (low + high) / 2;
            if (answerAt(middle) >= wanted) {
                high = middle;
                highRaw = lastRaw;
            }
            else {
                low = middle;
                lowRaw = lastRaw;
            }
            if (middle == low && middle == high) {
                break;
            }
        }
        return (lowRaw + highRaw) / 2;
    }

    /** The estimate of a sketch whose raw estimate is as near as may be; `lastRaw` is what it is. */
    private long answerAt(double raw)
    {
        byte[] values = valuesFor(alpha * buckets * buckets / raw);
        double sum = 0;
        for (byte value : values) {
            sum += 1.0 / (1L << value);
        }
        lastRaw = alpha * buckets * buckets / sum;
        return HyperLogLog.newInstance(serialized(values).slice()).cardinality();
    }

    /** Values of buckets whose powers of two sum up to `sum`, the last buckets down to its smallest bits. */
    private byte[] valuesFor(double sum)
    {
        byte[] values = new byte[buckets];
        int fine = buckets >= 128 ? FINE_BUCKETS : buckets;
        int zeros = 0;
        double rest = sum - (buckets - fine) * Math.pow(2, -PLAIN);
        for (int bucket = 0; bucket < buckets; bucket++) {
            boolean isFine = bucket >= buckets - fine;
            double already = isFine ? 0 : Math.pow(2, -PLAIN);
            int value = zeros >= (int) (0.4 * buckets) ? 1 : 0;
            while (value < (isFine ? FINEST : PLAIN) && Math.pow(2, -value) - already > rest) {
                value++;
            }
            values[bucket] = (byte) value;
            if (value == 0) {
                zeros++;
            }
            if (value < (isFine ? FINEST : PLAIN)) {
                rest -= Math.pow(2, -value) - already;
            }
        }
        return values;
    }

    private DynamicSliceOutput serialized(byte[] values)
    {
        int baseline = 127;
        for (byte value : values) {
            baseline = Math.min(baseline, value);
        }
        byte[] deltas = new byte[buckets / 2];
        List<int[]> overflows = new ArrayList<>();
        for (int bucket = 0; bucket < buckets; bucket++) {
            int above = values[bucket] - baseline;
            if (above > 15) {
                overflows.add(new int[] {bucket, above - 15});
            }
            deltas[bucket >> 1] |= (byte) (Math.min(above, 15) << (bucket % 2 == 0 ? 4 : 0));
        }
        DynamicSliceOutput output = new DynamicSliceOutput(64 + buckets);
        output.appendByte(3).appendByte(indexBits).appendByte(baseline).appendBytes(deltas).appendShort(overflows.size());
        overflows.forEach(overflow -> output.appendShort(overflow[0]));
        overflows.forEach(overflow -> output.appendByte(overflow[1]));
        return output;
    }
}
