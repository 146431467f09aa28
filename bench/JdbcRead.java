import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/** Reads every value of a query through the JDBC driver: JdbcRead jdbc:trino://… SQL */
public class JdbcRead {
  public static void main(String[] arguments) throws Exception {
    long rows = 0;
    try (Connection connection = DriverManager.getConnection(arguments[0], "bench", null);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(arguments[1])) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        for (int i = 1; i <= columns; i++) result.getObject(i);
        rows++;
      }
    }
    System.err.println("rows " + rows);
  }
}
