import { NON_RESERVED_KEYWORDS } from '../tokens.ts';

/** Expressions, types and names (notation.ts). */
export const EXPRESSION_GRAMMAR = `
expression = boolean_expression
boolean_expression =
  value_expression predicate? | NOT boolean_expression
  | boolean_expression AND boolean_expression | boolean_expression OR boolean_expression
predicate =
  comparison_operator value_expression
  | comparison_operator comparison_quantifier '(' query ')'
  | NOT? BETWEEN value_expression AND value_expression
  | NOT? IN '(' expression (',' expression)* ')'
  | NOT? IN '(' query ')'
  | NOT? LIKE value_expression (ESCAPE value_expression)?
  | IS NOT? NULL
  | IS NOT? DISTINCT FROM value_expression
comparison_operator = '=' | '<>' | '<' | '<=' | '>' | '>='
comparison_quantifier = ALL | SOME | ANY
value_expression =
  primary_expression
  | value_expression AT time_zone_specifier
  | ('-' | '+') value_expression
  | value_expression ('*' | '/' | '%') value_expression
  | value_expression ('+' | '-') value_expression
  | value_expression '||' value_expression
time_zone_specifier = TIME ZONE interval | TIME ZONE string
primary_expression =
  NULL
  | interval
  | identifier string
  | DOUBLE PRECISION string
  | number
  | boolean_value
  | string
  | <binary>
  | '?'
  | POSITION '(' value_expression IN value_expression ')'
  | '(' expression (',' expression)+ ')'
  | ROW '(' expression (',' expression)* ')'
  | LISTAGG '(' set_quantifier? expression (',' string)? (ON OVERFLOW list_agg_overflow)? ')'
    (WITHIN GROUP '(' order_by ')') filter? over?
  | processing_mode? qualified_name '(' (identifier '.')? '*' ')' filter? over?
  | processing_mode? qualified_name '(' (set_quantifier? expression (',' expression)*)?
    order_by? ')' filter? (null_treatment? over)?
  | identifier over
  | identifier '->' expression
  | '(' (identifier (',' identifier)*)? ')' '->' expression
  | '(' query ')'
  | EXISTS '(' query ')'
  | CASE expression when_clause+ (ELSE expression)? END
  | CASE when_clause+ (ELSE expression)? END
  | CAST '(' expression AS type ')'
  | TRY_CAST '(' expression AS type ')'
  | ARRAY? '[' (expression (',' expression)*)? ']'
  | primary_expression '[' value_expression ']'
  | identifier
  | primary_expression '.' identifier
  | CURRENT_DATE
  | CURRENT_TIME ('(' <integer> ')')?
  | CURRENT_TIMESTAMP ('(' <integer> ')')?
  | LOCALTIME ('(' <integer> ')')?
  | LOCALTIMESTAMP ('(' <integer> ')')?
  | CURRENT_USER
  | CURRENT_CATALOG
  | CURRENT_SCHEMA
  | CURRENT_PATH
  | TRIM '(' (trim_specification? value_expression? FROM)? value_expression ')'
  | TRIM '(' value_expression ',' value_expression ')'
  | SUBSTRING '(' value_expression FROM value_expression (FOR value_expression)? ')'
  | NORMALIZE '(' value_expression (',' normal_form)? ')'
  | EXTRACT '(' identifier FROM value_expression ')'
  | '(' expression ')'
  | GROUPING '(' (qualified_name (',' qualified_name)*)? ')'
  | JSON_EXISTS '(' json_path_invocation (json_exists_behavior ON ERROR)? ')'
  | JSON_VALUE '(' json_path_invocation (RETURNING type)? (json_value_behavior ON EMPTY)? (json_value_behavior ON ERROR)? ')'
  | JSON_QUERY '(' json_path_invocation (RETURNING type (FORMAT json_representation)?)? (json_wrapper WRAPPER)?
    ((KEEP | OMIT) QUOTES (ON SCALAR STRING)?)? (json_query_behavior ON EMPTY)? (json_query_behavior ON ERROR)? ')'
  | JSON_OBJECT '(' (json_object_member (',' json_object_member)* (NULL ON NULL | ABSENT ON NULL)?
    (WITH UNIQUE KEYS? | WITHOUT UNIQUE KEYS?)?)? (RETURNING type (FORMAT json_representation)?)? ')'
  | JSON_ARRAY '(' (json_value_expression (',' json_value_expression)* (NULL ON NULL | ABSENT ON NULL)?)?
    (RETURNING type (FORMAT json_representation)?)? ')'
list_agg_overflow = ERROR | TRUNCATE string? list_agg_count
list_agg_count = WITH COUNT | WITHOUT COUNT
processing_mode = RUNNING | FINAL
null_treatment = IGNORE NULLS | RESPECT NULLS
trim_specification = LEADING | TRAILING | BOTH
normal_form = NFD | NFC | NFKD | NFKC
when_clause = WHEN expression THEN expression
filter = FILTER '(' WHERE boolean_expression ')'
over = OVER (identifier | '(' window_specification ')')
window_frame =
  (MEASURES measure_definition (',' measure_definition)*)? frame_extent (AFTER MATCH skip_to)? (INITIAL | SEEK)?
  (PATTERN '(' row_pattern ')')? (SUBSET subset_definition (',' subset_definition)*)?
  (DEFINE variable_definition (',' variable_definition)*)?
frame_extent =
  RANGE frame_bound | ROWS frame_bound | GROUPS frame_bound
  | RANGE BETWEEN frame_bound AND frame_bound | ROWS BETWEEN frame_bound AND frame_bound | GROUPS BETWEEN frame_bound AND frame_bound
frame_bound = UNBOUNDED PRECEDING | UNBOUNDED FOLLOWING | CURRENT ROW | expression (PRECEDING | FOLLOWING)

json_path_invocation =
  json_value_expression ',' string (AS identifier)? (PASSING json_argument (',' json_argument)*)?
json_value_expression = expression (FORMAT json_representation)?
json_representation = JSON (ENCODING (UTF8 | UTF16 | UTF32))?
json_argument = json_value_expression AS identifier
json_exists_behavior = TRUE | FALSE | UNKNOWN | ERROR
json_value_behavior = ERROR | NULL | DEFAULT expression
json_wrapper = WITHOUT ARRAY? | WITH (CONDITIONAL | UNCONDITIONAL)? ARRAY?
json_query_behavior = ERROR | NULL | EMPTY ARRAY | EMPTY OBJECT
json_object_member = KEY? expression VALUE json_value_expression | expression ':' json_value_expression

string = <string> | <unicode string> (UESCAPE <string>)?
boolean_value = TRUE | FALSE
interval = INTERVAL ('+' | '-')? string interval_field (TO interval_field)?
interval_field = YEAR | MONTH | DAY | HOUR | MINUTE | SECOND
number = '-'? <decimal> | '-'? <double> | '-'? <integer>
type =
  ROW '(' row_field (',' row_field)* ')'
  | INTERVAL interval_field (TO interval_field)?
  | TIMESTAMP ('(' type_parameter ')')? (WITHOUT TIME ZONE)?
  | TIMESTAMP ('(' type_parameter ')')? WITH TIME ZONE
  | TIME ('(' type_parameter ')')? (WITHOUT TIME ZONE)?
  | TIME ('(' type_parameter ')')? WITH TIME ZONE
  | DOUBLE PRECISION
  | ARRAY '<' type '>'
  | MAP '<' type ',' type '>'
  | type ARRAY ('[' <integer> ']')?
  | identifier ('(' type_parameter (',' type_parameter)* ')')?
row_field = type | identifier type
type_parameter = <integer> | type
qualified_name = identifier ('.' identifier)*
identifier = <name> | <quoted name> | non_reserved | <backquoted name> | <digit name>
non_reserved = ${NON_RESERVED_KEYWORDS.join(' | ')}
`;
