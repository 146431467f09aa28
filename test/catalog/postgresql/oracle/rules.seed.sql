-- What the statements of rules.slt are asked of.
SET TimeZone = 'UTC';
DROP SCHEMA IF EXISTS rules CASCADE;
CREATE SCHEMA rules;
SET search_path=rules,public;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE big (id int PRIMARY KEY, b boolean, i2 smallint, i4 int, i8 bigint, f4 real, f8 float8, n52 numeric(5,2), n38 numeric(38,0), nu numeric,
  c3 char(3), vc varchar(5), t text, tc text COLLATE "C", ti text COLLATE "und-x-icu", tn text COLLATE blind, en mood, ba bytea,
  d date, t6 time, ts3 timestamp(3), ts6 timestamp, tz3 timestamptz(3), tz6 timestamptz, u uuid, j json, jb jsonb, ai int[], at text[]);
INSERT INTO big VALUES
 (1, true, 1, 1, 1, 1.5, 1.5, 1.50, 1, 1.5, 'a', 'a', 'a', 'a', 'a', 'a', 'sad', '\x00', '2020-02-29', '01:30', '2020-02-29 01:30:00', '2020-02-29 01:30:00', '2020-02-29 01:30:00+00', '2020-02-29 01:30:00+00', '00000000-0000-0000-0000-000000000001', '{"a":"x"}', '{"a":"x"}', '{1,2}', '{a,b}'),
 (2, false, 2, 2, 2, 'NaN', 'NaN', -0.01, 2, 1.50001, 'ab', 'A', 'A', 'A', 'A', 'A', 'ok', '\xff', '2024-12-31', '12:34:56.789012', '2024-12-31 12:34:56.789', '2024-12-31 12:34:56.789012', '2024-12-31 12:34:56.789+00', '2024-12-31 12:34:56.789012+00', '80000000-0000-0000-0000-000000000002', '{"a":1}', '{"a":1}', '{1,NULL}', '{"a",NULL}'),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, true, -3, -3, -3, '-Infinity', '-Infinity', 999.99, -1, 0.0001, '', '', '', '', '', '', 'happy', '\x', '1969-12-31', '23:59:59.999999', '1969-12-31 23:59:59.999', '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999+00', '1969-12-31 23:59:59.999999+00', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '{"a":1.0}', '{"a":1.0}', '{}', '{}'),
 (5, false, 7, 7, 9223372036854775807, 'Infinity', 'Infinity', 0, 12345678901234567890, 2, 'a b', 'ä', 'ä', 'ä', 'ä', 'ä', 'ok', '\x00ff', '0044-03-15 BC', '00:00', '0044-03-15 12:00:00 BC', '0044-03-15 12:00:00.5 BC', '0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00.5+00 BC', '12151fd2-7586-11e9-8f9e-2a86e4085a59', 'null', 'null', '{NULL}', '{NULL}'),
 (6, true, 7, 7, 7, '-0.0', '-0.0', 1.50, 0, 3, 'A', 'Z', 'Z', 'Z', 'Z', 'Z', 'sad', '\x61', '1582-10-10', '12:00', '1582-10-10 12:00:00', '1582-10-10 12:00:00', '1582-10-10 12:00:00+00', '1582-10-10 12:00:00+00', '00000000-0000-0000-0000-000000000006', '[1,2]', '{"a":{"b":"x"}}', '{3}', '{A}'),
 (7, false, 0, 0, 0, 0, 0, 2.50, 3, 3.0, 'b', 'a%_\b', 'a%_\b', 'a%_\b', 'a%_\b', 'a%_\b', 'ok', '\x6162', '2024-01-31', '12:00:00.5', '2024-01-31 12:00:00.5', '2024-01-31 12:00:00.5', '2024-01-31 12:00:00.5+00', '2024-01-31 12:00:00.5+00', '00000000-0000-0000-0000-000000000007', '{"a":"10"}', '{"a":"10"}', '{1,2,3}', '{"a\"b"}'),
 (8, true, 100, 100, 100, 2.5, 2.5, 2.50, 3, 3.00, 'ß', '😀', '😀', '😀', '😀', '😀', 'happy', '\x62', '9999-12-31', '06:00', '9999-12-31 23:59:59.999', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999+00', '9999-12-31 23:59:59.999999+00', '00000000-0000-0000-0000-000000000008', '"x"', '"x"', '{2,2}', '{"😀"}');
CREATE TABLE small (id int PRIMARY KEY, big_id int, i4 int, t text, ti text COLLATE "und-x-icu", f8 float8, ts6 timestamp, tz3 timestamptz(3), code text UNIQUE);
INSERT INTO small VALUES (1, 1, 7, 'a', 'a', 1.5, '2020-02-29 01:30:00', '2020-02-29 01:30:00+00', 'p'), (2, 2, 1, 'A', 'ä', 'NaN', '1969-12-31 23:59:59.999999', '1582-10-10 12:00:00+00', 'q'),
  (3, 9, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, NULL, 7, 'zz', 'Z', 0, '0044-03-15 12:00:00.5 BC', '2024-12-31 12:34:56.789+00', 'a');
CREATE TABLE wide (id int PRIMARY KEY, big_id int, pad text);
INSERT INTO wide SELECT g, g % 8 + 1, repeat('x', 400) FROM generate_series(1, 25000) g;
CREATE TABLE wild (id int PRIMARY KEY, d date, ts6 timestamp, tz6 timestamptz);
INSERT INTO wild VALUES (1, '2020-02-29', 'infinity', '2020-02-29 12:00:00+00'), (2, '2024-12-31', '-infinity', '2024-12-31 00:00:00+00'), (3, '4713-01-01 BC', '4713-01-01 BC', '1500-02-28 00:00:00+00'),
  (4, '5874897-12-31', '294276-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00'), (5, NULL, NULL, NULL), (6, '2020-06-15', '2020-06-15 05:00:00', '2020-06-15 05:00:00+00');
ANALYZE big; ANALYZE small; ANALYZE wide; ANALYZE wild;
