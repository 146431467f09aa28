/** Statements and routines (notation.ts). */
export const STATEMENT_GRAMMAR = `
single_statement = statement <EOF>
single_expression = expression <EOF>
single_type = type <EOF>
single_row_pattern = row_pattern <EOF>
statement =
  root_query
  | WITH SESSION session_property (',' session_property)* root_query
  | USE identifier
  | USE identifier '.' identifier
  | CREATE CATALOG (IF NOT EXISTS)? identifier USING identifier (COMMENT string)? (AUTHORIZATION principal)? (WITH properties)?
  | DROP CATALOG (IF EXISTS)? identifier (CASCADE | RESTRICT)?
  | CREATE SCHEMA (IF NOT EXISTS)? qualified_name (AUTHORIZATION principal)? (WITH properties)?
  | DROP SCHEMA (IF EXISTS)? qualified_name (CASCADE | RESTRICT)?
  | ALTER SCHEMA qualified_name RENAME TO identifier
  | CREATE (OR REPLACE)? TABLE (IF NOT EXISTS)? qualified_name column_aliases? (COMMENT string)? (WITH properties)?
    AS (root_query | '(' root_query ')') (WITH NO? DATA)?
  | CREATE (OR REPLACE)? TABLE (IF NOT EXISTS)? qualified_name '(' table_element (',' table_element)* ')'
    (COMMENT string)? (WITH properties)?
  | DROP TABLE (IF EXISTS)? qualified_name
  | INSERT INTO qualified_name column_aliases? root_query
  | DELETE FROM qualified_name (WHERE boolean_expression)?
  | TRUNCATE TABLE qualified_name
  | COMMENT ON TABLE qualified_name IS (string | NULL)
  | COMMENT ON VIEW qualified_name IS (string | NULL)
  | COMMENT ON COLUMN qualified_name IS (string | NULL)
  | ALTER TABLE (IF EXISTS)? qualified_name RENAME TO qualified_name
  | ALTER TABLE (IF EXISTS)? qualified_name ADD COLUMN (IF NOT EXISTS)? column_definition (FIRST | LAST | AFTER identifier)?
  | ALTER TABLE (IF EXISTS)? qualified_name RENAME COLUMN (IF EXISTS)? qualified_name TO identifier
  | ALTER TABLE (IF EXISTS)? qualified_name DROP COLUMN (IF EXISTS)? qualified_name
  | ALTER TABLE (IF EXISTS)? qualified_name ALTER COLUMN qualified_name SET DATA TYPE type
  | ALTER TABLE (IF EXISTS)? qualified_name ALTER COLUMN identifier DROP NOT NULL
  | ALTER TABLE qualified_name SET PROPERTIES property_assignments
  | ALTER TABLE qualified_name EXECUTE identifier ('(' (call_argument (',' call_argument)*)? ')')? (WHERE boolean_expression)?
  | ALTER owned_entity qualified_name SET AUTHORIZATION principal
  | ANALYZE qualified_name (WITH properties)?
  | CREATE (OR REPLACE)? MATERIALIZED VIEW (IF NOT EXISTS)? qualified_name (GRACE PERIOD interval)? (COMMENT string)?
    (WITH properties)? AS root_query
  | CREATE (OR REPLACE)? VIEW qualified_name (COMMENT string)? (SECURITY (DEFINER | INVOKER))? (WITH properties)? AS root_query
  | REFRESH MATERIALIZED VIEW qualified_name
  | DROP MATERIALIZED VIEW (IF EXISTS)? qualified_name
  | ALTER MATERIALIZED VIEW (IF EXISTS)? qualified_name RENAME TO qualified_name
  | ALTER MATERIALIZED VIEW qualified_name SET PROPERTIES property_assignments
  | DROP VIEW (IF EXISTS)? qualified_name
  | ALTER VIEW qualified_name RENAME TO qualified_name
  | CALL qualified_name '(' (call_argument (',' call_argument)*)? ')'
  | CREATE (OR REPLACE)? function_specification
  | DROP FUNCTION (IF EXISTS)? function_declaration
  | CREATE ROLE identifier (WITH ADMIN grantor)? (IN identifier)?
  | DROP ROLE (IF EXISTS)? identifier (IN identifier)?
  | GRANT privilege_or_role (',' privilege_or_role)* TO principal (',' principal)* (WITH ADMIN OPTION)? (GRANTED BY grantor)? (IN identifier)?
  | GRANT (ALL PRIVILEGES | privilege_or_role (',' privilege_or_role)*) ON grant_object TO principal (WITH GRANT OPTION)?
  | REVOKE (ADMIN OPTION FOR)? privilege_or_role (',' privilege_or_role)* FROM principal (',' principal)* (GRANTED BY grantor)? (IN identifier)?
  | REVOKE (GRANT OPTION FOR)? (ALL PRIVILEGES | privilege_or_role (',' privilege_or_role)*) ON grant_object FROM principal
  | DENY (ALL PRIVILEGES | privilege_or_role (',' privilege_or_role)*) ON grant_object TO principal
  | SHOW GRANTS (ON grant_object)?
  | EXPLAIN ('(' explain_option (',' explain_option)* ')')? statement
  | EXPLAIN ANALYZE VERBOSE? statement
  | SHOW CREATE TABLE qualified_name
  | SHOW CREATE SCHEMA qualified_name
  | SHOW CREATE VIEW qualified_name
  | SHOW CREATE MATERIALIZED VIEW qualified_name
  | SHOW CREATE FUNCTION qualified_name
  | SHOW TABLES ((FROM | IN) qualified_name)? (LIKE string (ESCAPE string)?)?
  | SHOW SCHEMAS ((FROM | IN) identifier)? (LIKE string (ESCAPE string)?)?
  | SHOW CATALOGS (LIKE string (ESCAPE string)?)?
  | SHOW COLUMNS (FROM | IN) qualified_name (LIKE string (ESCAPE string)?)?
  | SHOW STATS FOR qualified_name
  | SHOW STATS FOR '(' root_query ')'
  | SHOW CURRENT? ROLES ((FROM | IN) identifier)?
  | SHOW ROLE GRANTS ((FROM | IN) identifier)?
  | DESCRIBE qualified_name
  | DESC qualified_name
  | SHOW FUNCTIONS ((FROM | IN) qualified_name)? (LIKE string (ESCAPE string)?)?
  | SHOW SESSION (LIKE string (ESCAPE string)?)?
  | SET SESSION AUTHORIZATION authorization_user
  | RESET SESSION AUTHORIZATION
  | SET SESSION qualified_name '=' expression
  | RESET SESSION qualified_name
  | START TRANSACTION (transaction_mode (',' transaction_mode)*)?
  | COMMIT WORK?
  | ROLLBACK WORK?
  | PREPARE identifier FROM statement
  | DEALLOCATE PREPARE identifier
  | EXECUTE identifier (USING expression (',' expression)*)?
  | EXECUTE IMMEDIATE string (USING expression (',' expression)*)?
  | DESCRIBE INPUT identifier
  | DESCRIBE OUTPUT identifier
  | SET PATH path_specification
  | SET TIME ZONE (LOCAL | expression)
  | SET ROLE (ALL | NONE | identifier) (IN identifier)?
  | UPDATE qualified_name SET update_assignment (',' update_assignment)* (WHERE boolean_expression)?
  | MERGE INTO qualified_name (AS? identifier)? USING relation ON expression merge_case+
session_property = qualified_name '=' expression
owned_entity = TABLE | SCHEMA | VIEW | identifier
table_element = column_definition | LIKE qualified_name ((INCLUDING | EXCLUDING) PROPERTIES)?
column_definition = qualified_name type (NOT NULL)? (COMMENT string)? (WITH properties)?
properties = '(' property_assignments ')'
property_assignments = property (',' property)*
property = identifier '=' property_value
property_value = DEFAULT | expression
authorization_user = identifier | string
call_argument = expression | identifier '=>' expression
privilege_or_role = CREATE | SELECT | DELETE | INSERT | UPDATE | identifier
grant_object = entity_kind? qualified_name
entity_kind = TABLE | SCHEMA | identifier
principal = identifier | USER identifier | ROLE identifier
grantor = principal | CURRENT_USER | CURRENT_ROLE
explain_option = FORMAT (TEXT | GRAPHVIZ | JSON) | TYPE (LOGICAL | DISTRIBUTED | VALIDATE | IO)
transaction_mode = ISOLATION LEVEL isolation_level | READ (ONLY | WRITE)
isolation_level = READ UNCOMMITTED | READ COMMITTED | REPEATABLE READ | SERIALIZABLE
path_specification = path_element (',' path_element)*
path_element = identifier '.' identifier | identifier
update_assignment = identifier '=' expression
merge_case =
  WHEN MATCHED (AND expression)? THEN UPDATE SET identifier '=' expression (',' identifier '=' expression)*
  | WHEN MATCHED (AND expression)? THEN DELETE
  | WHEN NOT MATCHED (AND expression)? THEN INSERT ('(' identifier (',' identifier)* ')')? VALUES '(' expression (',' expression)* ')'

function_specification = FUNCTION function_declaration returns_clause routine_characteristic* (control_statement | AS <dollar string>)
function_declaration = qualified_name '(' (parameter_declaration (',' parameter_declaration)*)? ')'
parameter_declaration = identifier? type
returns_clause = RETURNS type
routine_characteristic =
  LANGUAGE identifier | NOT? DETERMINISTIC | RETURNS NULL ON NULL INPUT | CALLED ON NULL INPUT
  | SECURITY (DEFINER | INVOKER) | COMMENT string | WITH properties
control_statement =
  RETURN value_expression
  | SET identifier '=' expression
  | CASE expression case_when+ else_clause? END CASE
  | CASE case_when+ else_clause? END CASE
  | IF expression THEN statement_list else_if* else_clause? END IF
  | ITERATE identifier
  | LEAVE identifier
  | BEGIN (variable_declaration ';')* statement_list? END
  | (identifier ':')? LOOP statement_list END LOOP
  | (identifier ':')? WHILE expression DO statement_list END WHILE
  | (identifier ':')? REPEAT statement_list UNTIL expression END REPEAT
case_when = WHEN expression THEN statement_list
else_if = ELSEIF expression THEN statement_list
else_clause = ELSE statement_list
variable_declaration = DECLARE identifier (',' identifier)* type (DEFAULT value_expression)?
statement_list = (control_statement ';')+
`;
