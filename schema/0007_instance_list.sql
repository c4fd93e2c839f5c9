-- schema/0007_instance_list.sql: operators look at what runs and what is suspended, newest first, however much has ended.

CREATE INDEX inst_state ON inst (state, id);
