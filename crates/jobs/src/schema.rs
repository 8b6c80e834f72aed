//! The tables as Diesel sees them; `migrations/` has their SQL.
#![expect(missing_docs, reason = "the columns are described in the migrations")]

diesel::table! {
    jobs (id) {
        id -> BigInt,
        queue -> Text,
        kind -> Text,
        payload -> Text,
        priority -> Integer,
        fair_key -> Text,
        fair_rank -> BigInt,
        run_at -> BigInt,
        attempt -> Integer,
        max_attempts -> Integer,
        worker -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        unique_key -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    job_schedules (name) {
        name -> Text,
        tick -> BigInt,
    }
}
