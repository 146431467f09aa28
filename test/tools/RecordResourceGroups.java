import io.trino.plugin.resourcegroups.*;
import io.trino.spi.memory.ClusterMemoryPoolManager;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.*;

/**
 * What a real Trino says of resource group files, one JSON text a line, as lines `text TAB message` (OK: taken):
 * java -cp "trino-server/plugin/resource-group-managers/*:trino-server/lib/*" test/tools/RecordResourceGroups.java IN > OUT
 */
public class RecordResourceGroups {
    public static void main(String[] args) throws Exception {
        var constructor = FileResourceGroupConfigurationManager.class.getDeclaredConstructor(ClusterMemoryPoolManager.class, FileResourceGroupConfig.class);
        constructor.setAccessible(true);
        ClusterMemoryPoolManager memory = listener -> {};
        Path file = Files.createTempFile("groups", ".json");
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String text = line.split("\t")[0];
            Files.writeString(file, text);
            String message = "OK";
            try {
                constructor.newInstance(memory, new FileResourceGroupConfig().setConfigFile(file.toString()));
            } catch (InvocationTargetException refused) {
                message = refused.getCause().getMessage().lines().findFirst().orElse("");
            }
            System.out.println(text + "\t" + message);
        }
        Files.delete(file);
    }
}
