-- Vectors of the library's texts, as an embeddings model made them. The texts
-- themselves are not kept. SQLite takes BYTEA for any name of a type and stores
-- bytes as they are.
CREATE TABLE vectors (
    model     TEXT   NOT NULL,
    dimension BIGINT NOT NULL,
    key       BYTEA  NOT NULL, -- SHA-256 of the text
    vector    BYTEA  NOT NULL, -- dimension times four bytes: float32, little endian
    saved_at  BIGINT NOT NULL, -- seconds since 1970, UTC
    PRIMARY KEY (model, dimension, key)
);
