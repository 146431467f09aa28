import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trino.sql.ExpressionFormatter;
import io.trino.sql.SqlFormatter;
import io.trino.sql.parser.ParsingException;
import io.trino.sql.parser.SqlParser;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Node;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Asks a real Trino's parser: JSON lines in, the same lines with its answers out. Started by recordParser.ts. */
public class RecordParser
{
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments)
            throws Exception
    {
        java.util.logging.LogManager.getLogManager().reset();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
        }
        output.flush();
    }

    private static ObjectNode answer(JsonNode question)
    {
        String sql = question.get("sql").asText();
        String kind = question.path("as").asText("statement");
        ObjectNode answer = JSON.createObjectNode();
        if (!kind.equals("statement")) {
            answer.put("as", kind);
        }
        answer.put("sql", sql);
        try {
            Node node = parse(kind, sql);
            format(node, answer);
            if (question.has("nodes")) {
                StringBuilder nodes = new StringBuilder();
                list(node, nodes);
                answer.put("nodes", nodes.toString().trim());
            }
        }
        catch (ParsingException exception) {
            answer.put("error", exception.getLineNumber() + ":" + exception.getColumnNumber() + ": " + exception.getErrorMessage());
        }
        catch (RuntimeException exception) {
            answer.put("failure", String.valueOf(exception.getMessage()));
        }
        return answer;
    }

    /** Not for USE and others that Trino's formatter does not know. */
    private static void format(Node node, ObjectNode answer)
    {
        try {
            answer.put("formatted", node instanceof Expression expression ? ExpressionFormatter.formatExpression(expression) : SqlFormatter.formatSql(node));
        }
        catch (RuntimeException ignored) {
            answer.remove("formatted");
        }
    }

    private static Node parse(String kind, String sql)
    {
        SqlParser parser = new SqlParser();
        return switch (kind) {
            case "expression" -> parser.createExpression(sql);
            case "type" -> parser.createType(sql);
            case "rowPattern" -> parser.createRowPattern(sql);
            default -> parser.createStatement(sql);
        };
    }

    private static void list(Node node, StringBuilder nodes)
    {
        node.getLocation().ifPresent(location ->
                nodes.append(node.getClass().getSimpleName()).append('@').append(location.getLineNumber()).append(':').append(location.getColumnNumber()).append(' '));
        node.getChildren().forEach(child -> list(child, nodes));
    }
}
