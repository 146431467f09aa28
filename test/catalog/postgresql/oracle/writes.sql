insert into idgen (a,nn,pk) values (1,2,3)
select * from idgen
insert into idgen (id,a,nn,pk) values (7,1,2,4)
insert into idgen (a,nn,pk,g) values (1,2,5,9)
insert into idgen (a,nn,pk) values (1,2,3)
insert into idgen (a,pk) values (1,9)
insert into idgen (a,nn,pk) values (1,null,9)
insert into ck values (0,1)
insert into ck values (1,1),(2,1)
insert into ck values (1,1),(2,2),(null,null)
select * from ck
insert into mv values (1,'x')
insert into parted values (5,'x')
insert into parted values (25,'x')
delete from parted where k = 5
delete from parted where length(v) = 2
select * from parted
update parted set v = v || '!' where k % 2 = 0
select * from parted
update w set v='x' where a=1
insert into w values (1,'a'),(2,'b'),(3,'c')
update w set v='y' where a=1
update w set v=v||'x' where a<3
update w set a=a+10
select * from w
delete from w where a=12
merge into w t using (values (11,'q'),(50,'n')) s(a,v) on t.a=s.a when matched then update set v=s.v when not matched then insert values (s.a,s.v)
merge into w t using (values (11,'q'),(13,'n')) s(a,v) on t.a=s.a when matched and t.a=11 then delete when matched then update set v='m'
select * from w
merge into w t using (values (13,'q'),(13,'n')) s(a,v) on t.a=s.a when matched then update set v=s.v
delete from vw where k=1
delete from mv
truncate table vw
truncate table w
select * from w
drop table vw
update odd set a = coalesce(a,0) + 5 where pk >= 1
create table x1 as select cast(1 as tinyint) a, cast(2 as smallint) b, real '1.5' c, 1.5e0 d, decimal '1.50' e, cast('a' as char(3)) f, 'abc' g, cast('abc' as varchar) h, X'00ff' i, date '2020-01-01' j, time '12:34:56.789' k, time '12:34:56.123456789' l, timestamp '2020-01-01 12:34:56' m, timestamp '2020-01-01 12:34:56.123456789' n, timestamp '2020-01-01 12:34:56.123456789 UTC' o, timestamp '2020-01-01 12:34:56.123 Europe/Berlin' p, json '{"a": 1}' q, uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59' r, true s, decimal '12345678901234567890123456789012345678' u, -decimal '0.00001' v, decimal '100000000' w, cast(-12345.6789 as decimal(18,4)) x, cast(0 as decimal(10,2)) y
describe x1
select * from x1
insert into x1 select * from x1
insert into x1 (a) values (null)
select count(*), count(a) from x1
create table x2 as select * from tpch.tiny.orders
select count(*), sum(orderkey), sum(totalprice), max(comment), min(orderdate) from x2
insert into x2 select * from tpch.tiny.orders where orderkey < 100
select * from x2 where orderkey < 10
create table x3 as select * from tpch.tiny.nation where 1 = 0
select * from x3
create table x2 as select 1 a
create table if not exists x2 as select 1 a
create or replace table x2 as select 1 a
create table nosuch.x2 as select 1 a
create table nosuch.x2 (a int)
create table bad as select 1/(x-3) a from unnest(sequence(1,5)) t(x)
drop table if exists bad
show tables
{postgresql.array_mapping=AS_ARRAY}create table arr as select array[1,null,3] a, array['x','y"z,{}\'] b, array[array[1,2],array[3,4]] c, array[decimal '1.50'] d, array[timestamp '2020-01-01 00:00:00.123456'] e, array[date '2020-01-01'] f, array[true,false] g, array[1.5e0] h, array[uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'] i, cast(array[] as array(bigint)) j, array[timestamp '2020-01-01 00:00:00 UTC'] k, array[real '1.5'] l
{postgresql.array_mapping=AS_ARRAY}describe arr
{postgresql.array_mapping=AS_ARRAY}select * from arr
create table m1 as select map(array['a'],array['b']) a
create table m1 as select array[1] a
create table m1 as select interval '1' day a
create table m1 (a row(x int))
create table m1 (a hyperloglog)
create table m1 (a int comment 'x')
create table m1 (a int) comment 'x'
create table m1 (a int not null, b varchar(7))
insert into m1 (b) values ('x')
insert into m1 values (null, 'x')
show create table m1
alter table m1 add column c bigint comment 'cc'
alter table m1 add column c bigint
alter table m1 add column d bigint not null
alter table m1 rename column b to bb
alter table m1 drop column c
alter table m1 alter column a set data type bigint
alter table m1 alter column bb set data type integer
alter table m1 alter column a drop not null
alter table m1 rename to nosuch.m2
alter table m1 rename to m2
comment on table m2 is 'it''s'
comment on column m2.a is 'c \ "d"'
show create table m2
comment on table m2 is null
comment on table vw is 'x'
describe m2
drop table m2
drop schema answers
create schema pg_foo
create view vv as select 1 a
insert into odd (pk, m) values (3, 'x')
insert into odd (pk, h) values (3, map(array['a','b'],array['1',null]))
insert into odd (pk, en, oi, nm, c3, n52) values (4, 'sad', 77, 'nmx', 'ab', 1.5)
insert into odd (pk, jb) values (6, json '{"z": [1,  2.50], "a": "é\u0041"}')
insert into odd (pk, j) values (7, json '[1,  2.50]')
insert into odd (pk, ba, u, tz, f4, f8, d, ts, tm) values (9, X'', uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59', timestamp '2020-01-01 12:00:00.123456 America/New_York', real 'NaN', infinity(), date '-0044-03-15', timestamp '1969-12-31 23:59:59.999999', time '23:59:59.999999')
select pk, j, jb, tm, en, h, c3, a, oi, nm, n52, ba, u, tz, f4, f8, d from odd order by pk
delete from odd where length(nm) > 2
update odd set a = 1, j = json '{}' where pk = 4
update odd set n52 = n52 * 2 where pk in (1, 4)
update odd set m = 'x' where pk = 1
select pk, j, tm, a, n52 from odd where pk < 9 order by pk
