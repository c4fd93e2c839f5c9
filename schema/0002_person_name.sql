-- schema/0002_person_name.sql: the list of people is read by name, and a company has more people than a page shows.

CREATE INDEX person_name ON person (name, id);
