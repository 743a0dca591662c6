-- The first schema. The folders of the two databases differ in the type of bytes alone, and a test says so.
-- Instants are RFC 3339 in UTC to the second, so that they sort as text. Sealed columns hold age ciphertexts.

CREATE TABLE hub (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    country TEXT NOT NULL,
    created TEXT NOT NULL,
    recipient TEXT NOT NULL,
    verifying_key TEXT NOT NULL
);

CREATE TABLE member (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    phrase_hash TEXT NOT NULL,
    wrapped_key BYTEA NOT NULL,
    totp BYTEA,
    totp_step BIGINT NOT NULL DEFAULT 0,
    language TEXT NOT NULL,
    created TEXT NOT NULL,
    disabled TEXT
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    member TEXT NOT NULL REFERENCES member (id),
    wrapped_key BYTEA NOT NULL,
    created TEXT NOT NULL,
    expires TEXT NOT NULL
);

CREATE TABLE invitation (
    token_hash TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    wrapped_key BYTEA NOT NULL,
    expires TEXT NOT NULL,
    used TEXT
);

CREATE TABLE source (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    grade TEXT NOT NULL
);

CREATE TABLE blob (
    id TEXT PRIMARY KEY,
    bytes BYTEA NOT NULL
);

CREATE TABLE document (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES source (id),
    content_hash TEXT NOT NULL UNIQUE,
    format TEXT NOT NULL,
    grade TEXT NOT NULL,
    received TEXT NOT NULL,
    published TEXT,
    synthetic BIGINT NOT NULL,
    public BIGINT NOT NULL,
    evidentiary TEXT NOT NULL REFERENCES blob (id),
    working TEXT NOT NULL REFERENCES blob (id),
    unread BIGINT NOT NULL
);
CREATE INDEX document_received ON document (received, id);
CREATE INDEX document_evidentiary ON document (evidentiary);
CREATE INDEX document_working ON document (working);

CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES document (id),
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    span_start BIGINT NOT NULL,
    span_end BIGINT NOT NULL,
    place TEXT,
    role TEXT,
    low BIGINT,
    high BIGINT,
    bound TEXT,
    unit TEXT,
    iso TEXT,
    rule TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    supersedes TEXT REFERENCES claim (id),
    run TEXT NOT NULL
);
CREATE INDEX claim_document ON claim (document, ordinal);
CREATE INDEX claim_place ON claim (place);
CREATE INDEX claim_supersedes ON claim (supersedes);

CREATE TABLE question (
    id TEXT PRIMARY KEY,
    claim TEXT NOT NULL REFERENCES claim (id),
    candidates TEXT NOT NULL,
    asked TEXT NOT NULL,
    answer TEXT,
    answered TEXT,
    answered_by TEXT REFERENCES member (id)
);
CREATE INDEX question_open ON question (answered);

CREATE TABLE dossier (
    place TEXT PRIMARY KEY,
    exact BYTEA,
    coarse_lat BIGINT,
    coarse_lon BIGINT,
    precision TEXT NOT NULL,
    basis TEXT NOT NULL
);

CREATE TABLE record (
    id TEXT PRIMARY KEY,
    document TEXT NOT NULL REFERENCES document (id),
    ordinal BIGINT NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX record_document ON record (document, ordinal);

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    step TEXT NOT NULL,
    hash TEXT NOT NULL,
    inputs TEXT NOT NULL,
    parameters TEXT NOT NULL,
    seed BIGINT NOT NULL,
    version TEXT NOT NULL,
    at TEXT NOT NULL,
    result TEXT NOT NULL
);
CREATE INDEX run_step ON run (step, at);

CREATE TABLE pair (
    left_record TEXT NOT NULL REFERENCES record (id),
    right_record TEXT NOT NULL REFERENCES record (id),
    run TEXT NOT NULL REFERENCES run (id),
    weight BIGINT NOT NULL,
    levels TEXT NOT NULL,
    PRIMARY KEY (left_record, right_record)
);

CREATE TABLE judgement (
    id TEXT PRIMARY KEY,
    left_record TEXT NOT NULL REFERENCES record (id),
    right_record TEXT NOT NULL REFERENCES record (id),
    verdict TEXT NOT NULL,
    judged_by TEXT NOT NULL,
    at TEXT NOT NULL,
    withdrawn TEXT
);
CREATE INDEX judgement_pair ON judgement (left_record, right_record);

CREATE TABLE transfer (
    id BIGINT PRIMARY KEY,
    asset TEXT NOT NULL,
    tx TEXT NOT NULL,
    sender TEXT NOT NULL,
    receiver TEXT NOT NULL,
    amount TEXT NOT NULL,
    at TEXT
);
CREATE UNIQUE INDEX transfer_key ON transfer (asset, tx, sender, receiver, amount);

CREATE TABLE tag (
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (address, kind, actor)
);

CREATE TABLE case_file (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL,
    risk TEXT NOT NULL,
    child BIGINT NOT NULL,
    nationality TEXT NOT NULL,
    needs TEXT NOT NULL,
    signals TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    compelled_act BYTEA,
    synthetic BIGINT NOT NULL,
    closed TEXT
);

CREATE TABLE case_record (
    case_file TEXT NOT NULL REFERENCES case_file (id),
    record TEXT NOT NULL REFERENCES record (id),
    PRIMARY KEY (case_file, record)
);

CREATE TABLE finding (
    case_file TEXT NOT NULL REFERENCES case_file (id),
    element TEXT NOT NULL,
    finding TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_file, element)
);

CREATE TABLE consent (
    case_file TEXT NOT NULL REFERENCES case_file (id),
    recipient TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT,
    withdrawn TEXT,
    PRIMARY KEY (case_file, recipient, starts)
);

CREATE TABLE partner (
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    country TEXT NOT NULL,
    url TEXT,
    recipient TEXT NOT NULL,
    verifying_key TEXT NOT NULL,
    enrolled TEXT NOT NULL,
    revoked TEXT
);

CREATE TABLE referral (
    id TEXT PRIMARY KEY,
    case_file TEXT REFERENCES case_file (id),
    partner TEXT NOT NULL REFERENCES partner (fingerprint),
    direction TEXT NOT NULL,
    state TEXT NOT NULL,
    service TEXT NOT NULL,
    rule TEXT NOT NULL,
    created TEXT NOT NULL,
    due TEXT,
    payload TEXT REFERENCES blob (id),
    payload_hash TEXT NOT NULL,
    opened_text BYTEA
);
CREATE INDEX referral_open ON referral (state, due);
CREATE INDEX referral_created ON referral (created, id);

CREATE TABLE step (
    hash TEXT PRIMARY KEY,
    referral TEXT NOT NULL REFERENCES referral (id),
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    organization TEXT NOT NULL,
    content TEXT NOT NULL,
    signature TEXT NOT NULL,
    UNIQUE (referral, ordinal)
);

CREATE TABLE bundle (
    id TEXT PRIMARY KEY,
    direction TEXT NOT NULL,
    partner TEXT NOT NULL REFERENCES partner (fingerprint),
    referral TEXT NOT NULL,
    taken TEXT NOT NULL
);

CREATE TABLE outbox (
    bundle TEXT PRIMARY KEY REFERENCES bundle (id),
    position BIGINT NOT NULL UNIQUE,
    partner TEXT NOT NULL REFERENCES partner (fingerprint),
    payload TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt TEXT NOT NULL,
    delivered TEXT
);
CREATE INDEX outbox_due ON outbox (delivered, next_attempt);

CREATE TABLE erased (
    payload_hash TEXT PRIMARY KEY,
    referral TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE answer (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    question TEXT NOT NULL,
    asked TEXT NOT NULL,
    answered TEXT,
    outcome TEXT,
    claim TEXT REFERENCES claim (id)
);

CREATE TABLE brief (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    created TEXT NOT NULL,
    published TEXT,
    run TEXT NOT NULL REFERENCES run (id)
);

CREATE TABLE release (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    csv TEXT NOT NULL,
    published TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES run (id)
);

CREATE TABLE journal (
    seq BIGINT PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
);
CREATE INDEX journal_subject ON journal (subject);
