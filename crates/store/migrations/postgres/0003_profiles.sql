-- Which column of a sheet holds what, how far its rows were taken, and which cells were not what their column holds.

CREATE TABLE profile (
    fingerprint TEXT PRIMARY KEY,
    columns TEXT NOT NULL,
    confirmed TEXT NOT NULL,
    confirmed_by TEXT NOT NULL
);

CREATE TABLE sheet (
    document TEXT NOT NULL REFERENCES document (id),
    ordinal BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    data_rows BIGINT NOT NULL,
    done_rows BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    faulty BIGINT NOT NULL,
    PRIMARY KEY (document, ordinal)
);
CREATE INDEX sheet_fingerprint ON sheet (fingerprint);

CREATE TABLE row_fault (
    document TEXT NOT NULL REFERENCES document (id),
    ordinal BIGINT NOT NULL,
    sheet_row BIGINT NOT NULL,
    sheet_column BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (document, ordinal, sheet_row, sheet_column)
);

ALTER TABLE record ADD COLUMN sheet BIGINT;
ALTER TABLE record ADD COLUMN sheet_row BIGINT;
