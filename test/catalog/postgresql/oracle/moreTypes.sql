{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (inet_) VALUES ('10.0.0.1')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (ci) VALUES ('x')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (pos) VALUES (5)
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (st) VALUES ('x')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (i4r) VALUES ('[1,2)')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (x) VALUES ('<a/>')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (n) VALUES (1.2345)
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (n40_5) VALUES (1.5)
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (iv) VALUES ('1 day')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (pt) VALUES ('(1,2)')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (bit1) VALUES (true)
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (bit5) VALUES (true)
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (ttz) VALUES (time '10:00:00+01:00')
SELECT * FROM TABLE(system.query(query => 'SELECT ttz::text t FROM answers.alltypes WHERE ttz IS NOT NULL ORDER BY 1'))
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (cint) VALUES ('q')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (bpc) VALUES ('q')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}INSERT INTO alltypes (vb) VALUES ('1')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE ci = 'CiText'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE inet_ = '10.0.0.1/8'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE pos = 5
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE st LIKE 'sh%'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE i4r IS NOT NULL
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE n > 12345
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE n40_5 BETWEEN 12345 AND 12346
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE m IS NOT NULL
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE mood_ IN ('happy', 'sad')
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE h IS NULL
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE c3 = 'ab'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE bpc = 'bpc'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE cint = 'q'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE t0 = time '12:34:56'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE oid_ = 42
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE tz3 > timestamp '2020-01-01 00:00:00 UTC'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE ba = X'00ff10'
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes WHERE u = uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'
INSERT INTO ft VALUES (1)
SELECT count(*) FROM ft
DESCRIBE ft
INSERT INTO typed VALUES (1)
SELECT * FROM typed
INSERT INTO inh_parent VALUES (9)
SELECT a FROM inh_parent ORDER BY a
INSERT INTO unlogged VALUES (3)
SELECT * FROM unlogged
DESCRIBE mv
SELECT count(*) FROM mv
INSERT INTO "MixedCase" VALUES (2)
SELECT * FROM TABLE(system.query(query => 'SELECT 1 a, ''x''::text b, 1.50::numeric(5,2) c'))
SELECT * FROM TABLE(postgresql.system.query('SELECT k, v FROM answers.parted ORDER BY k LIMIT 3'))
SELECT k FROM TABLE(system.query(query => 'SELECT k, v FROM answers.parted')) WHERE k BETWEEN 2 AND 4 ORDER BY k
SELECT count(*), max(k) FROM TABLE(system.query(query => 'SELECT k, v FROM answers.parted'))
SELECT * FROM TABLE(system.query(query => 'SELECT k, k FROM answers.parted'))
SELECT * FROM TABLE(system.query(query => 'bogus'))
SELECT * FROM TABLE(system.query(query => 'SELECT * FROM answers.nosuch'))
SELECT * FROM TABLE(system.query(query => 'INSERT INTO answers.w VALUES (99, ''z'')'))
SELECT * FROM TABLE(system.query(query => 'SELECT point(1,2) p'))
SELECT * FROM TABLE(system.query(query => 'SELECT 1 AS "A", 2 AS "b c"'))
SELECT * FROM TABLE(system.query())
SELECT * FROM TABLE(system.query(query => NULL))
SELECT * FROM TABLE(system.query(query => 'SELECT 1 a;'))
SELECT * FROM TABLE(system.query(query => 'WITH t AS (SELECT 1 a) SELECT * FROM t'))
SELECT p.user_id FROM people p JOIN TABLE(system.query(query => 'SELECT k::bigint kk FROM answers.parted')) q ON p.user_id = q.kk ORDER BY 1 LIMIT 3
SELECT * FROM TABLE(nosuch.system.query(query => 'SELECT 1'))
CALL system.execute('CREATE TABLE answers.made_by_call (a int)')
INSERT INTO made_by_call VALUES (1), (2)
CALL system.execute(query => 'UPDATE answers.made_by_call SET a = a + 10')
SELECT * FROM made_by_call ORDER BY a
CALL system.execute('DROP TABLE answers.made_by_call')
CALL postgresql.system.execute('SELECT 1/0')
CALL system.execute()
CALL system.execute('INSERT INTO answers.w VALUES (98, ''toolong'')')
CREATE TABLE julian (id integer, a timestamp(3) with time zone, b timestamp(6) with time zone)
INSERT INTO julian VALUES (1, TIMESTAMP '1500-01-01 00:00:00.000 UTC', TIMESTAMP '1500-01-01 00:00:00.000000 UTC'), (2, TIMESTAMP '1582-10-14 23:59:59.999 UTC', TIMESTAMP '1582-10-14 23:59:59.999999 UTC'), (3, TIMESTAMP '1582-10-15 00:00:00.000 UTC', TIMESTAMP '1582-10-15 00:00:00.000000 UTC'), (4, TIMESTAMP '-0043-03-15 01:00:00.123 UTC', TIMESTAMP '-0043-03-15 01:00:00.123456 UTC')
SELECT * FROM TABLE(system.query(query => 'SELECT id, a::text x, b::text y FROM answers.julian ORDER BY id'))
SELECT id, a, b FROM julian ORDER BY id
INSERT INTO julian (id, a) VALUES (5, TIMESTAMP '1500-03-10 12:00:00.000 UTC')
SELECT id FROM julian WHERE a >= TIMESTAMP '1500-01-01 00:00:00 UTC' ORDER BY id
SELECT id FROM julian WHERE a = TIMESTAMP '1500-01-01 00:00:00 UTC'
SELECT id FROM julian WHERE a < TIMESTAMP '0001-01-01 00:00:00 UTC'
SELECT min(a), max(a), min(b) FROM julian
DROP TABLE julian
