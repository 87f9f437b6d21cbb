-- +goose Up

-- What this file is, drawn at its making: a log that a crash left belongs to it, or to another.
CREATE TABLE file (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL,
    mark BLOB NOT NULL, -- drawn anew by each write
    mark_before BLOB NOT NULL, -- the write before drew it
    head BLOB NOT NULL -- of the journal: SHA-256 of the file's id with the number and the hash of the last line
) STRICT;
INSERT INTO file (one, id, mark, mark_before, head) VALUES (1, randomblob(16), randomblob(16), zeroblob(16), zeroblob(32));

-- The firm: the practice or the company that runs Habilis. One row.
CREATE TABLE firm (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('own', 'practice')),
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    registry TEXT NOT NULL CHECK (registry IN ('none', 'annuaire', 'sirene')),
    sirene_key TEXT NOT NULL,
    idle_minutes INTEGER NOT NULL CHECK (idle_minutes BETWEEN 1 AND 30),
    sample INTEGER NOT NULL CHECK (sample IN (0, 1)),
    sample_phrase TEXT NOT NULL DEFAULT '' CHECK (sample = 1 OR sample_phrase = ''),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Families of profiles and whether the firm uses them.
CREATE TABLE families (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    in_use INTEGER NOT NULL CHECK (in_use IN (0, 1))
) STRICT;

CREATE TABLE profiles (
    id INTEGER PRIMARY KEY,
    family_id INTEGER NOT NULL REFERENCES families (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('both', 'private', 'public')),
    fixed INTEGER NOT NULL CHECK (fixed IN (0, 1)),
    version INTEGER NOT NULL,
    UNIQUE (family_id, key)
) STRICT;

-- What a profile contains, over a period. permissions: "permission=value" pairs separated by spaces, stated ones only;
-- value is all, own, option or option-own.
CREATE TABLE profile_contents (
    id INTEGER PRIMARY KEY,
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    permissions TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX profile_contents_by_profile ON profile_contents (profile_id, from_at);

-- Accounts. same_as links the accounts of one person; contact_email is empty where it is the address of sign-in; uid is a UUIDv7, unique
-- by its making.
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    email TEXT NOT NULL, -- in lower case
    contact_email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    phone TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('internal', 'external', 'technical')),
    pigp INTEGER NOT NULL CHECK (pigp IN (0, 1)),
    language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    sign_in TEXT NOT NULL CHECK (sign_in IN ('none', 'invited', 'open', 'locked')),
    same_as INTEGER REFERENCES users (id),
    created_at INTEGER NOT NULL,
    last_sign_in_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_by_email ON users (email);
CREATE INDEX users_by_name ON users (name_key); -- and then the id, as every index
CREATE INDEX users_by_same_as ON users (same_as) WHERE same_as IS NOT NULL;

CREATE TABLE user_states (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX user_states_by_user ON user_states (user_id);
CREATE INDEX user_states_disabled ON user_states (until_at, from_at) WHERE state = 'disabled';

-- The sealed identity of a sign-in: an age X25519 identity under argon2id(passphrase). The passphrase is right iff it opens.
CREATE TABLE sign_ins (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    salt BLOB NOT NULL,
    memory_kib INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    lanes INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    sealed BLOB NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What failed at the door, for every address that was typed: a restart ends no delay, nor tells which addresses are known. The window counts for itself:
-- strangers at browsers hold nobody up there.
CREATE TABLE attempts (
    account BLOB NOT NULL, -- SHA-256 of the address
    place TEXT NOT NULL CHECK (place IN ('window', 'browser')),
    failures INTEGER NOT NULL,
    wait_ms INTEGER NOT NULL,
    waited_at INTEGER NOT NULL,
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_waited ON attempts (waited_at);

-- The browsers at which somebody entered: strangers hold nobody up there either.
CREATE TABLE browsers (
    user_id INTEGER NOT NULL REFERENCES users (id),
    place TEXT NOT NULL, -- SHA-256 of what the browser keeps
    entered_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, place)
) STRICT, WITHOUT ROWID;

-- A code that lets an invited person choose a passphrase; only its hash is kept.
CREATE TABLE activations (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    code_hash BLOB NOT NULL,
    shown_to INTEGER REFERENCES users (id), -- who was shown it
    line INTEGER NOT NULL, -- of the journal
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE structures (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    sphere TEXT NOT NULL CHECK (sphere IN ('private', 'state', 'local', 'platform')),
    identifier_type TEXT NOT NULL CHECK (identifier_type IN ('siret', 'eu', 'non_eu', 'ridet', 'tahiti', 'pending', 'individual', 'platform')),
    identifier TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    label TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    address1 TEXT NOT NULL,
    address2 TEXT NOT NULL,
    address3 TEXT NOT NULL,
    postcode TEXT NOT NULL,
    town TEXT NOT NULL,
    town_key TEXT NOT NULL,
    country TEXT NOT NULL,
    vat TEXT NOT NULL,
    rcs TEXT NOT NULL,
    activity TEXT NOT NULL,
    activity_list TEXT NOT NULL,
    legal_category TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('none', 'active', 'closed', 'unknown', 'unverifiable')),
    verdict_reason TEXT NOT NULL,
    verdict_source TEXT NOT NULL,
    verified_at INTEGER NOT NULL,
    closed_on TEXT NOT NULL,
    partial_diffusion INTEGER NOT NULL CHECK (partial_diffusion IN (0, 1)),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX structures_identity ON structures (identifier_type, identifier);

CREATE TABLE structure_states (
    id INTEGER PRIMARY KEY,
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'inactive')),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX structure_states_by_structure ON structure_states (structure_id);

CREATE TABLE departments (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    code TEXT NOT NULL,
    code_key TEXT NOT NULL,
    label TEXT NOT NULL,
    description TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    commitment_required INTEGER NOT NULL CHECK (commitment_required IN (0, 1)),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (structure_id, code_key)
) STRICT;

-- state is the manager's switch; validity the dates between which the department works. It is active when both say so.
CREATE TABLE department_states (
    id INTEGER PRIMARY KEY,
    department_id INTEGER NOT NULL REFERENCES departments (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'inactive')),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX department_states_by_department ON department_states (department_id);

CREATE TABLE department_validities (
    id INTEGER PRIMARY KEY,
    department_id INTEGER NOT NULL REFERENCES departments (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX department_validities_by_department ON department_validities (department_id);

-- A membership covers a structure, or one department of it.
CREATE TABLE memberships (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX memberships_by_user ON memberships (user_id, structure_id);
CREATE INDEX memberships_by_structure ON memberships (structure_id, user_id);
CREATE INDEX memberships_by_department ON memberships (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX memberships_ending ON memberships (until_at) WHERE until_at < 253402300799999;

-- A grant gives a profile at the firm (no structure), a structure, or one of its departments. options: ticked boxes,
-- separated by spaces. reason: how it came to be, where not plainly given: request, secondary,
-- setup, import.
CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    structure_id INTEGER REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    membership_id INTEGER REFERENCES memberships (id),
    options TEXT NOT NULL,
    reason TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at),
    CHECK ((structure_id IS NULL) = (membership_id IS NULL)),
    CHECK (department_id IS NULL OR structure_id IS NOT NULL)
) STRICT;
CREATE INDEX grants_by_user ON grants (user_id, profile_id);
CREATE INDEX grants_by_structure ON grants (structure_id, until_at);
CREATE INDEX grants_by_profile ON grants (profile_id);
CREATE INDEX grants_by_department ON grants (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX grants_ending ON grants (until_at) WHERE until_at < 253402300799999;

-- The principal manager's periods; one at a time in a structure. reason: created, transferred, setup, duplicated.
CREATE TABLE principals (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    reason TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX principals_by_user ON principals (user_id, structure_id);
CREATE INDEX principals_by_structure ON principals (structure_id, from_at);

-- The modules switched on in a structure, separated by spaces. No row: everything is on.
CREATE TABLE ceilings (
    id INTEGER PRIMARY KEY,
    structure_id INTEGER NOT NULL REFERENCES structures (id),
    modules TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    CHECK (until_at >= from_at)
) STRICT;
CREATE INDEX ceilings_by_structure ON ceilings (structure_id, from_at);

-- Each move of an end: the table and the row whose until_at was moved, what it was before, and the line of the journal that moved it. A row with
-- none ends as it was opened.
CREATE TABLE moved_ends (
    id INTEGER PRIMARY KEY,
    moved_by INTEGER NOT NULL,
    kind TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    was INTEGER NOT NULL,
    until_at INTEGER NOT NULL
) STRICT;
CREATE INDEX moved_ends_by_row ON moved_ends (kind, row_id);
CREATE INDEX moved_ends_by_line ON moved_ends (moved_by);

-- A request stores the Change that its approval runs. closed: its object has gone. One who cannot see a structure names it by an identifier, and a
-- department by its code: they are kept as they were typed, whether there is such a structure or not, and are looked for again at the decision.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'closed')),
    subject TEXT NOT NULL CHECK (subject IN ('membership', 'profiles')),
    change_kind TEXT NOT NULL,
    change_input TEXT NOT NULL,
    beneficiary_id INTEGER NOT NULL REFERENCES users (id),
    requester_id INTEGER NOT NULL REFERENCES users (id),
    typed_by INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    identifier_type TEXT NOT NULL,
    identifier TEXT NOT NULL,
    department_code TEXT NOT NULL,
    comment TEXT NOT NULL,
    received_on TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    decided_by INTEGER REFERENCES users (id),
    decision_comment TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_state ON requests (state, asked_at, id);
CREATE INDEX requests_decided ON requests (decided_at, id) WHERE state <> 'pending';
CREATE INDEX requests_by_structure ON requests (structure_id, state, asked_at, id);
CREATE INDEX requests_by_department ON requests (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX requests_by_beneficiary ON requests (beneficiary_id, asked_at, id);
CREATE INDEX requests_by_requester ON requests (requester_id, asked_at, id);
CREATE INDEX requests_by_typist ON requests (typed_by);
CREATE INDEX requests_by_decider ON requests (decided_by) WHERE decided_by IS NOT NULL;

-- Steps that a change asks to be done in another portal. seq: the line of the journal that asks for it. what: attach, detach, give, remove,
-- extend or transfer. holds_from and holds_until: between which instants it is to hold there, 0 for at once and for no end. A step is withdrawn
-- when what it announces is not to be any more.
CREATE TABLE follow_ups (
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    family_key TEXT NOT NULL,
    what TEXT NOT NULL,
    profile_id INTEGER REFERENCES profiles (id),
    grant_id INTEGER REFERENCES grants (id),
    membership_id INTEGER REFERENCES memberships (id),
    holds_from INTEGER NOT NULL,
    holds_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    done_by INTEGER REFERENCES users (id),
    withdrawn_at INTEGER NOT NULL
) STRICT;
CREATE INDEX follow_ups_open ON follow_ups (created_at, id) WHERE done_at = 0 AND withdrawn_at = 0;
CREATE INDEX follow_ups_by_user ON follow_ups (user_id);
CREATE INDEX follow_ups_by_structure ON follow_ups (structure_id) WHERE structure_id IS NOT NULL;
CREATE INDEX follow_ups_by_department ON follow_ups (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX follow_ups_by_grant ON follow_ups (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX follow_ups_by_membership ON follow_ups (membership_id) WHERE membership_id IS NOT NULL;
CREATE INDEX follow_ups_by_profile ON follow_ups (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX follow_ups_by_line ON follow_ups (seq);
CREATE INDEX follow_ups_by_done ON follow_ups (done_by) WHERE done_by IS NOT NULL;

-- The journal: a chain. details holds ids and enums only; personal and free-text values stand in journal_values.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor_id INTEGER,
    session TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id INTEGER NOT NULL,
    structure_id INTEGER,
    person_id INTEGER,
    details TEXT NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX journal_by_structure ON journal (structure_id, seq) WHERE structure_id IS NOT NULL;
CREATE INDEX journal_by_person ON journal (person_id, seq) WHERE person_id IS NOT NULL;
-- The lines that moved ends, for whoever looks whether an end was taken back.
CREATE INDEX journal_moves_by_structure ON journal (structure_id, seq) WHERE instr(details, '"moved_ends"') > 0;
CREATE INDEX journal_moves_by_person ON journal (person_id, seq) WHERE instr(details, '"moved_ends"') > 0;
CREATE INDEX journal_by_actor ON journal (actor_id, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX journal_by_action ON journal (action, seq);

CREATE TABLE journal_values (
    seq INTEGER NOT NULL REFERENCES journal (seq),
    field TEXT NOT NULL,
    salt BLOB NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (seq, field)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_values_are_only_blanked BEFORE UPDATE ON journal_values
WHEN NEW.seq <> OLD.seq OR NEW.field <> OLD.field OR NEW.value <> '' OR length(NEW.salt) <> 0 BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_values_are_never_deleted BEFORE DELETE ON journal_values BEGIN
    SELECT RAISE(ABORT, 'journal.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER moved_ends_are_never_changed BEFORE UPDATE ON moved_ends BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER moved_ends_are_never_deleted BEFORE DELETE ON moved_ends BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- Rows with a period are written once: until_at alone may change, and rows of one key never overlap (rights.md, A25).

-- +goose StatementBegin
CREATE TRIGGER profile_contents_never_overlap_on_insert BEFORE INSERT ON profile_contents WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM profile_contents
        WHERE profile_id = NEW.profile_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER profile_contents_never_overlap_on_update BEFORE UPDATE OF until_at ON profile_contents WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM profile_contents
        WHERE profile_id = NEW.profile_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER profile_contents_are_written_once BEFORE UPDATE ON profile_contents WHEN NEW.id <> OLD.id OR NEW.profile_id <> OLD.profile_id OR NEW.permissions <> OLD.permissions OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER profile_contents_are_kept BEFORE DELETE ON profile_contents BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER user_states_never_overlap_on_insert BEFORE INSERT ON user_states WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM user_states
        WHERE user_id = NEW.user_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER user_states_never_overlap_on_update BEFORE UPDATE OF until_at ON user_states WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM user_states
        WHERE user_id = NEW.user_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER user_states_are_written_once BEFORE UPDATE ON user_states WHEN NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.state <> OLD.state OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER user_states_are_kept BEFORE DELETE ON user_states BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER structure_states_never_overlap_on_insert BEFORE INSERT ON structure_states WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM structure_states
        WHERE structure_id = NEW.structure_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER structure_states_never_overlap_on_update BEFORE UPDATE OF until_at ON structure_states WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM structure_states
        WHERE structure_id = NEW.structure_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER structure_states_are_written_once BEFORE UPDATE ON structure_states WHEN NEW.id <> OLD.id OR NEW.structure_id <> OLD.structure_id OR NEW.state <> OLD.state OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER structure_states_are_kept BEFORE DELETE ON structure_states BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER department_states_never_overlap_on_insert BEFORE INSERT ON department_states WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM department_states
        WHERE department_id = NEW.department_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER department_states_never_overlap_on_update BEFORE UPDATE OF until_at ON department_states WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM department_states
        WHERE department_id = NEW.department_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER department_states_are_written_once BEFORE UPDATE ON department_states WHEN NEW.id <> OLD.id OR NEW.department_id <> OLD.department_id OR NEW.state <> OLD.state OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER department_states_are_kept BEFORE DELETE ON department_states BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER department_validities_never_overlap_on_insert BEFORE INSERT ON department_validities WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM department_validities
        WHERE department_id = NEW.department_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER department_validities_never_overlap_on_update BEFORE UPDATE OF until_at ON department_validities WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM department_validities
        WHERE department_id = NEW.department_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER department_validities_are_written_once BEFORE UPDATE ON department_validities WHEN NEW.id <> OLD.id OR NEW.department_id <> OLD.department_id OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER department_validities_are_kept BEFORE DELETE ON department_validities BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER memberships_never_overlap_on_insert BEFORE INSERT ON memberships WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM memberships
        WHERE user_id = NEW.user_id AND structure_id = NEW.structure_id AND department_id IS NEW.department_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER memberships_never_overlap_on_update BEFORE UPDATE OF until_at ON memberships WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM memberships
        WHERE user_id = NEW.user_id AND structure_id = NEW.structure_id AND department_id IS NEW.department_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER memberships_are_written_once BEFORE UPDATE ON memberships WHEN NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.structure_id <> OLD.structure_id OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by OR NEW.department_id IS NOT OLD.department_id BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER memberships_are_kept BEFORE DELETE ON memberships BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER grants_never_overlap_on_insert BEFORE INSERT ON grants WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM grants
        WHERE user_id = NEW.user_id AND profile_id = NEW.profile_id AND structure_id IS NEW.structure_id AND department_id IS NEW.department_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER grants_never_overlap_on_update BEFORE UPDATE OF until_at ON grants WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM grants
        WHERE user_id = NEW.user_id AND profile_id = NEW.profile_id AND structure_id IS NEW.structure_id AND department_id IS NEW.department_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER grants_are_written_once BEFORE UPDATE ON grants WHEN NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.profile_id <> OLD.profile_id OR NEW.options <> OLD.options OR NEW.reason <> OLD.reason OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by OR NEW.structure_id IS NOT OLD.structure_id OR NEW.department_id IS NOT OLD.department_id OR NEW.membership_id IS NOT OLD.membership_id BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER grants_are_kept BEFORE DELETE ON grants BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER principals_never_overlap_on_insert BEFORE INSERT ON principals WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM principals
        WHERE structure_id = NEW.structure_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER principals_never_overlap_on_update BEFORE UPDATE OF until_at ON principals WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM principals
        WHERE structure_id = NEW.structure_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER principals_are_written_once BEFORE UPDATE ON principals WHEN NEW.id <> OLD.id OR NEW.structure_id <> OLD.structure_id OR NEW.reason <> OLD.reason OR NEW.user_id <> OLD.user_id OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER principals_are_kept BEFORE DELETE ON principals BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ceilings_never_overlap_on_insert BEFORE INSERT ON ceilings WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM ceilings
        WHERE structure_id = NEW.structure_id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ceilings_never_overlap_on_update BEFORE UPDATE OF until_at ON ceilings WHEN NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'period.overlap') WHERE EXISTS (
        SELECT 1 FROM ceilings
        WHERE structure_id = NEW.structure_id AND id <> NEW.id
        AND until_at > from_at AND from_at < NEW.until_at AND NEW.from_at < until_at
    );
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ceilings_are_written_once BEFORE UPDATE ON ceilings WHEN NEW.id <> OLD.id OR NEW.structure_id <> OLD.structure_id OR NEW.modules <> OLD.modules OR NEW.from_at <> OLD.from_at OR NEW.opened_by <> OLD.opened_by BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ceilings_are_kept BEFORE DELETE ON ceilings BEGIN
    SELECT RAISE(ABORT, 'period.immutable');
END;
-- +goose StatementEnd

-- A grant lies within its membership, in scope and in time (A11).
-- +goose StatementBegin
CREATE TRIGGER grants_lie_within_their_membership_on_insert BEFORE INSERT ON grants WHEN NEW.membership_id IS NOT NULL AND NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'grant.membership') WHERE NOT EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.id = NEW.membership_id AND m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id
        AND (m.department_id IS NULL OR m.department_id IS NEW.department_id)
        AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    );
END;
-- +goose StatementEnd

-- A grant lies within its membership, in scope and in time (A11).
-- +goose StatementBegin
CREATE TRIGGER grants_lie_within_their_membership_on_update BEFORE UPDATE OF until_at ON grants WHEN NEW.membership_id IS NOT NULL AND NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'grant.membership') WHERE NOT EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.id = NEW.membership_id AND m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id
        AND (m.department_id IS NULL OR m.department_id IS NEW.department_id)
        AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    );
END;
-- +goose StatementEnd

-- Ending a membership ends its grants first; one left behind is refused (A34).
-- +goose StatementBegin
CREATE TRIGGER memberships_outlive_their_grants BEFORE UPDATE OF until_at ON memberships BEGIN
    SELECT RAISE(ABORT, 'membership.grants') WHERE EXISTS (
        SELECT 1 FROM grants g WHERE g.user_id = NEW.user_id AND g.membership_id = NEW.id AND g.until_at > g.from_at AND g.until_at > NEW.until_at
    );
END;
-- +goose StatementEnd

-- A membership that a wider one covers is refused (A15).
-- +goose StatementBegin
CREATE TRIGGER memberships_are_not_covered BEFORE INSERT ON memberships WHEN NEW.department_id IS NOT NULL AND NEW.until_at > NEW.from_at BEGIN
    SELECT RAISE(ABORT, 'membership.covered') WHERE EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id AND m.department_id IS NULL
        AND m.until_at > m.from_at AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    ) AND NOT EXISTS ( -- one that goes on from a row that its own line cancelled is carried (A40)
        SELECT 1 FROM memberships o
        JOIN moved_ends e ON e.kind = 'memberships' AND e.row_id = o.id AND e.moved_by = NEW.opened_by
        WHERE o.user_id = NEW.user_id AND o.department_id = NEW.department_id AND o.until_at = o.from_at
    );
END;
-- +goose StatementEnd

-- Nor is one prolonged into the time of a wider one (A15), by more than zones differ (A40).
-- +goose StatementBegin
CREATE TRIGGER memberships_are_not_covered_on_update BEFORE UPDATE OF until_at ON memberships
WHEN NEW.department_id IS NOT NULL AND NEW.until_at > OLD.until_at + 93600000 BEGIN
    SELECT RAISE(ABORT, 'membership.covered') WHERE EXISTS (
        SELECT 1 FROM memberships m
        WHERE m.user_id = NEW.user_id AND m.structure_id = NEW.structure_id AND m.department_id IS NULL
        AND m.until_at > m.from_at AND m.from_at <= NEW.from_at AND m.until_at >= NEW.until_at
    );
END;
-- +goose StatementEnd

-- Search: accents and case aside, by the first letters of each word.
CREATE VIRTUAL TABLE structure_search USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE user_search USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='unicode61 remove_diacritics 2'
);
