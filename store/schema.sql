-- Written by the schema command of cmd/admin from a migrated database. Do not edit: write a migration.

create table address_changes (
    id uuid not null,
    person_id uuid not null,
    was text not null,
    address text not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    outcome text not null default ''::text
);

create table alerts (
    search_id uuid not null,
    listing_id uuid not null,
    found_at timestamp with time zone not null,
    told_at timestamp with time zone,
    letter_id uuid
);

create table allocations (
    id uuid not null,
    offer_id uuid not null,
    need_id uuid not null,
    introduction_id uuid,
    amount integer not null,
    starts_at timestamp with time zone not null,
    ends_at timestamp with time zone,
    created_at timestamp with time zone not null,
    released_at timestamp with time zone
);

create table blocks (
    group_id uuid not null,
    blocked_id uuid not null,
    created_at timestamp with time zone not null
);

create table bounces (
    letter_id uuid not null,
    person_id uuid,
    fate text not null,
    status text not null default ''::text,
    created_at timestamp with time zone not null
);

create table calendar_feeds (
    id uuid not null,
    person_id uuid not null,
    hash bytea not null,
    created_at timestamp with time zone not null
);

create table change_marks (
    xid xid8 not null,
    at timestamp with time zone not null,
    passed boolean not null default false
);

create table changes (
    seq bigint not null generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    listing_id uuid not null,
    inward boolean not null default false
);

create table check_statements (
    group_id uuid not null,
    level text not null,
    stated_on text not null
);

create table connectors (
    network_id uuid not null,
    person_id uuid not null,
    since timestamp with time zone not null,
    until timestamp with time zone,
    words text not null default ''::text,
    ended_by uuid
);

create table consents (
    id uuid not null,
    introduction_id uuid not null,
    group_id uuid not null,
    network_id uuid not null,
    connector_id uuid,
    answer text not null,
    said_by text not null,
    said_on text not null,
    way text not null,
    created_at timestamp with time zone not null,
    about text not null default 'answer'::text
);

create table decisions (
    id uuid not null,
    subject text not null,
    subject_id uuid not null,
    group_id uuid,
    act text not null,
    reason text not null,
    words text not null default ''::text,
    was text not null default ''::text,
    decided_by uuid,
    network_id uuid,
    created_at timestamp with time zone not null,
    appeal text not null default ''::text,
    appealed_at timestamp with time zone,
    appealed_by uuid,
    outcome text not null default ''::text,
    answer text not null default ''::text,
    answered_at timestamp with time zone,
    answered_by uuid
);

create table deliveries (
    id uuid not null,
    seq bigint not null generated always as identity,
    webhook_id uuid not null,
    type text not null,
    subject_id uuid not null,
    at timestamp with time zone not null,
    state text not null,
    attempts integer not null default 0,
    due_at timestamp with time zone not null,
    until timestamp with time zone,
    begun_at timestamp with time zone,
    tried_at timestamp with time zone,
    ended_at timestamp with time zone,
    status integer not null default 0,
    fault text not null default ''::text,
    excerpt text not null default ''::text
);

create table events (
    id bigint not null generated always as identity,
    at timestamp with time zone not null,
    actor uuid,
    on_behalf uuid,
    network_id uuid,
    verb text not null,
    subject text not null,
    subject_id uuid not null,
    other_id uuid
);

create table evidence (
    id uuid not null,
    group_id uuid not null,
    kind text not null,
    dated text not null,
    expires text not null default ''::text,
    shown_to uuid,
    shown_on text not null default ''::text,
    created_at timestamp with time zone not null,
    shown_in uuid
);

create table exchanges (
    id uuid not null,
    introduction_id uuid not null,
    amount integer not null,
    slots jsonb not null default '[]'::jsonb,
    proposed_by uuid,
    agreed_at timestamp with time zone,
    offer_says text not null default ''::text,
    need_says text not null default ''::text,
    outcome text not null default 'unknown'::text,
    snapshot jsonb not null default '{}'::jsonb,
    created_at timestamp with time zone not null,
    stage text not null default 'arranging'::text,
    proposed_side text not null default ''::text,
    suggested_at timestamp with time zone,
    sequence integer not null default 0,
    published integer not null default 0,
    open_since timestamp with time zone,
    warned_at timestamp with time zone,
    remind_at timestamp with time zone,
    ask_at timestamp with time zone,
    asked_at timestamp with time zone,
    closed_at timestamp with time zone,
    offer_word text not null default ''::text,
    need_word text not null default ''::text,
    offer_worked text not null default ''::text,
    need_worked text not null default ''::text,
    ended_early_at timestamp with time zone,
    moves integer not null default 0
);

create table export_parts (
    export_id uuid not null,
    "position" integer not null,
    content bytea not null
);

create table exports (
    id uuid not null,
    person_id uuid not null,
    asked_at timestamp with time zone not null,
    ready_at timestamp with time zone,
    size bigint not null default 0
);

create table groups (
    id uuid not null,
    name text not null,
    likeness text not null,
    alias text not null default ''::text,
    name_hidden boolean not null default false,
    does text not null default ''::text,
    legal_form text not null,
    size integer not null default 0,
    link text not null default ''::text,
    languages jsonb not null default '[]'::jsonb,
    paused_until timestamp with time zone,
    held_at timestamp with time zone,
    removed_at timestamp with time zone,
    closed_at timestamp with time zone,
    sample boolean not null default false,
    created_at timestamp with time zone not null
);

create table held_listings (
    listing_id uuid not null,
    group_id uuid not null,
    created_at timestamp with time zone not null
);

create table import_parts (
    import_id uuid not null,
    "position" integer not null,
    content bytea not null
);

create table import_rows (
    import_id uuid not null,
    "position" integer not null,
    reference text not null,
    said jsonb,
    closed boolean not null,
    digest bytea not null,
    was bytea,
    act text not null default ''::text,
    faults jsonb not null default '[]'::jsonb,
    cut jsonb not null default '[]'::jsonb,
    result text not null default ''::text,
    notes jsonb not null default '[]'::jsonb
);

create table imports (
    id uuid not null,
    partner_id uuid not null,
    test boolean not null,
    format text not null,
    sums_all boolean not null,
    state text not null,
    sha256 bytea,
    size bigint not null default 0,
    created_at timestamp with time zone not null,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    faults jsonb not null default '[]'::jsonb,
    counted_as text not null default ''::text,
    counts jsonb not null default '{}'::jsonb
);

create table introductions (
    id uuid not null,
    version bigint not null default 1,
    match_id uuid,
    offer_id uuid not null,
    need_id uuid not null,
    offer_group_id uuid not null,
    need_group_id uuid not null,
    state text not null,
    need_answer text not null default ''::text,
    offer_answer text not null default ''::text,
    need_by uuid,
    offer_by uuid,
    decline_reason text not null default ''::text,
    amount integer not null,
    reasons jsonb not null,
    slots jsonb not null default '[]'::jsonb,
    fit double precision not null,
    proposed_at timestamp with time zone not null,
    need_told_at timestamp with time zone,
    asked_at timestamp with time zone,
    offer_told_at timestamp with time zone,
    answered_at timestamp with time zone,
    connected_at timestamp with time zone,
    ended_at timestamp with time zone,
    settled_at timestamp with time zone,
    offer_mask text not null default ''::text,
    need_mask text not null default ''::text,
    need_reminded_at timestamp with time zone,
    offer_reminded_at timestamp with time zone,
    yes_told_at timestamp with time zone,
    end_cause text not null default ''::text,
    end_side text not null default ''::text
);

create table invitations (
    id uuid not null,
    group_id uuid not null,
    address text not null,
    role text not null,
    invited_by uuid,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    outcome text not null default ''::text,
    declined_hash bytea
);

create table kinds (
    code text not null,
    facts jsonb not null,
    "position" integer not null
);

create table letter_introductions (
    introduction_id uuid not null,
    person_id uuid not null,
    kind text not null,
    letter_id uuid not null
);

create table letters (
    id uuid not null,
    kind text not null,
    person_id uuid,
    address text not null default ''::text,
    group_id uuid,
    about_id uuid not null,
    message_id text not null,
    state text not null default 'waiting'::text,
    tries integer not null default 0,
    fault text not null default ''::text,
    created_at timestamp with time zone not null,
    sent_at timestamp with time zone,
    ended_at timestamp with time zone,
    once text,
    answer text not null default ''::text,
    again_at timestamp with time zone,
    free boolean not null default false,
    unsure integer not null default 0
);

create table listings (
    id uuid not null,
    version bigint not null default 1,
    group_id uuid not null,
    posted_by uuid,
    side text not null,
    kind text not null,
    title text not null,
    description text not null default ''::text,
    language text not null default 'en-GB'::text,
    tags jsonb not null default '[]'::jsonb,
    facts jsonb not null default '{}'::jsonb,
    quantity integer not null,
    unit text not null default ''::text,
    splittable boolean not null default false,
    smallest_part integer not null default 0,
    times jsonb not null default '{}'::jsonb,
    way text not null,
    reach_km double precision not null default 0,
    place_id uuid,
    terms jsonb not null,
    has jsonb not null default '[]'::jsonb,
    requires jsonb not null default '[]'::jsonb,
    asks jsonb not null default '{}'::jsonb,
    welcomes jsonb not null default '[]'::jsonb,
    not_allowed jsonb not null default '[]'::jsonb,
    involves jsonb not null default '[]'::jsonb,
    circle text not null,
    widens boolean not null default false,
    widened_at timestamp with time zone,
    urgent boolean not null default false,
    life text not null,
    paused_until timestamp with time zone,
    opened_at timestamp with time zone,
    expires_at timestamp with time zone,
    closed_at timestamp with time zone,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    shown boolean not null default false
);

create table mail_stops (
    person_id uuid not null,
    kind text not null,
    created_at timestamp with time zone not null
);

create table mandates (
    id uuid not null,
    partner_id uuid not null,
    test boolean not null,
    reference text not null,
    group_id uuid,
    address text not null default ''::text,
    about jsonb not null default '{}'::jsonb,
    state text not null,
    words text not null default ''::text,
    asked_at timestamp with time zone not null,
    lapses_at timestamp with time zone not null,
    answered_at timestamp with time zone,
    answered_by uuid,
    ended_at timestamp with time zone
);

create table matches (
    id uuid not null,
    offer_id uuid not null,
    need_id uuid not null,
    fit double precision not null,
    reasons jsonb not null,
    weights text not null,
    slots jsonb not null default '[]'::jsonb,
    offer_version bigint not null,
    need_version bigint not null,
    found_at timestamp with time zone not null,
    gone_at timestamp with time zone,
    since timestamp with time zone
);

create table meanings (
    listing_id uuid not null,
    digest bytea not null,
    model text not null,
    vectors bytea not null,
    things bytea not null,
    read_at timestamp with time zone not null
);

create table memberships (
    id uuid not null,
    group_id uuid not null,
    person_id uuid not null,
    role text not null,
    since timestamp with time zone not null,
    until timestamp with time zone
);

create table message_files (
    id uuid not null,
    message_id uuid not null,
    "position" integer not null,
    name text not null,
    type text not null,
    size integer not null,
    content bytea not null
);

create table messages (
    id uuid not null,
    introduction_id uuid not null,
    side text not null,
    person_id uuid not null,
    group_id uuid not null,
    text text not null,
    way text not null,
    answers_id uuid,
    mail_id text not null default ''::text,
    left_out jsonb not null default '[]'::jsonb,
    created_at timestamp with time zone not null,
    purged_at timestamp with time zone
);

create table network_members (
    network_id uuid not null,
    group_id uuid not null,
    asked_at timestamp with time zone,
    invited_at timestamp with time zone,
    agreed_at timestamp with time zone,
    cleared_at timestamp with time zone
);

create table network_parents (
    child_id uuid not null,
    parent_id uuid not null,
    agreed_at timestamp with time zone,
    asked_at timestamp with time zone,
    invited_at timestamp with time zone
);

create table network_peers (
    network_id uuid not null,
    peer_id uuid not null,
    agreed_at timestamp with time zone,
    asked_at timestamp with time zone,
    asked_by uuid
);

create table network_refusals (
    id uuid not null,
    network_id uuid not null,
    group_id uuid not null,
    words text not null default ''::text,
    refused_by uuid,
    created_at timestamp with time zone not null
);

create table network_words (
    network_id uuid not null,
    what text not null,
    code text not null,
    word text not null
);

create table networks (
    id uuid not null,
    slug text not null,
    name text not null,
    about text not null default ''::text,
    level text not null,
    boundary jsonb not null default '[]'::jsonb,
    sample boolean not null default false,
    created_at timestamp with time zone not null,
    mails_a_week integer,
    holds boolean not null default false,
    sandbox boolean not null default false,
    mails_a_day integer,
    open_requests integer,
    removed_at timestamp with time zone,
    likeness text not null default ''::text,
    held_at timestamp with time zone
);

create table once (
    id text not null,
    person uuid,
    answer text not null,
    at timestamp with time zone not null,
    digest bytea,
    said bytea,
    partner uuid
);

create table outbox (
    id bigint not null generated always as identity,
    kind text not null,
    subject uuid not null,
    other uuid,
    state text not null default 'waiting'::text,
    attempt integer not null default 0,
    failures integer not null default 0,
    fault text not null default ''::text,
    due_at timestamp with time zone not null,
    queued_at timestamp with time zone not null,
    sent_at timestamp with time zone,
    beat_at timestamp with time zone,
    ended_at timestamp with time zone
);

create table partings (
    listing_id uuid not null,
    network_id uuid not null,
    xid xid8 not null default pg_current_xact_id()
);

create table partner_grants (
    id uuid not null,
    partner_id uuid not null,
    network_id uuid,
    scopes jsonb not null,
    per_minute integer not null,
    per_day integer not null,
    state text not null,
    reason text not null default ''::text,
    asked_at timestamp with time zone not null,
    decided_at timestamp with time zone,
    decided_by uuid
);

create table partners (
    id uuid not null,
    person_id uuid not null,
    name text not null,
    site text not null,
    purpose text not null,
    origins jsonb not null default '[]'::jsonb,
    created_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    fed_at timestamp with time zone,
    warned_at timestamp with time zone,
    stopped_at timestamp with time zone
);

create table passkey_challenges (
    id uuid not null,
    person_id uuid,
    browser_hash bytea not null default '\x'::bytea,
    state text not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null
);

create table passkeys (
    id uuid not null,
    person_id uuid not null,
    name text not null,
    credential_id bytea not null,
    record text not null,
    created_at timestamp with time zone not null,
    seen_at timestamp with time zone,
    doubted_at timestamp with time zone
);

create table people (
    id uuid not null,
    address text not null,
    name text not null default ''::text,
    language text not null default 'en-GB'::text,
    zone text not null default 'Europe/London'::text,
    operator boolean not null default false,
    bounced boolean not null default false,
    created_at timestamp with time zone not null,
    erased_at timestamp with time zone,
    digest text not null default ''::text,
    digest_due timestamp with time zone,
    digest_at timestamp with time zone,
    mails_a_week integer,
    address_since timestamp with time zone,
    mails_a_day integer,
    open_requests integer
);

create table photos (
    id uuid not null,
    listing_id uuid not null,
    "position" integer not null,
    alt text not null default ''::text,
    decorative boolean not null default false,
    width integer not null,
    height integer not null,
    small_width integer not null,
    created_at timestamp with time zone not null,
    hidden_at timestamp with time zone,
    large bytea not null,
    small bytea not null
);

create table places (
    id uuid not null,
    group_id uuid not null,
    label text not null default ''::text,
    postcode text not null default ''::text,
    outcode text not null default ''::text,
    borough text not null default ''::text,
    region text not null default ''::text,
    "precision" text not null,
    exact_lat double precision not null,
    exact_lng double precision not null,
    public_lat double precision not null,
    public_lng double precision not null,
    zone text not null default 'Europe/London'::text,
    created_at timestamp with time zone not null
);

create table postcodes (
    postcode text not null,
    lat double precision not null,
    lng double precision not null,
    borough text not null default ''::text
);

create table posted_forms (
    person_id uuid not null,
    id uuid not null,
    listing_id uuid not null,
    posted_at timestamp with time zone not null
);

create table public_points (
    cell text not null,
    lat double precision not null,
    lng double precision not null
);

create table reports (
    id uuid not null,
    subject text not null,
    subject_id uuid not null,
    reason text not null,
    words text not null default ''::text,
    person_id uuid,
    created_at timestamp with time zone not null,
    handled_at timestamp with time zone,
    address text not null default ''::text
);

create table ring_members (
    ring_id uuid not null,
    "position" integer not null,
    group_id uuid not null,
    offer_id uuid not null,
    need_id uuid not null,
    amount integer not null,
    slots jsonb not null default '[]'::jsonb,
    reasons jsonb not null default '[]'::jsonb,
    fit double precision not null,
    answer text not null default ''::text,
    answered_by uuid,
    answered_at timestamp with time zone,
    told_at timestamp with time zone,
    introduction_id uuid,
    live boolean not null
);

create table rings (
    id uuid not null,
    version bigint not null default 1,
    state text not null,
    worth double precision not null,
    proposed_at timestamp with time zone not null,
    connected_at timestamp with time zone,
    ended_at timestamp with time zone,
    settled_at timestamp with time zone
);

create table saved_searches (
    id uuid not null,
    person_id uuid not null,
    name text not null default ''::text,
    question jsonb not null,
    pace text not null,
    paused_at timestamp with time zone,
    alert_due timestamp with time zone,
    created_at timestamp with time zone not null
);

create table search_changes (
    seq bigint not null generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    search_id uuid not null
);

create table sessions (
    id uuid not null,
    person_id uuid not null,
    hash bytea not null,
    device text not null default ''::text,
    created_at timestamp with time zone not null,
    seen_at timestamp with time zone not null,
    ended_at timestamp with time zone
);

create table share_outs (
    id uuid not null,
    cause text not null,
    network_id uuid,
    kind text not null default ''::text,
    weights text not null,
    needs integer not null,
    offers integer not null,
    pairs integer not null,
    value double precision not null,
    bound double precision not null,
    gap double precision not null,
    steps integer not null,
    at timestamp with time zone not null
);

create table share_parts (
    share_out_id uuid not null,
    "position" integer not null,
    offer_id uuid not null,
    need_id uuid not null,
    amount integer not null,
    slots jsonb not null default '[]'::jsonb
);

create table shared_needs (
    need_id uuid not null,
    share_out_id uuid,
    since timestamp with time zone not null
);

create table sign_ins (
    id uuid not null,
    address text not null,
    link_hash bytea not null,
    browser_hash bytea not null,
    device text not null default ''::text,
    next text not null default ''::text,
    tries integer not null default 0,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    used_at timestamp with time zone
);

create table supplied (
    id uuid not null,
    partner_id uuid not null,
    test boolean not null,
    reference text not null,
    mandate_id uuid not null,
    listing_id uuid,
    said jsonb,
    digest bytea not null,
    link text not null default ''::text,
    created_at timestamp with time zone not null,
    sent_at timestamp with time zone not null,
    closed_at timestamp with time zone,
    stopped_at timestamp with time zone,
    shown jsonb,
    bound jsonb
);

create table suppressed (
    hash bytea not null,
    since timestamp with time zone not null,
    why text not null default 'erased'::text
);

create table tokens (
    id uuid not null,
    person_id uuid not null,
    name text not null,
    hash bytea not null,
    scopes jsonb not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    seen_at timestamp with time zone,
    ended_at timestamp with time zone,
    partner_id uuid,
    prefix text not null default ''::text,
    test boolean not null default false
);

create table traces (
    group_id uuid not null,
    cell text not null,
    public_lat double precision not null,
    public_lng double precision not null
);

create table unfinished_forms (
    person_id uuid not null,
    id uuid not null,
    side text not null,
    fields jsonb not null,
    kept_at timestamp with time zone not null,
    version bigint not null default 1
);

create table unsent_forms (
    browser_hash bytea not null,
    side text not null,
    fields jsonb not null,
    kept_at timestamp with time zone not null
);

create table webhook_mark (
    one boolean not null default true,
    era text not null,
    xid xid8 not null,
    seq bigint not null
);

create table webhooks (
    id uuid not null,
    partner_id uuid not null,
    test boolean not null default false,
    url text not null,
    types jsonb not null,
    created_at timestamp with time zone not null,
    secret_id uuid not null,
    old_secret_id uuid,
    old_until timestamp with time zone,
    state text not null,
    why text not null default ''::text,
    disabled_at timestamp with time zone,
    failing_since timestamp with time zone,
    failures integer not null default 0,
    rest_until timestamp with time zone,
    lease uuid,
    lease_until timestamp with time zone
);

alter table address_changes add constraint address_changes_pkey PRIMARY KEY (id);

alter table address_changes add constraint address_changes_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table address_changes add constraint address_changes_outcome_check CHECK ((outcome = ANY (ARRAY[''::text, 'confirmed'::text, 'stopped'::text, 'replaced'::text, 'taken_back'::text])));

alter table alerts add constraint alerts_pkey PRIMARY KEY (search_id, listing_id);

alter table alerts add constraint alerts_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES letters(id) ON DELETE SET NULL;

alter table alerts add constraint alerts_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table alerts add constraint alerts_search_id_fkey FOREIGN KEY (search_id) REFERENCES saved_searches(id) ON DELETE CASCADE;

alter table allocations add constraint allocations_pkey PRIMARY KEY (id);

alter table allocations add constraint allocations_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES introductions(id) ON DELETE CASCADE;

alter table allocations add constraint allocations_need_id_fkey FOREIGN KEY (need_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table allocations add constraint allocations_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table allocations add constraint allocations_amount_check CHECK ((amount >= 1));

alter table allocations add constraint allocations_check CHECK ((ends_at > starts_at));

alter table blocks add constraint blocks_pkey PRIMARY KEY (group_id, blocked_id);

alter table blocks add constraint blocks_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table blocks add constraint blocks_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table blocks add constraint blocks_check CHECK ((group_id <> blocked_id));

alter table bounces add constraint bounces_pkey PRIMARY KEY (letter_id, fate);

alter table bounces add constraint bounces_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table bounces add constraint bounces_fate_check CHECK ((fate = ANY (ARRAY['soft'::text, 'hard'::text, 'complained'::text])));

alter table calendar_feeds add constraint calendar_feeds_hash_key UNIQUE (hash);

alter table calendar_feeds add constraint calendar_feeds_person_id_key UNIQUE (person_id);

alter table calendar_feeds add constraint calendar_feeds_pkey PRIMARY KEY (id);

alter table calendar_feeds add constraint calendar_feeds_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table change_marks add constraint change_marks_pkey PRIMARY KEY (xid);

alter table changes add constraint changes_pkey PRIMARY KEY (xid, seq);

alter table check_statements add constraint check_statements_pkey PRIMARY KEY (group_id);

alter table check_statements add constraint check_statements_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table check_statements add constraint check_statements_level_check CHECK ((level = ANY (ARRAY['basic'::text, 'standard'::text, 'enhanced'::text])));

alter table connectors add constraint connectors_pkey PRIMARY KEY (network_id, person_id);

alter table connectors add constraint connectors_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES people(id) ON DELETE SET NULL;

alter table connectors add constraint connectors_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table connectors add constraint connectors_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table consents add constraint consents_pkey PRIMARY KEY (id);

alter table consents add constraint consents_connector_id_fkey FOREIGN KEY (connector_id) REFERENCES people(id) ON DELETE SET NULL;

alter table consents add constraint consents_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table consents add constraint consents_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES introductions(id) ON DELETE CASCADE;

alter table consents add constraint consents_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table consents add constraint consents_about_check CHECK ((about = ANY (ARRAY['answer'::text, 'suggested'::text, 'agreed'::text, 'kept'::text, 'ended_early'::text, 'stopped'::text, 'outcome'::text])));

alter table consents add constraint consents_answer_check CHECK ((answer = ANY (ARRAY['yes'::text, 'no'::text])));

alter table consents add constraint consents_way_check CHECK ((way = ANY (ARRAY['phone'::text, 'paper'::text, 'in_person'::text])));

alter table decisions add constraint decisions_pkey PRIMARY KEY (id);

alter table decisions add constraint decisions_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES people(id) ON DELETE SET NULL;

alter table decisions add constraint decisions_appealed_by_fkey FOREIGN KEY (appealed_by) REFERENCES people(id) ON DELETE SET NULL;

alter table decisions add constraint decisions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES people(id) ON DELETE SET NULL;

alter table decisions add constraint decisions_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table decisions add constraint decisions_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE SET NULL;

alter table decisions add constraint decisions_act_check CHECK ((act = ANY (ARRAY['hidden'::text, 'kept'::text, 'refused'::text])));

alter table decisions add constraint decisions_outcome_check CHECK ((outcome = ANY (ARRAY[''::text, 'upheld'::text, 'restored'::text])));

alter table decisions add constraint decisions_subject_check CHECK ((subject = ANY (ARRAY['listing'::text, 'photo'::text, 'group'::text, 'message'::text, 'network'::text, 'site'::text])));

alter table deliveries add constraint deliveries_pkey PRIMARY KEY (id);

alter table deliveries add constraint deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks(id) ON DELETE CASCADE;

alter table deliveries add constraint deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'failed'::text, 'passed'::text])));

alter table events add constraint events_pkey PRIMARY KEY (id);

alter table evidence add constraint evidence_pkey PRIMARY KEY (id);

alter table evidence add constraint evidence_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table evidence add constraint evidence_shown_in_fkey FOREIGN KEY (shown_in) REFERENCES networks(id) ON DELETE SET NULL;

alter table evidence add constraint evidence_shown_to_fkey FOREIGN KEY (shown_to) REFERENCES people(id) ON DELETE SET NULL;

alter table evidence add constraint evidence_kind_check CHECK ((kind = ANY (ARRAY['insurance'::text, 'safeguarding'::text])));

alter table exchanges add constraint exchanges_introduction_id_key UNIQUE (introduction_id);

alter table exchanges add constraint exchanges_pkey PRIMARY KEY (id);

alter table exchanges add constraint exchanges_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES introductions(id) ON DELETE CASCADE;

alter table exchanges add constraint exchanges_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES people(id) ON DELETE SET NULL;

alter table exchanges add constraint exchanges_amount_check CHECK ((amount >= 1));

alter table exchanges add constraint exchanges_need_says_check CHECK ((need_says = ANY (ARRAY[''::text, 'yes'::text, 'no'::text])));

alter table exchanges add constraint exchanges_offer_says_check CHECK ((offer_says = ANY (ARRAY[''::text, 'yes'::text, 'no'::text])));

alter table exchanges add constraint exchanges_outcome_check CHECK ((outcome = ANY (ARRAY['unknown'::text, 'happened'::text, 'one_yes'::text, 'not_done'::text, 'disputed'::text, 'silent'::text])));

alter table exchanges add constraint exchanges_proposed_side_check CHECK ((proposed_side = ANY (ARRAY[''::text, 'offer'::text, 'need'::text])));

alter table exchanges add constraint exchanges_stage_check CHECK ((stage = ANY (ARRAY['arranging'::text, 'suggested'::text, 'agreed'::text, 'asked'::text, 'happened'::text, 'one_yes'::text, 'not_done'::text, 'disputed'::text, 'silent'::text, 'called_off'::text, 'released'::text])));

alter table export_parts add constraint export_parts_pkey PRIMARY KEY (export_id, "position");

alter table export_parts add constraint export_parts_export_id_fkey FOREIGN KEY (export_id) REFERENCES exports(id) ON DELETE CASCADE;

alter table exports add constraint exports_pkey PRIMARY KEY (id);

alter table exports add constraint exports_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table groups add constraint groups_pkey PRIMARY KEY (id);

alter table groups add constraint groups_check CHECK (((NOT name_hidden) OR (alias <> ''::text)));

alter table groups add constraint groups_legal_form_check CHECK ((legal_form = ANY (ARRAY['informal'::text, 'constituted'::text, 'cic'::text, 'charity'::text])));

alter table groups add constraint groups_size_check CHECK ((size >= 0));

alter table held_listings add constraint held_listings_pkey PRIMARY KEY (listing_id);

alter table held_listings add constraint held_listings_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table held_listings add constraint held_listings_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table import_parts add constraint import_parts_pkey PRIMARY KEY (import_id, "position");

alter table import_parts add constraint import_parts_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id) ON DELETE CASCADE;

alter table import_rows add constraint import_rows_pkey PRIMARY KEY (import_id, "position");

alter table import_rows add constraint import_rows_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id) ON DELETE CASCADE;

alter table imports add constraint imports_pkey PRIMARY KEY (id);

alter table imports add constraint imports_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id) ON DELETE CASCADE;

alter table imports add constraint imports_state_check CHECK ((state = ANY (ARRAY['reading'::text, 'looking'::text, 'shown'::text, 'refused'::text, 'doing'::text, 'done'::text])));

alter table introductions add constraint introductions_pkey PRIMARY KEY (id);

alter table introductions add constraint introductions_match_id_fkey FOREIGN KEY (match_id) REFERENCES matches(id) ON DELETE SET NULL;

alter table introductions add constraint introductions_need_by_fkey FOREIGN KEY (need_by) REFERENCES people(id) ON DELETE SET NULL;

alter table introductions add constraint introductions_need_group_id_fkey FOREIGN KEY (need_group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table introductions add constraint introductions_need_id_fkey FOREIGN KEY (need_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table introductions add constraint introductions_offer_by_fkey FOREIGN KEY (offer_by) REFERENCES people(id) ON DELETE SET NULL;

alter table introductions add constraint introductions_offer_group_id_fkey FOREIGN KEY (offer_group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table introductions add constraint introductions_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table introductions add constraint introductions_amount_check CHECK ((amount >= 1));

alter table introductions add constraint introductions_check CHECK ((offer_group_id <> need_group_id));

alter table introductions add constraint introductions_check1 CHECK (((state <> 'connected'::text) OR ((need_answer = 'yes'::text) AND (offer_answer = 'yes'::text))));

alter table introductions add constraint introductions_check2 CHECK (((state <> 'asked'::text) OR (need_answer = 'yes'::text)));

alter table introductions add constraint introductions_need_answer_check CHECK ((need_answer = ANY (ARRAY[''::text, 'yes'::text, 'no'::text])));

alter table introductions add constraint introductions_offer_answer_check CHECK ((offer_answer = ANY (ARRAY[''::text, 'yes'::text, 'no'::text])));

alter table introductions add constraint introductions_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'asked'::text, 'connected'::text, 'declined'::text, 'lapsed'::text, 'withdrawn'::text])));

alter table invitations add constraint invitations_pkey PRIMARY KEY (id);

alter table invitations add constraint invitations_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table invitations add constraint invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES people(id) ON DELETE SET NULL;

alter table invitations add constraint invitations_outcome_check CHECK ((outcome = ANY (ARRAY[''::text, 'accepted'::text, 'declined'::text, 'revoked'::text, 'expired'::text])));

alter table invitations add constraint invitations_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'poster'::text, 'reader'::text])));

alter table kinds add constraint kinds_pkey PRIMARY KEY (code);

alter table letter_introductions add constraint letter_introductions_pkey PRIMARY KEY (introduction_id, person_id, kind);

alter table letter_introductions add constraint letter_introductions_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES introductions(id) ON DELETE CASCADE;

alter table letter_introductions add constraint letter_introductions_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES letters(id) ON DELETE CASCADE;

alter table letter_introductions add constraint letter_introductions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table letters add constraint letters_message_id_key UNIQUE (message_id);

alter table letters add constraint letters_pkey PRIMARY KEY (id);

alter table letters add constraint letters_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table letters add constraint letters_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table letters add constraint letters_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])));

alter table listings add constraint listings_pkey PRIMARY KEY (id);

alter table listings add constraint listings_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table listings add constraint listings_kind_fkey FOREIGN KEY (kind) REFERENCES kinds(code);

alter table listings add constraint listings_place_id_fkey FOREIGN KEY (place_id) REFERENCES places(id);

alter table listings add constraint listings_posted_by_fkey FOREIGN KEY (posted_by) REFERENCES people(id) ON DELETE SET NULL;

alter table listings add constraint listings_check CHECK (((place_id IS NOT NULL) OR (way = 'online'::text)));

alter table listings add constraint listings_circle_check CHECK ((circle = ANY (ARRAY['networks'::text, 'borough'::text, 'city'::text, 'anyone'::text])));

alter table listings add constraint listings_life_check CHECK ((life = ANY (ARRAY['draft'::text, 'open'::text, 'paused'::text, 'fulfilled'::text, 'withdrawn'::text, 'expired'::text, 'removed'::text])));

alter table listings add constraint listings_quantity_check CHECK ((quantity >= 1));

alter table listings add constraint listings_reach_km_check CHECK ((reach_km >= (0)::double precision));

alter table listings add constraint listings_side_check CHECK ((side = ANY (ARRAY['offer'::text, 'need'::text])));

alter table listings add constraint listings_way_check CHECK ((way = ANY (ARRAY['at_place'::text, 'delivered'::text, 'collected'::text, 'online'::text])));

alter table mail_stops add constraint mail_stops_pkey PRIMARY KEY (person_id, kind);

alter table mail_stops add constraint mail_stops_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table mandates add constraint mandates_pkey PRIMARY KEY (id);

alter table mandates add constraint mandates_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES people(id) ON DELETE SET NULL;

alter table mandates add constraint mandates_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table mandates add constraint mandates_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id) ON DELETE CASCADE;

alter table mandates add constraint mandates_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'given'::text, 'refused'::text, 'withdrawn'::text, 'lapsed'::text])));

alter table matches add constraint matches_offer_id_need_id_key UNIQUE (offer_id, need_id);

alter table matches add constraint matches_pkey PRIMARY KEY (id);

alter table matches add constraint matches_need_id_fkey FOREIGN KEY (need_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table matches add constraint matches_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table matches add constraint matches_fit_check CHECK (((fit >= (0)::double precision) AND (fit <= (1)::double precision)));

alter table meanings add constraint meanings_pkey PRIMARY KEY (listing_id);

alter table meanings add constraint meanings_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table meanings add constraint meanings_digest_check CHECK ((length(digest) = 32));

alter table meanings add constraint meanings_things_check CHECK (((length(things) % 4) = 0));

alter table meanings add constraint meanings_vectors_check CHECK (((length(vectors) >= 384) AND ((length(vectors) % 384) = 0)));

alter table memberships add constraint memberships_pkey PRIMARY KEY (id);

alter table memberships add constraint memberships_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table memberships add constraint memberships_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table memberships add constraint memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'poster'::text, 'reader'::text])));

alter table message_files add constraint message_files_pkey PRIMARY KEY (id);

alter table message_files add constraint message_files_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE;

alter table messages add constraint messages_pkey PRIMARY KEY (id);

alter table messages add constraint messages_answers_id_fkey FOREIGN KEY (answers_id) REFERENCES messages(id) ON DELETE SET NULL;

alter table messages add constraint messages_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table messages add constraint messages_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES introductions(id) ON DELETE CASCADE;

alter table messages add constraint messages_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table messages add constraint messages_side_check CHECK ((side = ANY (ARRAY['offer'::text, 'need'::text])));

alter table messages add constraint messages_way_check CHECK ((way = ANY (ARRAY['page'::text, 'mail'::text])));

alter table network_members add constraint network_members_pkey PRIMARY KEY (network_id, group_id);

alter table network_members add constraint network_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table network_members add constraint network_members_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_parents add constraint network_parents_pkey PRIMARY KEY (child_id, parent_id);

alter table network_parents add constraint network_parents_child_id_fkey FOREIGN KEY (child_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_parents add constraint network_parents_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_parents add constraint network_parents_check CHECK ((child_id <> parent_id));

alter table network_peers add constraint network_peers_pkey PRIMARY KEY (network_id, peer_id);

alter table network_peers add constraint network_peers_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_peers add constraint network_peers_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_peers add constraint network_peers_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_peers add constraint network_peers_check CHECK ((network_id < peer_id));

alter table network_refusals add constraint network_refusals_pkey PRIMARY KEY (id);

alter table network_refusals add constraint network_refusals_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table network_refusals add constraint network_refusals_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_refusals add constraint network_refusals_refused_by_fkey FOREIGN KEY (refused_by) REFERENCES people(id) ON DELETE SET NULL;

alter table network_words add constraint network_words_pkey PRIMARY KEY (network_id, what, code);

alter table network_words add constraint network_words_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table network_words add constraint network_words_what_check CHECK ((what = ANY (ARRAY['kind'::text, 'tag'::text])));

alter table networks add constraint networks_slug_key UNIQUE (slug);

alter table networks add constraint networks_pkey PRIMARY KEY (id);

alter table networks add constraint networks_level_check CHECK ((level = ANY (ARRAY['neighbourhood'::text, 'borough'::text, 'city_region'::text, 'national'::text, 'interest'::text])));

alter table networks add constraint networks_mails_a_day_check CHECK ((mails_a_day >= 0));

alter table networks add constraint networks_mails_a_week_check CHECK ((mails_a_week >= 0));

alter table networks add constraint networks_open_requests_check CHECK ((open_requests >= 1));

alter table once add constraint once_pkey PRIMARY KEY (id);

alter table outbox add constraint outbox_pkey PRIMARY KEY (id);

alter table outbox add constraint outbox_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'done'::text, 'failed'::text])));

alter table partings add constraint partings_pkey PRIMARY KEY (listing_id, network_id);

alter table partner_grants add constraint partner_grants_pkey PRIMARY KEY (id);

alter table partner_grants add constraint partner_grants_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES people(id) ON DELETE SET NULL;

alter table partner_grants add constraint partner_grants_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE CASCADE;

alter table partner_grants add constraint partner_grants_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id) ON DELETE CASCADE;

alter table partner_grants add constraint partner_grants_per_day_check CHECK ((per_day > 0));

alter table partner_grants add constraint partner_grants_per_minute_check CHECK ((per_minute > 0));

alter table partner_grants add constraint partner_grants_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'granted'::text, 'refused'::text, 'ended'::text])));

alter table partners add constraint partners_pkey PRIMARY KEY (id);

alter table partners add constraint partners_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table passkey_challenges add constraint passkey_challenges_pkey PRIMARY KEY (id);

alter table passkey_challenges add constraint passkey_challenges_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table passkeys add constraint passkeys_credential_id_key UNIQUE (credential_id);

alter table passkeys add constraint passkeys_pkey PRIMARY KEY (id);

alter table passkeys add constraint passkeys_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table people add constraint people_address_key UNIQUE (address);

alter table people add constraint people_pkey PRIMARY KEY (id);

alter table people add constraint people_digest_check CHECK ((digest = ANY (ARRAY[''::text, 'weekly'::text, 'daily'::text])));

alter table people add constraint people_mails_a_day_check CHECK ((mails_a_day >= 0));

alter table people add constraint people_mails_a_week_check CHECK ((mails_a_week >= 0));

alter table people add constraint people_open_requests_check CHECK ((open_requests >= 1));

alter table photos add constraint photos_pkey PRIMARY KEY (id);

alter table photos add constraint photos_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table photos add constraint photos_height_check CHECK ((height > 0));

alter table photos add constraint photos_position_check CHECK (("position" >= 0));

alter table photos add constraint photos_small_width_check CHECK ((small_width > 0));

alter table photos add constraint photos_width_check CHECK ((width > 0));

alter table places add constraint places_pkey PRIMARY KEY (id);

alter table places add constraint places_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table places add constraint places_precision_check CHECK (("precision" = ANY (ARRAY['point'::text, 'postcode'::text, 'outcode'::text])));

alter table postcodes add constraint postcodes_pkey PRIMARY KEY (postcode);

alter table posted_forms add constraint posted_forms_pkey PRIMARY KEY (person_id, id);

alter table posted_forms add constraint posted_forms_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table public_points add constraint public_points_pkey PRIMARY KEY (cell);

alter table reports add constraint reports_pkey PRIMARY KEY (id);

alter table reports add constraint reports_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE SET NULL;

alter table reports add constraint reports_subject_check CHECK ((subject = ANY (ARRAY['listing'::text, 'photo'::text, 'group'::text, 'message'::text, 'network'::text, 'site'::text])));

alter table ring_members add constraint ring_members_pkey PRIMARY KEY (ring_id, "position");

alter table ring_members add constraint ring_members_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES people(id) ON DELETE SET NULL;

alter table ring_members add constraint ring_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table ring_members add constraint ring_members_introduction_id_fkey FOREIGN KEY (introduction_id) REFERENCES introductions(id) ON DELETE SET NULL;

alter table ring_members add constraint ring_members_need_id_fkey FOREIGN KEY (need_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table ring_members add constraint ring_members_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table ring_members add constraint ring_members_ring_id_fkey FOREIGN KEY (ring_id) REFERENCES rings(id) ON DELETE CASCADE;

alter table ring_members add constraint ring_members_amount_check CHECK ((amount >= 1));

alter table ring_members add constraint ring_members_answer_check CHECK ((answer = ANY (ARRAY[''::text, 'yes'::text, 'no'::text])));

alter table ring_members add constraint ring_members_position_check CHECK ((("position" >= 0) AND ("position" <= 3)));

alter table rings add constraint rings_pkey PRIMARY KEY (id);

alter table rings add constraint rings_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'connected'::text, 'declined'::text, 'lapsed'::text, 'withdrawn'::text])));

alter table saved_searches add constraint saved_searches_pkey PRIMARY KEY (id);

alter table saved_searches add constraint saved_searches_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table saved_searches add constraint saved_searches_pace_check CHECK ((pace = ANY (ARRAY['at_once'::text, 'digest'::text])));

alter table search_changes add constraint search_changes_pkey PRIMARY KEY (xid, seq);

alter table sessions add constraint sessions_hash_key UNIQUE (hash);

alter table sessions add constraint sessions_pkey PRIMARY KEY (id);

alter table sessions add constraint sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table share_outs add constraint share_outs_pkey PRIMARY KEY (id);

alter table share_outs add constraint share_outs_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id) ON DELETE SET NULL;

alter table share_outs add constraint share_outs_cause_check CHECK ((cause = ANY (ARRAY['night'::text, 'burst'::text, 'demand'::text])));

alter table share_outs add constraint share_outs_gap_check CHECK (((gap >= (0)::double precision) AND (gap <= (1)::double precision)));

alter table share_parts add constraint share_parts_pkey PRIMARY KEY (share_out_id, "position");

alter table share_parts add constraint share_parts_need_id_fkey FOREIGN KEY (need_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table share_parts add constraint share_parts_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table share_parts add constraint share_parts_share_out_id_fkey FOREIGN KEY (share_out_id) REFERENCES share_outs(id) ON DELETE CASCADE;

alter table share_parts add constraint share_parts_amount_check CHECK ((amount >= 1));

alter table shared_needs add constraint shared_needs_pkey PRIMARY KEY (need_id);

alter table shared_needs add constraint shared_needs_need_id_fkey FOREIGN KEY (need_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table shared_needs add constraint shared_needs_share_out_id_fkey FOREIGN KEY (share_out_id) REFERENCES share_outs(id) ON DELETE CASCADE;

alter table sign_ins add constraint sign_ins_link_hash_key UNIQUE (link_hash);

alter table sign_ins add constraint sign_ins_pkey PRIMARY KEY (id);

alter table supplied add constraint supplied_pkey PRIMARY KEY (id);

alter table supplied add constraint supplied_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES listings(id) ON DELETE CASCADE;

alter table supplied add constraint supplied_mandate_id_fkey FOREIGN KEY (mandate_id) REFERENCES mandates(id) ON DELETE CASCADE;

alter table supplied add constraint supplied_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id) ON DELETE CASCADE;

alter table suppressed add constraint suppressed_pkey PRIMARY KEY (hash);

alter table tokens add constraint tokens_hash_key UNIQUE (hash);

alter table tokens add constraint tokens_pkey PRIMARY KEY (id);

alter table tokens add constraint tokens_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id) ON DELETE CASCADE;

alter table tokens add constraint tokens_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table traces add constraint traces_pkey PRIMARY KEY (group_id, cell);

alter table traces add constraint traces_group_id_fkey FOREIGN KEY (group_id) REFERENCES groups(id) ON DELETE CASCADE;

alter table unfinished_forms add constraint unfinished_forms_pkey PRIMARY KEY (person_id, id);

alter table unfinished_forms add constraint unfinished_forms_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE;

alter table unfinished_forms add constraint unfinished_forms_side_check CHECK ((side = ANY (ARRAY['offer'::text, 'need'::text])));

alter table unsent_forms add constraint unsent_forms_pkey PRIMARY KEY (browser_hash, side);

alter table unsent_forms add constraint unsent_forms_side_check CHECK ((side = ANY (ARRAY['offer'::text, 'need'::text])));

alter table webhook_mark add constraint webhook_mark_pkey PRIMARY KEY (one);

alter table webhook_mark add constraint webhook_mark_one_check CHECK (one);

alter table webhooks add constraint webhooks_pkey PRIMARY KEY (id);

alter table webhooks add constraint webhooks_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id) ON DELETE CASCADE;

alter table webhooks add constraint webhooks_state_check CHECK ((state = ANY (ARRAY['live'::text, 'disabled'::text])));

CREATE INDEX address_changes_person ON public.address_changes USING btree (person_id, created_at DESC);

CREATE INDEX alerts_letter ON public.alerts USING btree (letter_id) WHERE (letter_id IS NOT NULL);

CREATE INDEX alerts_listing ON public.alerts USING btree (listing_id);

CREATE INDEX alerts_waiting ON public.alerts USING btree (search_id, found_at) WHERE (told_at IS NULL);

CREATE INDEX allocations_introduction ON public.allocations USING btree (introduction_id);

CREATE INDEX allocations_offer ON public.allocations USING btree (offer_id, starts_at) WHERE (released_at IS NULL);

CREATE INDEX blocks_blocked ON public.blocks USING btree (blocked_id);

CREATE INDEX bounces_person ON public.bounces USING btree (person_id, created_at DESC);

CREATE INDEX connectors_person ON public.connectors USING btree (person_id);

CREATE INDEX consents_introduction ON public.consents USING btree (introduction_id);

CREATE INDEX decisions_appealed ON public.decisions USING btree (appealed_at) WHERE ((appealed_at IS NOT NULL) AND (answered_at IS NULL));

CREATE INDEX decisions_newest ON public.decisions USING btree (created_at DESC, id DESC);

CREATE INDEX decisions_subject ON public.decisions USING btree (subject_id, created_at DESC);

CREATE INDEX deliveries_due ON public.deliveries USING btree (due_at) WHERE (state = 'waiting'::text);

CREATE INDEX deliveries_ended ON public.deliveries USING btree (ended_at);

CREATE INDEX deliveries_log ON public.deliveries USING btree (webhook_id, seq);

CREATE INDEX deliveries_subject ON public.deliveries USING btree (webhook_id, subject_id, seq);

CREATE INDEX deliveries_waiting ON public.deliveries USING btree (webhook_id, seq) WHERE (state = 'waiting'::text);

CREATE INDEX events_subject ON public.events USING btree (subject_id, id);

CREATE INDEX evidence_expires ON public.evidence USING btree (expires) WHERE (expires <> ''::text);

CREATE INDEX evidence_group ON public.evidence USING btree (group_id);

CREATE INDEX exchanges_ask ON public.exchanges USING btree (ask_at) WHERE ((stage = 'agreed'::text) AND (ask_at IS NOT NULL));

CREATE INDEX exchanges_asked ON public.exchanges USING btree (asked_at) WHERE (stage = 'asked'::text);

CREATE INDEX exchanges_nudge ON public.exchanges USING btree (remind_at) WHERE ((stage = ANY (ARRAY['agreed'::text, 'suggested'::text])) AND (remind_at IS NOT NULL));

CREATE INDEX exchanges_unagreed ON public.exchanges USING btree (open_since) WHERE (stage = ANY (ARRAY['arranging'::text, 'suggested'::text]));

CREATE INDEX exchanges_worked ON public.exchanges USING btree (closed_at DESC, id) WHERE ((stage = ANY (ARRAY['happened'::text, 'one_yes'::text])) AND ((need_worked <> ''::text) OR (offer_worked <> ''::text)));

CREATE UNIQUE INDEX exports_person ON public.exports USING btree (person_id);

CREATE INDEX groups_held ON public.groups USING btree (held_at, id) WHERE (held_at IS NOT NULL);

CREATE INDEX groups_hiding ON public.groups USING btree (id) WHERE name_hidden;

CREATE INDEX groups_likeness ON public.groups USING btree (likeness);

CREATE INDEX groups_slips ON public.groups USING gin (likeness_slips(likeness));

CREATE INDEX held_listings_oldest ON public.held_listings USING btree (created_at, listing_id);

CREATE INDEX import_rows_open ON public.import_rows USING btree (import_id, "position") WHERE ((result = ''::text) AND (act = ANY (ARRAY['add'::text, 'change'::text, 'keep'::text, 'close'::text])));

CREATE INDEX imports_created ON public.imports USING btree (created_at);

CREATE UNIQUE INDEX imports_doing ON public.imports USING btree (partner_id, test) WHERE (state = 'doing'::text);

CREATE INDEX imports_partner ON public.imports USING btree (partner_id, test);

CREATE UNIQUE INDEX introductions_living ON public.introductions USING btree (offer_id, need_id) WHERE (state = ANY (ARRAY['proposed'::text, 'asked'::text, 'connected'::text]));

CREATE INDEX introductions_need ON public.introductions USING btree (need_id, state);

CREATE INDEX introductions_need_group ON public.introductions USING btree (need_group_id, proposed_at DESC);

CREATE UNIQUE INDEX introductions_need_mask ON public.introductions USING btree (need_mask) WHERE (need_mask <> ''::text);

CREATE INDEX introductions_offer ON public.introductions USING btree (offer_id, state);

CREATE INDEX introductions_offer_group ON public.introductions USING btree (offer_group_id, proposed_at DESC);

CREATE UNIQUE INDEX introductions_offer_mask ON public.introductions USING btree (offer_mask) WHERE (offer_mask <> ''::text);

CREATE INDEX introductions_open ON public.introductions USING btree (state) WHERE (state = ANY (ARRAY['proposed'::text, 'asked'::text]));

CREATE INDEX introductions_unsettled ON public.introductions USING btree (ended_at) WHERE ((ended_at IS NOT NULL) AND (settled_at IS NULL));

CREATE INDEX invitations_expire ON public.invitations USING btree (expires_at) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX invitations_open ON public.invitations USING btree (group_id, address) WHERE (ended_at IS NULL);

CREATE INDEX letter_introductions_letter ON public.letter_introductions USING btree (letter_id);

CREATE INDEX letters_about ON public.letters USING btree (about_id, kind);

CREATE INDEX letters_failed ON public.letters USING btree (ended_at) WHERE (state = 'failed'::text);

CREATE INDEX letters_failed_newest ON public.letters USING btree (created_at DESC, id DESC) WHERE (state = 'failed'::text);

CREATE INDEX letters_invited ON public.letters USING btree (ended_at) WHERE ((kind = 'group_invitation'::text) AND (address <> ''::text));

CREATE INDEX letters_newest ON public.letters USING btree (created_at DESC, id DESC);

CREATE UNIQUE INDEX letters_once ON public.letters USING btree (once, person_id) WHERE (once IS NOT NULL);

CREATE INDEX letters_person ON public.letters USING btree (person_id, kind, created_at DESC);

CREATE INDEX letters_taken ON public.letters USING btree (sent_at) WHERE (state = 'sent'::text);

CREATE INDEX letters_tried ON public.letters USING btree (COALESCE(again_at, created_at)) WHERE (state = 'waiting'::text);

CREATE INDEX letters_waiting ON public.letters USING btree (created_at) WHERE (state = 'waiting'::text);

CREATE INDEX listings_group ON public.listings USING btree (group_id, created_at DESC);

CREATE INDEX listings_open ON public.listings USING btree (expires_at) WHERE (life = 'open'::text);

CREATE INDEX listings_open_to_anyone ON public.listings USING btree (id) WHERE ((life = 'open'::text) AND (circle = 'anyone'::text));

CREATE INDEX listings_paused ON public.listings USING btree (paused_until) WHERE (life = 'paused'::text);

CREATE INDEX listings_place ON public.listings USING btree (place_id);

CREATE INDEX listings_widening ON public.listings USING btree (id) WHERE ((life = 'open'::text) AND widens AND (circle <> 'anyone'::text));

CREATE INDEX mandates_address ON public.mandates USING btree (address) WHERE (address <> ''::text);

CREATE INDEX mandates_answered_by ON public.mandates USING btree (answered_by) WHERE (answered_by IS NOT NULL);

CREATE UNIQUE INDEX mandates_asked ON public.mandates USING btree (partner_id, group_id) WHERE ((state = 'asked'::text) AND (NOT test) AND (group_id IS NOT NULL));

CREATE INDEX mandates_group ON public.mandates USING btree (group_id) WHERE (group_id IS NOT NULL);

CREATE INDEX mandates_lapsing ON public.mandates USING btree (lapses_at) WHERE (state = 'asked'::text);

CREATE UNIQUE INDEX mandates_reference ON public.mandates USING btree (partner_id, test, reference);

CREATE INDEX matches_need ON public.matches USING btree (need_id, fit DESC);

CREATE INDEX meanings_model ON public.meanings USING btree (model);

CREATE UNIQUE INDEX memberships_current ON public.memberships USING btree (group_id, person_id) WHERE (until IS NULL);

CREATE INDEX memberships_group ON public.memberships USING btree (group_id);

CREATE INDEX memberships_person ON public.memberships USING btree (person_id);

CREATE INDEX message_files_message ON public.message_files USING btree (message_id, "position");

CREATE INDEX messages_introduction ON public.messages USING btree (introduction_id, created_at, id);

CREATE UNIQUE INDEX messages_mail ON public.messages USING btree (introduction_id, mail_id) WHERE (mail_id <> ''::text);

CREATE INDEX messages_person ON public.messages USING btree (person_id, created_at DESC);

CREATE INDEX network_members_group ON public.network_members USING btree (group_id);

CREATE INDEX network_parents_parent ON public.network_parents USING btree (parent_id);

CREATE INDEX networks_held ON public.networks USING btree (held_at, id) WHERE (held_at IS NOT NULL);

CREATE INDEX networks_slips ON public.networks USING gin (likeness_slips(likeness));

CREATE INDEX once_at ON public.once USING btree (at);

CREATE INDEX outbox_due ON public.outbox USING btree (due_at, id) WHERE (state = 'waiting'::text);

CREATE INDEX outbox_ended ON public.outbox USING btree (ended_at) WHERE (state = ANY (ARRAY['done'::text, 'failed'::text]));

CREATE INDEX outbox_indexing ON public.outbox USING btree (subject) WHERE ((kind = 'index'::text) AND (state = ANY (ARRAY['waiting'::text, 'sent'::text])));

CREATE INDEX outbox_sent ON public.outbox USING btree (sent_at) WHERE (state = 'sent'::text);

CREATE INDEX outbox_unindexed ON public.outbox USING btree (ended_at) WHERE ((state = 'failed'::text) AND (kind = ANY (ARRAY['index'::text, 'party'::text])));

CREATE INDEX partings_xid ON public.partings USING btree (xid);

CREATE INDEX partner_grants_network ON public.partner_grants USING btree (network_id);

CREATE UNIQUE INDEX partner_grants_once ON public.partner_grants USING btree (partner_id, COALESCE(network_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE (state = ANY (ARRAY['asked'::text, 'granted'::text]));

CREATE INDEX partner_grants_partner ON public.partner_grants USING btree (partner_id);

CREATE INDEX partners_fed ON public.partners USING btree (fed_at) WHERE (fed_at IS NOT NULL);

CREATE INDEX partners_origins ON public.partners USING gin (origins) WHERE (ended_at IS NULL);

CREATE INDEX partners_person ON public.partners USING btree (person_id);

CREATE INDEX passkey_challenges_expires ON public.passkey_challenges USING btree (expires_at);

CREATE INDEX passkeys_person ON public.passkeys USING btree (person_id, created_at);

CREATE INDEX people_digest ON public.people USING btree (digest_due) WHERE (erased_at IS NULL);

CREATE INDEX photos_hidden ON public.photos USING btree (hidden_at) WHERE (hidden_at IS NOT NULL);

CREATE INDEX photos_listing ON public.photos USING btree (listing_id, "position");

CREATE INDEX places_group ON public.places USING btree (group_id);

CREATE INDEX posted_forms_posted ON public.posted_forms USING btree (posted_at);

CREATE INDEX reports_open ON public.reports USING btree (created_at) WHERE (handled_at IS NULL);

CREATE INDEX reports_subject ON public.reports USING btree (subject_id);

CREATE UNIQUE INDEX ring_members_group ON public.ring_members USING btree (ring_id, group_id);

CREATE UNIQUE INDEX ring_members_live ON public.ring_members USING btree (group_id) WHERE live;

CREATE INDEX ring_members_need ON public.ring_members USING btree (need_id);

CREATE INDEX ring_members_of ON public.ring_members USING btree (group_id, ring_id);

CREATE INDEX ring_members_offer ON public.ring_members USING btree (offer_id);

CREATE INDEX rings_open ON public.rings USING btree (id) WHERE (state = 'proposed'::text);

CREATE INDEX rings_unsettled ON public.rings USING btree (ended_at) WHERE ((ended_at IS NOT NULL) AND (settled_at IS NULL));

CREATE INDEX saved_searches_due ON public.saved_searches USING btree (alert_due) WHERE (alert_due IS NOT NULL);

CREATE INDEX saved_searches_person ON public.saved_searches USING btree (person_id, created_at);

CREATE INDEX sessions_person ON public.sessions USING btree (person_id);

CREATE INDEX share_outs_cause ON public.share_outs USING btree (cause, at DESC);

CREATE INDEX share_parts_need ON public.share_parts USING btree (need_id);

CREATE INDEX share_parts_offer ON public.share_parts USING btree (offer_id);

CREATE INDEX shared_needs_waiting ON public.shared_needs USING btree (since) WHERE (share_out_id IS NULL);

CREATE INDEX sign_ins_browser ON public.sign_ins USING btree (browser_hash, created_at DESC);

CREATE UNIQUE INDEX supplied_listing ON public.supplied USING btree (listing_id) WHERE (listing_id IS NOT NULL);

CREATE INDEX supplied_mandate ON public.supplied USING btree (mandate_id);

CREATE UNIQUE INDEX supplied_reference ON public.supplied USING btree (partner_id, test, reference);

CREATE INDEX tokens_partner ON public.tokens USING btree (partner_id) WHERE (partner_id IS NOT NULL);

CREATE INDEX tokens_person ON public.tokens USING btree (person_id);

CREATE INDEX unfinished_forms_kept ON public.unfinished_forms USING btree (kept_at);

CREATE INDEX unsent_forms_kept ON public.unsent_forms USING btree (kept_at);

CREATE INDEX webhooks_partner ON public.webhooks USING btree (partner_id);

CREATE OR REPLACE FUNCTION public.check_capacity(offer uuid, since timestamp with time zone, until timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
    most  int;
    pause interval;
    peak  bigint;
begin
    select quantity, make_interval(mins => coalesce((times ->> 'turnRound')::int, 0)) into most, pause
      from listings where id = offer for no key update;
    with near as (
        select amount, starts_at, ends_at + pause as frees_at from allocations
         where offer_id = offer and released_at is null
           and (until is null or starts_at < until + pause)
           and (ends_at is null or ends_at + pause > since)
    )
    select max((select sum(a.amount) from near a
                 where a.starts_at <= p.starts_at and (a.frees_at is null or a.frees_at > p.starts_at)))
      into peak from near p;
    if peak > most then
        raise exception 'capacity of offer % exceeded', offer using errcode = 'WH001';
    end if;
end $function$
;

CREATE OR REPLACE FUNCTION public.guard_allocation()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    if new.released_at is null then
        perform check_capacity(new.offer_id, new.starts_at, new.ends_at);
    end if;
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.guard_nesting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    perform pg_advisory_xact_lock(hashtext('network_parents'));
    if exists (
        with recursive above (id) as (
            select new.parent_id
            union
            select p.parent_id from network_parents p join above on p.child_id = above.id
        ) select 1 from above where id = new.child_id
    ) then
        raise exception 'network % would lie below itself', new.child_id using errcode = 'WH002';
    end if;
    return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.guard_quantity()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    perform check_capacity(new.id, '-infinity', null);
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.in_sandbox(whose uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    select exists (select from network_members m join networks n on n.id = m.network_id and n.sandbox where m.group_id = whose)
$function$
;

CREATE OR REPLACE FUNCTION public.likeness_slips(name text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    select array_agg(slip) from (
        select name union select left(name, i - 1) || substr(name, i + 1) from generate_series(1, char_length(name)) i where char_length(name) >= 6
    ) slips (slip)
$function$
;

CREATE OR REPLACE FUNCTION public.note_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
    r record := coalesce(new, old);
begin
    case tg_table_name
    when 'listings' then
        insert into changes (listing_id, inward) values (r.id, tg_op = 'DELETE' and not r.shown and not in_sandbox(r.group_id));
    when 'allocations' then
        insert into changes (listing_id, inward) values (r.offer_id, true);
    when 'introductions' then
        insert into changes (listing_id, inward) values (r.offer_id, true), (r.need_id, true);
    when 'blocks' then
        insert into changes (listing_id, inward)
        select id, true from listings where group_id in (r.group_id, r.blocked_id) and life in ('open', 'paused');
    when 'groups' then
        insert into changes (listing_id) select id from listings where group_id = r.id and life in ('open', 'paused');
    when 'network_parents' then
        insert into changes (listing_id)
        select l.id from listings l where l.life in ('open', 'paused') and l.group_id in
            (select m.group_id from network_members m where m.agreed_at is not null);
    else
        insert into changes (listing_id)
        select id from listings where group_id = r.group_id and life in ('open', 'paused');
    end case;
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.note_helped()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    insert into changes (listing_id, inward)
    select id, true from listings where group_id = new.need_group_id and life in ('open', 'paused') and id <> new.need_id;
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.note_outcome()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    insert into changes (listing_id, inward)
    select l.id, true from introductions i join listings l on l.group_id in (i.need_group_id, i.offer_group_id)
     where i.id = new.introduction_id and l.life in ('open', 'paused');
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.note_parting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    if tg_table_name = 'groups' then
        insert into partings (listing_id, network_id)
        select l.id, m.network_id from listings l join network_members m on m.group_id = l.group_id and m.agreed_at is not null
         where l.group_id = new.id and l.shown
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    elsif exists (select from groups where id = old.group_id and name_hidden) then
        return null;
    elsif tg_table_name = 'network_members' then
        if old.agreed_at is not null and (tg_op = 'DELETE' or new.agreed_at is null) then
            insert into partings (listing_id, network_id) select id, old.network_id from listings where group_id = old.group_id and shown
            on conflict (listing_id, network_id) do update set xid = excluded.xid;
        end if;
    elsif old.shown or in_sandbox(old.group_id) then
        insert into partings (listing_id, network_id)
        select old.id, network_id from network_members where group_id = old.group_id and agreed_at is not null
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    end if;
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.note_photo()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
    r record := coalesce(new, old);
begin
    insert into changes (listing_id) select id from listings where id = r.listing_id and life in ('open', 'paused');
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.note_search()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    insert into search_changes (search_id) values ((coalesce(new, old)).id);
    return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.note_shown()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    new.shown := new.shown or new.life = 'open' and new.circle = 'anyone'
        or tg_op = 'UPDATE' and old.life = 'open' and old.circle = 'anyone';
    return new;
end $function$
;

CREATE OR REPLACE FUNCTION public.note_unnesting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    if old.agreed_at is not null and (tg_op = 'DELETE' or new.agreed_at is null) then
        insert into partings (listing_id, network_id)
        with recursive below (id) as (
            select old.child_id
            union
            select p.child_id from network_parents p join below on p.parent_id = below.id where p.agreed_at is not null
        )
        select distinct l.id, old.parent_id from listings l join groups g on g.id = l.group_id and not g.name_hidden
          join network_members m on m.group_id = l.group_id and m.agreed_at is not null
         where l.shown and m.network_id in (select id from below)
        on conflict (listing_id, network_id) do update set xid = excluded.xid;
    end if;
    return null;
end $function$
;

CREATE TRIGGER allocations_guard AFTER INSERT OR UPDATE ON public.allocations FOR EACH ROW EXECUTE FUNCTION guard_allocation();

CREATE TRIGGER allocations_note AFTER INSERT OR DELETE OR UPDATE ON public.allocations FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER blocks_note AFTER INSERT OR DELETE ON public.blocks FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER check_statements_note AFTER INSERT OR DELETE OR UPDATE ON public.check_statements FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER evidence_note AFTER INSERT OR DELETE OR UPDATE ON public.evidence FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER exchanges_note AFTER UPDATE OF stage ON public.exchanges FOR EACH ROW WHEN (((new.stage = ANY (ARRAY['happened'::text, 'not_done'::text])) AND (old.stage <> new.stage))) EXECUTE FUNCTION note_outcome();

CREATE TRIGGER groups_note AFTER UPDATE ON public.groups FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER groups_parting AFTER UPDATE ON public.groups FOR EACH ROW WHEN ((new.name_hidden AND (NOT old.name_hidden))) EXECUTE FUNCTION note_parting();

CREATE TRIGGER introductions_helped AFTER UPDATE OF state ON public.introductions FOR EACH ROW WHEN (((new.state = 'connected'::text) <> (old.state = 'connected'::text))) EXECUTE FUNCTION note_helped();

CREATE TRIGGER introductions_note AFTER INSERT OR DELETE OR UPDATE OF state ON public.introductions FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER listings_guard AFTER UPDATE OF quantity, times ON public.listings FOR EACH ROW WHEN (((old.quantity > new.quantity) OR (old.times IS DISTINCT FROM new.times))) EXECUTE FUNCTION guard_quantity();

CREATE TRIGGER listings_note AFTER INSERT OR DELETE OR UPDATE ON public.listings FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER listings_parting AFTER DELETE ON public.listings FOR EACH ROW EXECUTE FUNCTION note_parting();

CREATE TRIGGER listings_shown BEFORE INSERT OR UPDATE ON public.listings FOR EACH ROW EXECUTE FUNCTION note_shown();

CREATE TRIGGER network_members_note AFTER INSERT OR DELETE OR UPDATE ON public.network_members FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER network_members_parting AFTER DELETE OR UPDATE ON public.network_members FOR EACH ROW EXECUTE FUNCTION note_parting();

CREATE TRIGGER network_parents_guard BEFORE INSERT OR UPDATE ON public.network_parents FOR EACH ROW EXECUTE FUNCTION guard_nesting();

CREATE TRIGGER network_parents_note AFTER INSERT OR DELETE OR UPDATE ON public.network_parents FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TRIGGER network_parents_parting AFTER DELETE OR UPDATE ON public.network_parents FOR EACH ROW EXECUTE FUNCTION note_unnesting();

CREATE TRIGGER photos_note AFTER INSERT OR DELETE OR UPDATE ON public.photos FOR EACH ROW EXECUTE FUNCTION note_photo();

CREATE TRIGGER saved_searches_note AFTER INSERT OR DELETE OR UPDATE OF question, paused_at ON public.saved_searches FOR EACH ROW EXECUTE FUNCTION note_search();
