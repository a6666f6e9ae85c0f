-- Billable messages, counted in the transaction that learns of them: rows are only ever added, so that writers do not
-- wait for each other's counts, and folded into inbox_billable_count a minute later. No identifiers.
create table inbox_billed (
  workspace_id uuid    not null,
  id           bigint  generated always as identity,
  day          date    not null, -- UTC, of the delivery
  number_id    uuid    not null,
  category     text    not null, -- Meta's word
  country      text    not null, -- of the recipient's number, ISO 3166-1; 'ZZ' where it is not known
  messages     bigint  not null check (messages > 0),
  primary key (workspace_id, id)
);
call platform_isolate('inbox_billed');

create table inbox_billable_count (
  workspace_id uuid   not null,
  day          date   not null,
  number_id    uuid   not null,
  category     text   not null,
  country      text   not null,
  messages     bigint not null check (messages > 0),
  primary key (workspace_id, day, number_id, category, country)
);
call platform_isolate('inbox_billable_count');

-- Prices as an Owner uploaded them. Meta's are not ours to know.
create table inbox_rate_card (
  workspace_id uuid        not null,
  id           uuid        not null,
  currency     text        not null check (currency ~ '^[A-Z]{3}$'),
  valid_from   date        not null,
  rates        jsonb       not null, -- country -> category -> price in millionths
  uploaded_at  timestamptz not null,
  uploaded_by  uuid        not null,
  primary key (workspace_id, id),
  unique (workspace_id, valid_from)
);
call platform_isolate('inbox_rate_card');

-- What a month may cost before the Owners are told, once a month.
create table inbox_budget (
  workspace_id      uuid        primary key,
  amount_millionths bigint      not null check (amount_millionths > 0),
  currency          text        not null check (currency ~ '^[A-Z]{3}$'),
  threshold_percent smallint    not null check (threshold_percent between 1 and 200),
  alerted_month     date        check (extract(day from alerted_month) = 1),
  changed_at        timestamptz not null,
  changed_by        uuid        not null
);
call platform_isolate('inbox_budget');

grant select, insert, update, delete on inbox_billed to wardroom_app;
grant select, insert, update on inbox_billable_count to wardroom_app;
grant select, insert, update, delete on inbox_rate_card, inbox_budget to wardroom_app;
