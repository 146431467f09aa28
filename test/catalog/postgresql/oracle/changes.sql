insert into triggered values (1,'a'),(7,'b'),(2,null)
select * from triggered
insert into triggered values (13,'a')
delete from triggered
insert into strict (id, a) values (2, 1)
insert into strict (id) values (3)
update strict set a = null
update strict set a = if(id = 1, null, 2)
update strict set b = null where id = 1
merge into strict using (values 1) s(id) on strict.id = s.id when matched then update set a = null
merge into strict using (values 3) s(id) on strict.id = s.id when not matched then insert (id, a) values (s.id, null)
merge into strict using (values 3) s(id) on strict.id = s.id when not matched then insert (id, a) values (s.id, 1)
merge into strict using (values 2) s(id) on strict.id = s.id when not matched then insert values (s.id, cast(null as int), cast(null as int))
select * from strict
merge into merged t using (values (1,'a'),(9,'b')) s(id,v) on t.id=s.id when matched then update set v = s.v when not matched then insert (id, v) values (s.id, s.v)
merge into merged t using (values (1,'a'),(1,'b')) s(id,v) on t.id=s.id when matched then update set v = s.v
merge into merged t using (values (1,'a'),(1,'b')) s(id,v) on t.id=s.id when matched and s.v='a' then update set v = s.v
merge into merged t using (values (1,'a'),(1,'b')) s(id,v) on t.id=s.id when matched and s.v='zz' then update set v = s.v
merge into merged t using (values (1,'a'),(1,'b')) s(id,v) on t.id=s.id when matched then delete
merge into merged t using (values (20,'a'),(20,'b')) s(id,v) on t.id=s.id when not matched then insert values (s.id, s.v, 1)
merge into merged t using (values (20,'a'),(21,'b')) s(id,v) on t.id=s.id when matched then delete
merge into merged t using (values (2,'a'),(3,'b'),(22,'c')) s(id,v) on t.id=s.id when matched and s.v = 'b' then delete
merge into merged t using merged s on t.id = s.id + 1 when matched then update set v = s.v
merge into merged t using tpch.tiny.nation s on t.id = s.nationkey + 100 when not matched and s.nationkey < 3 then insert values (s.nationkey + 100, s.name, null)
merge into merged t using (select nationkey, comment from tpch.tiny.nation) s on t.id = s.nationkey + 100 when matched and s.nationkey > 1 then delete
merge into merged t using (values 1, 2, 51) s(id) on false when not matched and s.id > 50 then insert (id) values (s.id)
merge into merged t using (values 1) s(id) on t.id = s.id when matched then update set id = 4
select * from merged
insert into plain_view values (1, 'x'), (500, 'y')
insert into checked_view values (500, 'y')
insert into checked_view values (5, 'y')
insert into counted_view values (1)
select * from plain
update plain_view set a = 2 where a = 1
update plain_view set b = 'upd', a = 3
update plain_view set b = b || 'x'
update plain set b = 'z' where a > 400
update counted_view set c = 1
delete from plain_view where a = 3
select * from plain
update parted set v = 'five' where k = 5
update parted set k = 6 where k = 5
update parted set k = 99 where k = 7
update inh_parent set a = 7
update ft set a = 1
select * from inh_child
