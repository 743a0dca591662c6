-- What a reader can cite within a document and what could not be read of it; which document came within which.

ALTER TABLE document ADD COLUMN parts TEXT REFERENCES blob (id);
CREATE INDEX document_parts ON document (parts);

CREATE TABLE enclosure (
    outer_document TEXT NOT NULL REFERENCES document (id),
    inner_document TEXT NOT NULL REFERENCES document (id),
    ordinal BIGINT NOT NULL,
    name BYTEA NOT NULL,
    PRIMARY KEY (outer_document, ordinal)
);
CREATE INDEX enclosure_inner ON enclosure (inner_document);
