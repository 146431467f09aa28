/** Queries, relations and row patterns (notation.ts). */
export const QUERY_GRAMMAR = `
root_query = (WITH function_specification (',' function_specification)*)? query
query = with? query_no_with
with = WITH RECURSIVE? named_query (',' named_query)*
named_query = identifier column_aliases? AS '(' query ')'
column_aliases = '(' identifier (',' identifier)* ')'
query_no_with =
  query_term order_by? (OFFSET row_count (ROW | ROWS)?)?
  (LIMIT limit_row_count | FETCH (FIRST | NEXT) row_count? (ROW | ROWS) (ONLY | WITH TIES))?
limit_row_count = ALL | row_count
row_count = <integer> | '?'
query_term =
  query_primary
  | query_term INTERSECT set_quantifier? corresponding? query_term
  | query_term (UNION | EXCEPT) set_quantifier? corresponding? query_term
corresponding = CORRESPONDING (BY column_aliases)?
query_primary = query_specification | TABLE qualified_name | VALUES expression (',' expression)* | '(' query_no_with ')'
order_by = ORDER BY sort_item (',' sort_item)*
sort_item = expression (ASC | DESC)? (NULLS (FIRST | LAST))?
set_quantifier = DISTINCT | ALL
query_specification =
  SELECT set_quantifier? select_item (',' select_item)* (FROM relation (',' relation)*)? (WHERE boolean_expression)?
  (GROUP BY group_by)? (HAVING boolean_expression)? (WINDOW window_definition (',' window_definition)*)?
select_item = expression (AS? identifier)? | primary_expression '.' '*' (AS column_aliases)? | '*'
group_by = set_quantifier? grouping_element (',' grouping_element)*
grouping_element =
  grouping_set | AUTO
  | ROLLUP '(' (grouping_set (',' grouping_set)*)? ')'
  | CUBE '(' (grouping_set (',' grouping_set)*)? ')'
  | GROUPING SETS '(' grouping_set (',' grouping_set)* ')'
grouping_set = '(' (expression (',' expression)*)? ')' | expression
window_definition = identifier AS '(' window_specification ')'
window_specification =
  identifier? (PARTITION BY expression (',' expression)*)? order_by? window_frame?

relation =
  relation (CROSS JOIN sampled_relation | join_type JOIN relation join_criteria | NATURAL join_type JOIN sampled_relation)
  | sampled_relation
join_type = INNER? | LEFT OUTER? | RIGHT OUTER? | FULL OUTER?
join_criteria = ON boolean_expression | USING '(' identifier (',' identifier)* ')'
sampled_relation = pattern_recognition (TABLESAMPLE sample_type '(' expression ')')?
sample_type = BERNOULLI | SYSTEM
pattern_recognition =
  aliased_relation (MATCH_RECOGNIZE '('
    (PARTITION BY expression (',' expression)*)? order_by?
    (MEASURES measure_definition (',' measure_definition)*)? rows_per_match? (AFTER MATCH skip_to)? (INITIAL | SEEK)?
    PATTERN '(' row_pattern ')' (SUBSET subset_definition (',' subset_definition)*)?
    DEFINE variable_definition (',' variable_definition)* ')' (AS? identifier column_aliases?)?)?
measure_definition = expression AS identifier
rows_per_match = ONE ROW PER MATCH | ALL ROWS PER MATCH empty_match_handling?
empty_match_handling = SHOW EMPTY MATCHES | OMIT EMPTY MATCHES | WITH UNMATCHED ROWS
skip_to =
  SKIP TO NEXT ROW | SKIP PAST LAST ROW | SKIP TO FIRST identifier | SKIP TO LAST identifier | SKIP TO identifier
subset_definition = identifier '=' '(' identifier (',' identifier)* ')'
variable_definition = identifier AS expression
aliased_relation = relation_primary (AS? identifier column_aliases?)?
relation_primary =
  qualified_name query_period?
  | '(' query ')'
  | UNNEST '(' expression (',' expression)* ')' (WITH ORDINALITY)?
  | LATERAL '(' query ')'
  | TABLE '(' table_function_call ')'
  | '(' relation ')'
  | JSON_TABLE '(' json_path_invocation COLUMNS '(' json_table_column (',' json_table_column)* ')'
    (PLAN '(' json_table_plan ')' | PLAN DEFAULT '(' json_table_default_plan ')')? ((ERROR | EMPTY) ON ERROR)? ')'
query_period = FOR (TIMESTAMP | VERSION) AS OF value_expression

table_function_call =
  qualified_name '(' (table_function_argument (',' table_function_argument)*)?
  (COPARTITION copartition_tables (',' copartition_tables)*)? ')'
table_function_argument = (identifier '=>')? (table_argument | descriptor_argument | expression)
table_argument =
  table_argument_relation (PARTITION BY ('(' (expression (',' expression)*)? ')' | expression))?
  (PRUNE WHEN EMPTY | KEEP WHEN EMPTY)? (ORDER BY ('(' sort_item (',' sort_item)* ')' | sort_item))?
table_argument_relation =
  TABLE '(' qualified_name ')' (AS? identifier column_aliases?)? | TABLE '(' query ')' (AS? identifier column_aliases?)?
descriptor_argument = DESCRIPTOR '(' descriptor_field (',' descriptor_field)* ')' | CAST '(' NULL AS DESCRIPTOR ')'
descriptor_field = identifier type?
copartition_tables = '(' qualified_name ',' qualified_name (',' qualified_name)* ')'

json_table_column =
  identifier FOR ORDINALITY
  | identifier type (PATH string)? (json_value_behavior ON EMPTY)? (json_value_behavior ON ERROR)?
  | identifier type FORMAT json_representation (PATH string)? (json_wrapper WRAPPER)?
    ((KEEP | OMIT) QUOTES (ON SCALAR STRING)?)? (json_query_behavior ON EMPTY)? (json_query_behavior ON ERROR)?
  | NESTED PATH? string (AS identifier)? COLUMNS '(' json_table_column (',' json_table_column)* ')'
json_table_plan = json_table_leaf | json_table_join | json_table_union | json_table_cross
json_table_leaf = identifier
json_table_join = identifier OUTER plan_primary | identifier INNER plan_primary
json_table_union = plan_primary UNION plan_primary (UNION plan_primary)*
json_table_cross = plan_primary CROSS plan_primary (CROSS plan_primary)*
plan_primary = identifier | '(' json_table_plan ')'
json_table_default_plan = (OUTER | INNER) (',' (UNION | CROSS))? | (UNION | CROSS) (',' (OUTER | INNER))?

row_pattern = pattern_primary pattern_quantifier? | row_pattern row_pattern | row_pattern '|' row_pattern
pattern_primary =
  identifier | '(' ')' | PERMUTE '(' row_pattern (',' row_pattern)* ')' | '(' row_pattern ')' | '^' | '$' | '{-' row_pattern '-}'
pattern_quantifier =
  '*' '?'? | '+' '?'? | '?' '?'? | '{' <integer> '}' '?'? | '{' <integer>? ',' <integer>? '}' '?'?
`;
