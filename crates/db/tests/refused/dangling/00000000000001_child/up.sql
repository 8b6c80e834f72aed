CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE child (parent_id BIGINT REFERENCES parent (id));
INSERT INTO child (parent_id) VALUES (1);
